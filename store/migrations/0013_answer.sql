-- What callers have answered to surveys. Nothing here says who they are but the call.
CREATE TABLE answer (
    call     TEXT NOT NULL,
    survey   TEXT NOT NULL,
    question TEXT NOT NULL,
    key      TEXT NOT NULL CHECK (key GLOB '[0-9]'),
    at       INTEGER NOT NULL,
    agent    TEXT NOT NULL, -- who had talked with the caller; '' = nobody
    queue    TEXT NOT NULL, -- '' = none
    PRIMARY KEY (call, survey, question)
) STRICT;
CREATE INDEX answer_at ON answer (at);
