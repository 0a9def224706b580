-- Who may change what. A row stays when its lock is released, so that tokens never start again.
-- Times are milliseconds since 1970 by the clock of the database.
CREATE TABLE IF NOT EXISTS locks (
  key        TEXT PRIMARY KEY,
  token      INTEGER NOT NULL,
  holder     TEXT,
  op         TEXT,
  info       TEXT,
  since_ms   INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL
) WITHOUT ROWID;

-- Who waits for locks, in order. An entry is leased as well: a waiter that is gone frees itself.
CREATE TABLE IF NOT EXISTS queue (
  place         INTEGER PRIMARY KEY,
  op            TEXT NOT NULL UNIQUE,
  keys          TEXT NOT NULL,
  holder        TEXT NOT NULL,
  info          TEXT,
  since_ms      INTEGER NOT NULL,
  expires_ms    INTEGER NOT NULL,
  superseded_by TEXT
);
