-- Who called, reached nobody, and was called back by somebody who says so. Everything else about missed calls is in call.
CREATE TABLE missed_done (
    caller TEXT NOT NULL,
    at     INTEGER NOT NULL,
    who    TEXT NOT NULL,
    note   TEXT NOT NULL,
    PRIMARY KEY (caller, at)
) STRICT, WITHOUT ROWID;

-- The calls that reached nobody, and the conversations of a caller.
CREATE INDEX call_missed ON call (opened, caller) WHERE closed IS NOT NULL AND talked_ms = 0;
CREATE INDEX call_talked ON call (caller, closed) WHERE talked_ms > 0;
