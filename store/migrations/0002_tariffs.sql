-- Everything that decides a price is dated, half open: valid from valid_from on, up to and not including valid_to.

CREATE TABLE data_set (
    version TEXT PRIMARY KEY, -- hash of the shipped files
    loaded  INTEGER NOT NULL
) STRICT;

CREATE TABLE number_plan (
    prefix         TEXT NOT NULL,
    length         INTEGER NOT NULL, -- 0: any
    category       TEXT NOT NULL,
    cap_per_minute INTEGER,          -- NULL: the plan sets no ceiling because nothing of it is rated
    cap_per_call   INTEGER,
    description    TEXT NOT NULL,
    source         TEXT NOT NULL,
    confidence     TEXT NOT NULL,
    valid_from     INTEGER NOT NULL,
    valid_to       INTEGER,
    PRIMARY KEY (prefix, valid_from),
    CHECK (valid_to IS NULL OR valid_to > valid_from)
) STRICT;

CREATE TABLE tariff_step (
    code       TEXT NOT NULL,
    unit       TEXT NOT NULL CHECK (unit IN ('minute', 'call')),
    price      INTEGER NOT NULL CHECK (price >= 0),
    blocks     TEXT NOT NULL,
    evidence   TEXT NOT NULL,
    verified   INTEGER NOT NULL CHECK (verified IN (0, 1)), -- without evidence a step ships disabled
    valid_from INTEGER NOT NULL,
    valid_to   INTEGER,
    PRIMARY KEY (code, valid_from),
    CHECK (valid_to IS NULL OR valid_to > valid_from)
) STRICT;

CREATE TABLE service_number (
    number       TEXT NOT NULL,
    step         TEXT NOT NULL, -- '' when the price is none of the steps
    unverified   INTEGER NOT NULL CHECK (unverified IN (0, 1)),
    per_call     INTEGER NOT NULL CHECK (per_call >= 0),
    per_minute   INTEGER NOT NULL CHECK (per_minute >= 0),
    source       TEXT NOT NULL,
    valid_from   INTEGER NOT NULL,
    valid_to     INTEGER,
    PRIMARY KEY (number, valid_from),
    CHECK (valid_to IS NULL OR valid_to > valid_from)
) STRICT;

-- What the contract of a number says: kind cost by origin of the caller, kind payout with origin ''.
CREATE TABLE owner_rate (
    number     TEXT NOT NULL,
    kind       TEXT NOT NULL CHECK (kind IN ('cost', 'payout')),
    origin     TEXT NOT NULL CHECK (origin IN ('', 'fixed', 'mobile', 'intl')),
    per_call   INTEGER NOT NULL CHECK (per_call >= 0),
    per_minute INTEGER NOT NULL CHECK (per_minute >= 0),
    source     TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_to   INTEGER,
    PRIMARY KEY (number, kind, origin, valid_from),
    CHECK (valid_to IS NULL OR valid_to > valid_from)
) STRICT;

-- One rating of one leg; rating again is a new version. unrated holds the reason, '' when it was rated.
CREATE TABLE rating (
    call    TEXT NOT NULL REFERENCES call (id),
    leg     TEXT NOT NULL,
    version INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    unrated TEXT NOT NULL,
    flags   TEXT NOT NULL,
    PRIMARY KEY (call, leg, version)
) STRICT;

CREATE TABLE rated (
    call         TEXT NOT NULL,
    leg          TEXT NOT NULL,
    version      INTEGER NOT NULL,
    side         TEXT NOT NULL CHECK (side IN ('caller', 'owner')),
    component    TEXT NOT NULL,
    standing     TEXT NOT NULL CHECK (standing IN ('counted', 'not_counted', 'unknown')),
    micro_euro   INTEGER,          -- NULL unless counted: unknown is never 0
    delta        INTEGER,          -- difference to the version before; the amount itself in version 1
    per_call     INTEGER NOT NULL,
    per_minute   INTEGER NOT NULL,
    step         TEXT NOT NULL,
    seconds      INTEGER NOT NULL,
    rule         TEXT NOT NULL,
    data_version TEXT NOT NULL,
    PRIMARY KEY (call, leg, version, side, component),
    FOREIGN KEY (call, leg, version) REFERENCES rating (call, leg, version),
    CHECK ((standing = 'counted') = (micro_euro IS NOT NULL))
) STRICT;
