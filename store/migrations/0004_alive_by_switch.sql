-- Each switch has its own moment: one that is away has calls of which nothing is known, while those of another are. What
-- was noted before belongs to the one switch that there was; it matters to open calls alone.
ALTER TABLE alive RENAME TO alive_before;
CREATE TABLE alive (
    switch TEXT PRIMARY KEY,
    at     INTEGER NOT NULL
) STRICT;
INSERT INTO alive (switch, at) SELECT DISTINCT call.switch, alive_before.at FROM call, alive_before WHERE call.closed IS NULL;
DROP TABLE alive_before;
