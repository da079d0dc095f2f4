-- What decides prices, and what calls cost, with all that explains it.

CREATE TABLE contract (
    name TEXT PRIMARY KEY,
    rule TEXT NOT NULL -- how it counts: second_up/half_up/6
) STRICT;

CREATE TABLE vat_rate (
    basis_points INTEGER NOT NULL CHECK (basis_points BETWEEN 0 AND 10000),
    source       TEXT NOT NULL,
    shipped      INTEGER NOT NULL CHECK (shipped IN (0, 1)),
    valid_from   INTEGER PRIMARY KEY,
    valid_to     INTEGER,
    CHECK (valid_to IS NULL OR valid_to > valid_from)
) STRICT;

-- Rows that came with the program are replaced by its next version; what somebody entered stays.
ALTER TABLE number_plan ADD COLUMN shipped INTEGER NOT NULL DEFAULT 1 CHECK (shipped IN (0, 1));
ALTER TABLE tariff_step ADD COLUMN shipped INTEGER NOT NULL DEFAULT 1 CHECK (shipped IN (0, 1));
-- Until now nobody could enter any, and the shipped ones come back with the history that they have got.
DELETE FROM number_plan;
DELETE FROM tariff_step;
DELETE FROM data_set;

-- A price: an amount per call, one per minute, the seconds that are free, blocks, and bounds.
ALTER TABLE service_number RENAME TO service_number_before;
CREATE TABLE service_number (
    number       TEXT NOT NULL,
    step         TEXT NOT NULL, -- '' when the price is none of the steps
    per_call     INTEGER NOT NULL CHECK (per_call >= 0),
    per_minute   INTEGER NOT NULL CHECK (per_minute >= 0),
    free_s       INTEGER NOT NULL DEFAULT 0 CHECK (free_s >= 0),
    first_s      INTEGER NOT NULL DEFAULT 0 CHECK (first_s >= 0),
    next_s       INTEGER NOT NULL DEFAULT 0 CHECK (next_s >= 0),
    least        INTEGER NOT NULL DEFAULT 0 CHECK (least >= 0),
    most         INTEGER NOT NULL DEFAULT 0 CHECK (most >= 0),
    contract     TEXT NOT NULL DEFAULT '',
    announcement TEXT NOT NULL DEFAULT '' CHECK (announcement IN ('', 'carrier', 'self', 'none')),
    purpose      TEXT NOT NULL DEFAULT '',
    adult        INTEGER NOT NULL DEFAULT 0 CHECK (adult IN (0, 1)),
    from_rules   INTEGER NOT NULL CHECK (from_rules IN (0, 1)), -- rules.yaml is the master of it
    source       TEXT NOT NULL,
    valid_from   INTEGER NOT NULL,
    valid_to     INTEGER,
    PRIMARY KEY (number, valid_from),
    CHECK (valid_to IS NULL OR valid_to > valid_from)
) STRICT;
INSERT INTO service_number (number, step, per_call, per_minute, from_rules, source, valid_from, valid_to)
    SELECT number, step, per_call, per_minute, 1, source, valid_from, valid_to FROM service_number_before;
DROP TABLE service_number_before;

