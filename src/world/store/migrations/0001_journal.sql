-- The journal. One INSERT is one change of state; its triggers decide whether it may be, and the
-- triggers of 0003 bring the readings up to date, all in the same atomic statement.
--
-- The body is what is hashed, so it is the only place where anything is said: the columns are
-- computed from it and cannot differ.
CREATE TABLE IF NOT EXISTS journal (
  seq         INTEGER PRIMARY KEY,
  body        TEXT NOT NULL CHECK (json_extract(body, '$.seq') = seq),
  prev        TEXT NOT NULL,
  hash        TEXT NOT NULL,
  op          TEXT AS (json_extract(body, '$.op')) VIRTUAL NOT NULL,
  at          TEXT AS (json_extract(body, '$.at')) VIRTUAL NOT NULL,
  action      TEXT AS (json_extract(body, '$.action')) VIRTUAL NOT NULL,
  deployment  TEXT AS (json_extract(body, '$.deployment')) VIRTUAL,
  service     TEXT AS (json_extract(body, '$.service')) VIRTUAL,
  from_state  TEXT AS (json_extract(body, '$.from')) VIRTUAL,
  to_state    TEXT AS (json_extract(body, '$.to')) VIRTUAL,
  fence_key   TEXT AS (json_extract(body, '$.fence.key')) VIRTUAL,
  fence_token INTEGER AS (json_extract(body, '$.fence.token')) VIRTUAL
);

CREATE UNIQUE INDEX IF NOT EXISTS journal_op ON journal (op);
CREATE INDEX IF NOT EXISTS journal_at ON journal (at);
CREATE INDEX IF NOT EXISTS journal_deployment ON journal (deployment) WHERE deployment IS NOT NULL;

-- From which state a deployment may go to which; '' is before the first. As `State::allows`.
CREATE TABLE IF NOT EXISTS transitions (
  from_state TEXT NOT NULL,
  to_state   TEXT NOT NULL,
  PRIMARY KEY (from_state, to_state)
) WITHOUT ROWID;

INSERT OR IGNORE INTO transitions (from_state, to_state)
  SELECT '', 'running'
  UNION ALL
  SELECT a.value, b.value
  FROM json_each('["running","unknown","needs-person"]') AS a,
       json_each('["running","succeeded","failed","restored","needs-person","unknown"]') AS b;

-- The order matters. An event that comes a second time is a duplicate, whatever has changed since;
-- a holder that lost its lock must hear so, and not that somebody else was quicker.
CREATE TRIGGER IF NOT EXISTS journal_guard BEFORE INSERT ON journal
BEGIN
  SELECT RAISE(ABORT, 'clodo: duplicate op')
  WHERE EXISTS (SELECT 1 FROM journal WHERE op = NEW.op);
  SELECT RAISE(ABORT, 'clodo: stale fence')
  WHERE NEW.fence_key IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM locks
    WHERE key = NEW.fence_key AND token = NEW.fence_token AND holder IS NOT NULL
  );
  SELECT RAISE(ABORT, 'clodo: chain conflict')
  WHERE NEW.seq IS NOT (SELECT COALESCE(MAX(seq), 0) + 1 FROM journal)
     OR NEW.prev IS NOT COALESCE((SELECT hash FROM journal ORDER BY seq DESC LIMIT 1), 'genesis');
  SELECT RAISE(ABORT, 'clodo: state conflict')
  WHERE NEW.to_state IS NOT NULL
    AND NEW.from_state IS NOT (SELECT state FROM deployments WHERE id = NEW.deployment);
  SELECT RAISE(ABORT, 'clodo: no such transition')
  WHERE NEW.to_state IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM transitions
    WHERE from_state = COALESCE(NEW.from_state, '') AND to_state = NEW.to_state
  );
END;

CREATE TRIGGER IF NOT EXISTS journal_is_not_rewritten BEFORE UPDATE ON journal
BEGIN
  SELECT RAISE(ABORT, 'clodo: the journal is append-only');
END;

CREATE TRIGGER IF NOT EXISTS journal_is_not_cut BEFORE DELETE ON journal
BEGIN
  SELECT RAISE(ABORT, 'clodo: the journal is append-only');
END;
