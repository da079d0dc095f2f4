-- Whom no call is taken from: a number, how numbers begin (0899*), or hidden.
CREATE TABLE blocked (
    pattern TEXT PRIMARY KEY,
    since   INTEGER NOT NULL,
    until   INTEGER, -- NULL: for good
    who     TEXT NOT NULL,
    why     TEXT NOT NULL,
    hits    INTEGER NOT NULL, -- calls that it has met
    last    INTEGER           -- the last of them
) STRICT, WITHOUT ROWID;
