-- When hotline last knew which calls there were. A call that ended unseen after it, and that the switch has no record
-- of, is taken to have ended then.
CREATE TABLE alive (
	id INTEGER PRIMARY KEY CHECK (id = 1),
	at INTEGER NOT NULL
);
