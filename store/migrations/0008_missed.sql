-- Who called, reached nobody, and was called back by somebody who says so. Everything else about missed calls is in call.
CREATE TABLE missed_done (
    caller TEXT NOT NULL,
    at     INTEGER NOT NULL,
    who    TEXT NOT NULL,
    note   TEXT NOT NULL,
    PRIMARY KEY (caller, at)
) STRICT, WITHOUT ROWID;

-- The calls that reached nobody, with all that their list needs: they are few among many, and each would be a page to read.
CREATE INDEX call_missed ON call (opened, caller, closed, id, service, number, caller_name, lang, queue, waited_ms, nodes, flags)
    WHERE closed IS NOT NULL AND talked_ms = 0;
-- The conversations of a caller.
CREATE INDEX call_talked ON call (caller, closed, talked_ms, agent, id) WHERE talked_ms > 0;
