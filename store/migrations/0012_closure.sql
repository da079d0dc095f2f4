-- Services that were closed by hand. A row is written when one is closed, and once more when somebody opens it or closes it anew.
-- One that has ended at its time has nothing in ended.
CREATE TABLE closure (
    service  TEXT NOT NULL,
    since    INTEGER NOT NULL,
    until    INTEGER, -- it ends then by itself
    play     TEXT NOT NULL, -- the prompt that callers hear; '' = none of its own
    who      TEXT NOT NULL,
    why      TEXT NOT NULL,
    ended    INTEGER,
    ended_by TEXT NOT NULL -- '' = nobody: at its time, or the rules have the service no more
) STRICT;
CREATE INDEX closure_now ON closure (service) WHERE ended IS NULL;
