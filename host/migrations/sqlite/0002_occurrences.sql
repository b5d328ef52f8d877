-- What kind of notice an entry is; the cadence counts reminders alone.
ALTER TABLE ledger ADD COLUMN notice TEXT NOT NULL DEFAULT 'reminder'
    CHECK (notice IN ('reminder', 'escalation', 'closing', 'action'));

-- What the last scan found, and what was found once and is over. The episode of what the source's tables do not date is
-- when it was seen first; the row remembers that.
CREATE TABLE occurrence (
    reminder TEXT    NOT NULL,
    item     TEXT    NOT NULL,
    reason   TEXT    NOT NULL,
    episode  INTEGER NOT NULL,
    title    TEXT    NOT NULL,
    opened   INTEGER NOT NULL,
    closed   INTEGER,
    PRIMARY KEY (reminder, item, reason, episode)
);
CREATE INDEX occurrence_open ON occurrence (reminder) WHERE closed IS NULL;

-- How many findings the last scans had: what the sanity brake compares with.
CREATE TABLE scan (
    reminder TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    findings INTEGER NOT NULL,
    PRIMARY KEY (reminder, at)
);

-- Reminders whose sending is paused, or was released and has not been scanned since.
CREATE TABLE brake (
    reminder TEXT    NOT NULL PRIMARY KEY,
    findings INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    released INTEGER NOT NULL DEFAULT 0 CHECK (released IN (0, 1))
);

-- What nudged does to the source by itself, once an occurrence. A row is begun before anything is done, and holds all that
-- is needed to come to the end of it after a crash.
CREATE TABLE action (
    reminder TEXT    NOT NULL,
    item     TEXT    NOT NULL,
    reason   TEXT    NOT NULL,
    episode  INTEGER NOT NULL,
    intent   TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    ended    INTEGER NOT NULL DEFAULT 0 CHECK (ended IN (0, 1)),
    PRIMARY KEY (reminder, item, reason, episode)
);
CREATE INDEX action_begun ON action (reminder) WHERE ended = 0;