-- What a contract says: of one number, of all numbers of a step, or of all.
ALTER TABLE owner_rate RENAME TO owner_rate_before;
CREATE TABLE owner_rate (
    number     TEXT NOT NULL,
    step       TEXT NOT NULL,
    kind       TEXT NOT NULL CHECK (kind IN ('cost', 'payout', 'ordinary')),
    origin     TEXT NOT NULL CHECK (origin IN ('', 'fixed', 'mobile', 'intl', 'unknown')),
    per_call   INTEGER NOT NULL CHECK (per_call >= 0),
    per_minute INTEGER NOT NULL CHECK (per_minute >= 0),
    free_s     INTEGER NOT NULL DEFAULT 0 CHECK (free_s >= 0),
    first_s    INTEGER NOT NULL DEFAULT 0 CHECK (first_s >= 0),
    next_s     INTEGER NOT NULL DEFAULT 0 CHECK (next_s >= 0),
    least      INTEGER NOT NULL DEFAULT 0 CHECK (least >= 0),
    most       INTEGER NOT NULL DEFAULT 0 CHECK (most >= 0),
    tax        TEXT NOT NULL CHECK (tax IN ('HT', 'TTC')),
    contract   TEXT NOT NULL DEFAULT '',
    from_rules INTEGER NOT NULL CHECK (from_rules IN (0, 1)),
    source     TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_to   INTEGER,
    PRIMARY KEY (number, step, kind, origin, valid_from),
    CHECK (valid_to IS NULL OR valid_to > valid_from)
) STRICT;
INSERT INTO owner_rate (number, step, kind, origin, per_call, per_minute, tax, from_rules, source, valid_from, valid_to)
    SELECT number, '', kind, origin, per_call, per_minute, 'HT', 1, source, valid_from, valid_to FROM owner_rate_before;
DROP TABLE owner_rate_before;

-- What a call costs that we dial, by what its number begins with.
CREATE TABLE trunk_rate (
    trunk      TEXT NOT NULL,
    prefix     TEXT NOT NULL,
    per_call   INTEGER NOT NULL CHECK (per_call >= 0),
    per_minute INTEGER NOT NULL CHECK (per_minute >= 0),
    free_s     INTEGER NOT NULL CHECK (free_s >= 0),
    first_s    INTEGER NOT NULL CHECK (first_s >= 0),
    next_s     INTEGER NOT NULL CHECK (next_s >= 0),
    least      INTEGER NOT NULL CHECK (least >= 0),
    most       INTEGER NOT NULL CHECK (most >= 0),
    contract   TEXT NOT NULL,
    source     TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_to   INTEGER,
    PRIMARY KEY (trunk, prefix, valid_from),
    CHECK (valid_to IS NULL OR valid_to > valid_from)
) STRICT;

-- Counts the changes of the tables above, so that whoever keeps them in memory knows when to read them again.
CREATE TABLE tariff_state (
    id  INTEGER PRIMARY KEY CHECK (id = 1),
    seq INTEGER NOT NULL
) STRICT;
INSERT INTO tariff_state (id, seq) VALUES (1, 1);

-- Append-only: which rows came and went, when, by whom and why.
CREATE TABLE tariff_change (
    seq    INTEGER PRIMARY KEY,
    at     INTEGER NOT NULL,
    who    TEXT NOT NULL,
    why    TEXT NOT NULL,
    gone   TEXT NOT NULL, -- JSON
    come   TEXT NOT NULL
) STRICT;

ALTER TABLE leg ADD COLUMN trunk TEXT NOT NULL DEFAULT ''; -- over which we dialled it

ALTER TABLE rating ADD COLUMN data_version TEXT NOT NULL DEFAULT '';
ALTER TABLE rating ADD COLUMN why TEXT NOT NULL DEFAULT '';
UPDATE rating SET data_version = coalesce((SELECT max(data_version) FROM rated WHERE rated.call = rating.call
    AND rated.leg = rating.leg AND rated.version = rating.version), '');

