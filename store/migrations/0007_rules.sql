-- Every version of the rules that was ever in force, as its files stood. The one with the highest number is in force.
CREATE TABLE rules_version (
    number  INTEGER PRIMARY KEY CHECK (number > 0),
    hash    TEXT NOT NULL, -- of the files; call.rules_version names it
    at      INTEGER NOT NULL,
    who     TEXT NOT NULL,
    why     TEXT NOT NULL,
    back_to INTEGER REFERENCES rules_version (number) -- the version that came back, if any did
) STRICT;
CREATE INDEX rules_version_hash ON rules_version (hash);

CREATE TABLE rules_file (
    version  INTEGER NOT NULL REFERENCES rules_version (number),
    position INTEGER NOT NULL, -- the rules file itself has 0
    name     TEXT NOT NULL,    -- rules.yaml, rules.d/sav.yaml
    data     BLOB NOT NULL,
    PRIMARY KEY (version, position)
) STRICT;
