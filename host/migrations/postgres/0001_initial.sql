-- Instants are milliseconds since 1970-01-01 UTC.

-- Notifications that are not delivered yet. `due` is when a row wants attention: a queued row's not_before,
-- a leased row's end of lease, NULL for one that was rejected or is dead and waits for an operator.
CREATE TABLE outbox (
    id         TEXT   NOT NULL PRIMARY KEY,
    channel    TEXT   NOT NULL,
    recipient  TEXT   NOT NULL,
    body       TEXT   NOT NULL,
    state      TEXT   NOT NULL CHECK (state IN ('queued', 'leased', 'rejected', 'dead')),
    attempts   BIGINT NOT NULL DEFAULT 0,
    fence      BIGINT NOT NULL DEFAULT 0,
    holder     TEXT,
    created    BIGINT NOT NULL,
    not_before BIGINT NOT NULL,
    due        BIGINT
);
CREATE INDEX outbox_due ON outbox (due, id) WHERE due IS NOT NULL;

-- What was decided to be told to whom, the n-th time.
CREATE TABLE ledger (
    reminder     TEXT   NOT NULL,
    item         TEXT   NOT NULL,
    reason       TEXT   NOT NULL,
    episode      BIGINT NOT NULL,
    recipient    TEXT   NOT NULL,
    channel      TEXT   NOT NULL,
    sequence     BIGINT NOT NULL,
    slot         BIGINT NOT NULL,
    decided      BIGINT NOT NULL,
    notification TEXT   NOT NULL,
    state        TEXT   NOT NULL CHECK (state IN ('queued', 'delivered', 'rejected', 'dead')),
    PRIMARY KEY (reminder, item, reason, episode, recipient, channel, sequence)
);
CREATE INDEX ledger_notification ON ledger (notification);

-- Every attempt to deliver.
CREATE TABLE attempt (
    notification TEXT   NOT NULL,
    n            BIGINT NOT NULL,
    started      BIGINT NOT NULL,
    took_ms      BIGINT NOT NULL,
    outcome      TEXT   NOT NULL CHECK (outcome IN ('delivered', 'retry', 'rejected', 'dead')),
    detail       TEXT   NOT NULL,
    plugin       TEXT,
    PRIMARY KEY (notification, n)
);

-- One run per reminder and fire time, whatever the number of daemons. A claim that ran out before the run had ended
-- may be taken over.
CREATE TABLE run (
    reminder      TEXT    NOT NULL,
    fire_time     BIGINT  NOT NULL,
    holder        TEXT    NOT NULL,
    claimed_until BIGINT  NOT NULL,
    ended         BIGINT  NOT NULL DEFAULT 0 CHECK (ended IN (0, 1)),
    PRIMARY KEY (reminder, fire_time)
);