-- The sum of the deltas of all versions is what the latest one says; a component that a later version no longer has is
-- void there, and takes its amount back.
ALTER TABLE rated RENAME TO rated_before;
CREATE TABLE rated (
    call       TEXT NOT NULL,
    leg        TEXT NOT NULL,
    version    INTEGER NOT NULL,
    side       TEXT NOT NULL CHECK (side IN ('caller', 'owner')),
    component  TEXT NOT NULL,
    standing   TEXT NOT NULL CHECK (standing IN ('counted', 'not_counted', 'unknown', 'void')),
    micro_euro INTEGER,          -- NULL unless counted: unknown is never 0
    vat        INTEGER,          -- in it when tax is TTC, on top of it when it is HT
    vat_rate   INTEGER NOT NULL, -- basis points
    tax        TEXT NOT NULL CHECK (tax IN ('HT', 'TTC')),
    delta      INTEGER NOT NULL, -- of what the caller pays with tax, or the owner without: to the version before, in version 1 to 0
    seconds    INTEGER NOT NULL,
    price      TEXT NOT NULL,    -- as ParsePrice reads it; '' when there was none
    rule       TEXT NOT NULL,
    step       TEXT NOT NULL,
    unverified INTEGER NOT NULL CHECK (unverified IN (0, 1)),
    contract   TEXT NOT NULL,
    source     TEXT NOT NULL,    -- where the price was said
    since      INTEGER,
    PRIMARY KEY (call, leg, version, side, component),
    FOREIGN KEY (call, leg, version) REFERENCES rating (call, leg, version),
    CHECK ((standing = 'counted') = (micro_euro IS NOT NULL)),
    CHECK ((vat IS NULL) = (micro_euro IS NULL))
) STRICT, WITHOUT ROWID;
INSERT INTO rated SELECT call, leg, version, side, component, standing, micro_euro, CASE WHEN micro_euro IS NULL THEN NULL
    WHEN side = 'caller' THEN (2 * micro_euro * 2000 + 12000) / 24000 WHEN micro_euro < 0 THEN -((-micro_euro * 2000 + 5000) / 10000) ELSE (micro_euro * 2000 + 5000) / 10000 END, CASE WHEN micro_euro IS NULL OR step = 'FREE' THEN 0 ELSE 2000 END,
    CASE WHEN side = 'caller' AND standing = 'counted' THEN 'TTC' ELSE 'HT' END, coalesce(delta, 0), seconds,
    CASE WHEN standing <> 'counted' OR step = 'FREE' THEN ''
         WHEN per_call = 0 THEN printf('%d.%06d EUR/min', per_minute / 1000000, per_minute % 1000000)
         WHEN per_minute = 0 THEN printf('%d.%06d EUR/call', per_call / 1000000, per_call % 1000000)
         ELSE printf('%d.%06d EUR/call + %d.%06d EUR/min', per_call / 1000000, per_call % 1000000, per_minute / 1000000, per_minute % 1000000) END,
    rule, step, 0, '', '', NULL FROM rated_before;
DROP TABLE rated_before;

-- What calls were and cost, by local day and by number, queue and agent; kept in the transaction that charges a call.
CREATE TABLE day_total (
    scope          TEXT NOT NULL CHECK (scope IN ('number', 'queue', 'agent')),
    day            INTEGER NOT NULL, -- 20261124, in Paris: of the answer, or of the opening when there was none
    name           TEXT NOT NULL,
    calls          INTEGER NOT NULL,
    answered       INTEGER NOT NULL,
    talked         INTEGER NOT NULL,
    waited_ms      INTEGER NOT NULL,
    talked_ms      INTEGER NOT NULL,
    seconds        INTEGER NOT NULL, -- from answer to end, each begun second
    caller         INTEGER NOT NULL, -- what the callers paid, with tax
    caller_vat     INTEGER NOT NULL,
    payout         INTEGER NOT NULL, -- without tax
    payout_vat     INTEGER NOT NULL,
    cost           INTEGER NOT NULL, -- without tax; negative, it is paid
    cost_vat       INTEGER NOT NULL,
    unrated        INTEGER NOT NULL, -- calls
    payout_unknown INTEGER NOT NULL, -- calls
    cost_unknown   INTEGER NOT NULL, -- calls
    PRIMARY KEY (scope, day, name)
) STRICT, WITHOUT ROWID;

-- What is told once a day.
CREATE TABLE alarm (
    day    INTEGER NOT NULL,
    kind   TEXT NOT NULL,
    number TEXT NOT NULL,
    PRIMARY KEY (day, kind, number)
) STRICT, WITHOUT ROWID;
