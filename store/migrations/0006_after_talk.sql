-- A pause or log-out asked for during a conversation begins after it, also when the daemon was killed meanwhile.
ALTER TABLE agent ADD COLUMN after_talk TEXT NOT NULL DEFAULT '' CHECK (after_talk IN ('', 'paused', 'offline'));
ALTER TABLE agent_change ADD COLUMN after_talk TEXT NOT NULL DEFAULT '' CHECK (after_talk IN ('', 'paused', 'offline'));
