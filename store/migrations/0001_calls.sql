-- Times are UTC milliseconds, money is micro-euro, booleans are 0 or 1, ids are text. NULL is "not known" or "not yet".

CREATE TABLE call (
    id            TEXT PRIMARY KEY,
    switch        TEXT NOT NULL,
    switch_start  INTEGER NOT NULL,
    service       TEXT NOT NULL,
    number        TEXT NOT NULL,
    arrived       TEXT NOT NULL,
    caller        TEXT NOT NULL,
    caller_name   TEXT NOT NULL,
    caller_hidden INTEGER NOT NULL CHECK (caller_hidden IN (0, 1)),
    rules_version TEXT NOT NULL,
    opened        INTEGER NOT NULL,
    lang          TEXT NOT NULL DEFAULT '',
    closed        INTEGER,
    cause         TEXT NOT NULL DEFAULT '',
    queue         TEXT NOT NULL DEFAULT '',
    agent         TEXT NOT NULL DEFAULT '',
    waited_ms     INTEGER NOT NULL DEFAULT 0,
    talked_ms     INTEGER NOT NULL DEFAULT 0,
    nodes         TEXT NOT NULL DEFAULT '[]',
    flags         TEXT NOT NULL DEFAULT '[]'
) STRICT;
CREATE INDEX call_opened ON call (opened);
CREATE INDEX call_number ON call (number, opened);
CREATE INDEX call_not_closed ON call (opened) WHERE closed IS NULL;

CREATE TABLE leg (
    switch       TEXT NOT NULL,
    switch_start INTEGER NOT NULL,
    switch_leg   TEXT NOT NULL,
    call         TEXT NOT NULL REFERENCES call (id),
    role         TEXT NOT NULL,
    agent        TEXT NOT NULL,
    target       TEXT NOT NULL,
    created      INTEGER,
    ringing      INTEGER,
    answered     INTEGER,
    ended        INTEGER,
    cause        TEXT NOT NULL,
    sip          INTEGER NOT NULL,
    estimated    INTEGER NOT NULL CHECK (estimated IN (0, 1)),
    PRIMARY KEY (switch, switch_start, switch_leg)
) STRICT;
CREATE INDEX leg_call ON leg (call);

-- Where an open call is. The row goes in the transaction that charges the call.
CREATE TABLE place (
    call  TEXT PRIMARY KEY REFERENCES call (id),
    node  TEXT NOT NULL,
    since INTEGER NOT NULL,
    kept  TEXT NOT NULL,
    seq   INTEGER NOT NULL
) STRICT;

CREATE TABLE agent (
    id         TEXT PRIMARY KEY,
    state      TEXT NOT NULL,
    reason     TEXT NOT NULL,
    since      INTEGER NOT NULL,
    idle_since INTEGER
) STRICT;

CREATE TABLE agent_change (
    seq    INTEGER PRIMARY KEY,
    agent  TEXT NOT NULL,
    state  TEXT NOT NULL,
    reason TEXT NOT NULL,
    since  INTEGER NOT NULL
) STRICT;
CREATE INDEX agent_change_agent ON agent_change (agent, since);

-- Append-only; figures are counted from here and nowhere else.
CREATE TABLE event (
    seq   INTEGER PRIMARY KEY,
    at    INTEGER NOT NULL,
    kind  TEXT NOT NULL,
    call  TEXT NOT NULL DEFAULT '',
    queue TEXT NOT NULL DEFAULT '',
    agent TEXT NOT NULL DEFAULT '',
    data  TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX event_at ON event (at);
