-- Notices that were not sent because they did not hold any more, what channels keep of what they sent, and what is needed
-- to deliver channel by channel, to tell an operator of what failed, and to forget what is over.

ALTER TABLE ledger DROP CONSTRAINT ledger_state_check;
ALTER TABLE ledger ADD CONSTRAINT ledger_state_check
    CHECK (state IN ('queued', 'delivered', 'rejected', 'dead', 'cancelled'));
ALTER TABLE ledger ADD COLUMN receipt TEXT;

ALTER TABLE attempt DROP CONSTRAINT attempt_outcome_check;
ALTER TABLE attempt ADD CONSTRAINT attempt_outcome_check
    CHECK (outcome IN ('delivered', 'retry', 'rejected', 'dead', 'cancelled'));

-- How often a lease ran out without an outcome, and whether an operator was told that it was rejected or is dead.
ALTER TABLE outbox ADD COLUMN lost BIGINT NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN reported BIGINT NOT NULL DEFAULT 0 CHECK (reported IN (0, 1));
-- When its scan wrote it, if an operator has queued it again since: `created` counts anew then.
ALTER TABLE outbox ADD COLUMN scanned BIGINT;
-- A row was leased `fence` times, and every time but the present one had an outcome or was lost.
UPDATE outbox SET lost = GREATEST(fence - attempts - CASE state WHEN 'leased' THEN 1 ELSE 0 END, 0);

-- Channels do not wait for each other: what is due is asked for by channel.
DROP INDEX outbox_due;
CREATE INDEX outbox_lane ON outbox (channel, due, id) WHERE due IS NOT NULL;
-- Rejected and dead ones, for an operator.
CREATE INDEX outbox_ended ON outbox (created, id) WHERE due IS NULL;

-- What may be forgotten is looked for from its old end.
CREATE INDEX occurrence_closed ON occurrence (closed) WHERE closed IS NOT NULL;
CREATE INDEX attempt_started ON attempt (started);
