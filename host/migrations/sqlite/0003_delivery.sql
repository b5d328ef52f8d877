-- Notices that were not sent because they did not hold any more, what channels keep of what they sent, and what is needed
-- to deliver channel by channel, to tell an operator of what failed, and to forget what is over.

CREATE TABLE ledger_new (
    reminder     TEXT    NOT NULL,
    item         TEXT    NOT NULL,
    reason       TEXT    NOT NULL,
    episode      INTEGER NOT NULL,
    recipient    TEXT    NOT NULL,
    channel      TEXT    NOT NULL,
    sequence     INTEGER NOT NULL,
    slot         INTEGER NOT NULL,
    decided      INTEGER NOT NULL,
    notification TEXT    NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('queued', 'delivered', 'rejected', 'dead', 'cancelled')),
    notice       TEXT    NOT NULL DEFAULT 'reminder' CHECK (notice IN ('reminder', 'escalation', 'closing', 'action')),
    receipt      TEXT,
    PRIMARY KEY (reminder, item, reason, episode, recipient, channel, sequence)
);
INSERT INTO ledger_new (reminder, item, reason, episode, recipient, channel, sequence, slot, decided, notification, state, notice)
    SELECT reminder, item, reason, episode, recipient, channel, sequence, slot, decided, notification, state, notice
    FROM ledger;
DROP TABLE ledger;
ALTER TABLE ledger_new RENAME TO ledger;
CREATE INDEX ledger_notification ON ledger (notification);

CREATE TABLE attempt_new (
    notification TEXT    NOT NULL,
    n            INTEGER NOT NULL,
    started      INTEGER NOT NULL,
    took_ms      INTEGER NOT NULL,
    outcome      TEXT    NOT NULL CHECK (outcome IN ('delivered', 'retry', 'rejected', 'dead', 'cancelled')),
    detail       TEXT    NOT NULL,
    plugin       TEXT,
    PRIMARY KEY (notification, n)
);
INSERT INTO attempt_new (notification, n, started, took_ms, outcome, detail, plugin)
    SELECT notification, n, started, took_ms, outcome, detail, plugin FROM attempt;
DROP TABLE attempt;
ALTER TABLE attempt_new RENAME TO attempt;

-- How often a lease ran out without an outcome, and whether an operator was told that it was rejected or is dead.
ALTER TABLE outbox ADD COLUMN lost INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN reported INTEGER NOT NULL DEFAULT 0 CHECK (reported IN (0, 1));
-- When its scan wrote it, if an operator has queued it again since: `created` counts anew then.
ALTER TABLE outbox ADD COLUMN scanned INTEGER;
-- A row was leased `fence` times, and every time but the present one had an outcome or was lost.
UPDATE outbox SET lost = MAX(fence - attempts - CASE state WHEN 'leased' THEN 1 ELSE 0 END, 0);

-- Channels do not wait for each other: what is due is asked for by channel.
DROP INDEX outbox_due;
CREATE INDEX outbox_lane ON outbox (channel, due, id) WHERE due IS NOT NULL;
-- Rejected and dead ones, for an operator.
CREATE INDEX outbox_ended ON outbox (created, id) WHERE due IS NULL;

-- What may be forgotten is looked for from its old end.
CREATE INDEX occurrence_closed ON occurrence (closed) WHERE closed IS NOT NULL;
CREATE INDEX attempt_started ON attempt (started);
