-- What callers have said to mailboxes. The sound is a file named after the id.
CREATE TABLE message (
    id          TEXT PRIMARY KEY,
    call        TEXT NOT NULL,
    mailbox     TEXT NOT NULL,
    service     TEXT NOT NULL,
    number      TEXT NOT NULL, -- that was called
    caller      TEXT NOT NULL, -- '' = withheld
    caller_name TEXT NOT NULL,
    at          INTEGER NOT NULL,
    length_ms   INTEGER NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('new', 'claimed', 'done')),
    who         TEXT NOT NULL, -- who has claimed it, or done it
    since       INTEGER NOT NULL, -- when it came into this state
    heard       INTEGER, -- when somebody has heard it first
    posted      INTEGER NOT NULL CHECK (posted IN (0, 1)) -- the mail that tells of it has been written down
) STRICT;
CREATE INDEX message_caller ON message (caller, at);
CREATE INDEX message_unposted ON message (id) WHERE posted = 0;

-- Who did what with them. Nothing here is ever changed.
CREATE TABLE message_change (
    message TEXT NOT NULL,
    at      INTEGER NOT NULL,
    what    TEXT NOT NULL, -- left, claimed, done, reopened, heard, deleted, erased
    who     TEXT NOT NULL -- '' = hotline itself
) STRICT;
CREATE INDEX message_change_message ON message_change (message, at);
