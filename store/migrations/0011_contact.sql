-- Who calls, as far as somebody has written it down. What was talked is in call.
CREATE TABLE contact (
    number   TEXT PRIMARY KEY,
    name     TEXT NOT NULL,
    language TEXT NOT NULL, -- '' when nobody has said it
    groups   TEXT NOT NULL, -- JSON
    notes    TEXT NOT NULL,
    source   TEXT NOT NULL, -- the file that it came from, or who wrote it
    created  INTEGER NOT NULL,
    changed  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The calls of one caller: how many, and those that reached nobody, are read while the caller waits.
CREATE INDEX call_caller ON call (caller, opened, closed, talked_ms);
