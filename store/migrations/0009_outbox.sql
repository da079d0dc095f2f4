-- What is to be sent, and what was of late. See package outbox.
CREATE TABLE outbox (
    id         TEXT PRIMARY KEY,
    kind       TEXT NOT NULL, -- mail, hook, text
    lane       TEXT NOT NULL, -- what goes to one server waits in one
    call       TEXT NOT NULL, -- that it tells of; may be empty
    written    INTEGER NOT NULL,
    due        INTEGER NOT NULL, -- when it is tried next; of what waits no more, when it was sent or given up
    attempts   INTEGER NOT NULL,
    last_error TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'given_up')),
    content    TEXT NOT NULL
) STRICT;
CREATE INDEX outbox_due ON outbox (lane, due) WHERE state = 'waiting';
CREATE INDEX outbox_done ON outbox (state, due) WHERE state <> 'waiting';
