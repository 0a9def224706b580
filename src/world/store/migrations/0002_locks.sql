-- Who may change what, and who waits for it. The row of a lock stays when it is released, so that
-- tokens never start again.

-- The one clock: milliseconds since 1970, by the database.
CREATE VIEW IF NOT EXISTS clock (now) AS
  SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER);

-- A lock is free where it has no `op`. `quiet_ms`: until when an earlier holder may still have a
-- request under way, although the lock is no longer theirs.
CREATE TABLE IF NOT EXISTS locks (
  key        TEXT PRIMARY KEY,
  token      INTEGER NOT NULL,
  op         TEXT,
  holder     TEXT,
  info       TEXT,
  since_ms   INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,
  quiet_ms   INTEGER NOT NULL
) WITHOUT ROWID;

-- Who waits for locks, in order. An entry is leased as well: a waiter that is gone frees itself.
CREATE TABLE IF NOT EXISTS queue (
  place         INTEGER PRIMARY KEY,
  op            TEXT NOT NULL UNIQUE,
  keys          TEXT NOT NULL,
  mode          TEXT NOT NULL,
  holder        TEXT NOT NULL,
  info          TEXT NOT NULL,
  since_ms      INTEGER NOT NULL,
  expires_ms    INTEGER NOT NULL,
  superseded_by TEXT
);

-- A lock is taken from its holder by the entry that says so. Of the details, `op` is the holder that
-- was seen, and `grace_ms` how long a request of theirs may still be under way.
CREATE TRIGGER IF NOT EXISTS lock_is_forced AFTER INSERT ON journal
WHEN NEW.action = 'lock-forced'
BEGIN
  SELECT RAISE(ABORT, 'clodo: lock changed hands')
  WHERE NOT EXISTS (
    SELECT 1 FROM locks
    WHERE key = json_extract(NEW.body, '$.details.key') AND op = json_extract(NEW.body, '$.details.op')
  );
  UPDATE locks
  SET token = token + 1,
      op = NULL,
      holder = NULL,
      info = NULL,
      quiet_ms = max(quiet_ms, min(expires_ms, (SELECT now FROM clock)) + json_extract(NEW.body, '$.details.grace_ms')),
      expires_ms = 0
  WHERE key = json_extract(NEW.body, '$.details.key');
END;
