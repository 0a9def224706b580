-- Readings of the journal, kept by its triggers. All of it can be made again from the journal.

-- `seq` is the number of the entry with which the deployment began, so that deployments stand in the
-- order of the journal.
CREATE TABLE IF NOT EXISTS deployments (
  seq         INTEGER PRIMARY KEY,
  id          TEXT NOT NULL UNIQUE,
  account     TEXT NOT NULL,
  environment TEXT NOT NULL,
  state       TEXT NOT NULL,
  started_at  TEXT NOT NULL,
  finished_at TEXT,
  actor       TEXT NOT NULL,
  cause       TEXT NOT NULL,
  actor_id    TEXT AS (json_extract(actor, '$.id')) VIRTUAL,
  commit_sha  TEXT AS (json_extract(cause, '$.commit')) VIRTUAL
);

CREATE INDEX IF NOT EXISTS deployments_environment ON deployments (environment, seq);
CREATE INDEX IF NOT EXISTS deployments_state ON deployments (state, seq);
CREATE INDEX IF NOT EXISTS deployments_actor ON deployments (actor_id, seq);
CREATE INDEX IF NOT EXISTS deployments_commit ON deployments (commit_sha, seq);
CREATE INDEX IF NOT EXISTS deployments_started ON deployments (started_at);

CREATE TABLE IF NOT EXISTS deployment_services (
  deployment  INTEGER NOT NULL REFERENCES deployments (seq),
  position    INTEGER NOT NULL,
  account     TEXT NOT NULL,
  environment TEXT NOT NULL,
  service     TEXT NOT NULL,
  worker      TEXT NOT NULL,
  strategy    TEXT NOT NULL,
  progress    TEXT NOT NULL DEFAULT '{}',
  state       TEXT AS (json_extract(progress, '$.state')) VIRTUAL,
  version     TEXT AS (json_extract(progress, '$.version')) VIRTUAL,
  healthy     INTEGER AS (json_extract(progress, '$.healthy')) VIRTUAL,
  PRIMARY KEY (deployment, position)
) WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS deployment_services_service ON deployment_services (service, deployment);
CREATE INDEX IF NOT EXISTS deployment_services_good
  ON deployment_services (worker, environment, account, healthy, deployment)
  WHERE state = 'succeeded' AND version IS NOT NULL;

CREATE TABLE IF NOT EXISTS holds (
  id          TEXT PRIMARY KEY,
  at          TEXT NOT NULL,
  actor       TEXT NOT NULL,
  account     TEXT NOT NULL,
  environment TEXT NOT NULL,
  service     TEXT NOT NULL,
  deployment  TEXT,
  what        TEXT NOT NULL,
  worker      TEXT AS (json_extract(what, '$.worker')) VIRTUAL,
  version     TEXT AS (json_extract(what, '$.version')) VIRTUAL
) WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS holds_worker ON holds (worker, environment, account);

CREATE TRIGGER IF NOT EXISTS deployment_starts AFTER INSERT ON journal
WHEN NEW.action = 'deployment-started'
BEGIN
  INSERT INTO deployments (seq, id, account, environment, state, started_at, actor, cause)
  VALUES (
    NEW.seq,
    NEW.deployment,
    COALESCE(json_extract(NEW.body, '$.account'), ''),
    COALESCE(json_extract(NEW.body, '$.environment'), ''),
    NEW.to_state,
    NEW.at,
    json_extract(NEW.body, '$.actor'),
    json_remove(json_extract(NEW.body, '$.details'), '$.services')
  );
  INSERT INTO deployment_services (deployment, position, account, environment, service, worker, strategy)
  SELECT
    NEW.seq,
    planned.key,
    COALESCE(json_extract(NEW.body, '$.account'), ''),
    COALESCE(json_extract(NEW.body, '$.environment'), ''),
    json_extract(planned.value, '$.service'),
    json_extract(planned.value, '$.worker'),
    json_extract(planned.value, '$.strategy')
  FROM json_each(NEW.body, '$.details.services') AS planned;
END;

CREATE TRIGGER IF NOT EXISTS deployment_goes_on AFTER INSERT ON journal
WHEN NEW.to_state IS NOT NULL AND NEW.action <> 'deployment-started'
BEGIN
  UPDATE deployments
  SET state = NEW.to_state,
      finished_at = CASE NEW.action WHEN 'deployment-finished' THEN NEW.at END
  WHERE id = NEW.deployment;
END;

CREATE TRIGGER IF NOT EXISTS service_goes_on AFTER INSERT ON journal
WHEN NEW.service IS NOT NULL AND json_type(NEW.body, '$.details.progress') = 'object'
BEGIN
  UPDATE deployment_services
  SET progress = json_patch(progress, json_extract(NEW.body, '$.details.progress'))
  WHERE service = NEW.service
    AND deployment = (SELECT seq FROM deployments WHERE id = NEW.deployment);
END;

CREATE TRIGGER IF NOT EXISTS hold_is_set AFTER INSERT ON journal
WHEN NEW.action = 'hold-set'
BEGIN
  INSERT INTO holds (id, at, actor, account, environment, service, deployment, what)
  VALUES (
    NEW.op,
    NEW.at,
    json_extract(NEW.body, '$.actor'),
    COALESCE(json_extract(NEW.body, '$.account'), ''),
    COALESCE(json_extract(NEW.body, '$.environment'), ''),
    NEW.service,
    NEW.deployment,
    json_extract(NEW.body, '$.details')
  );
END;

CREATE TRIGGER IF NOT EXISTS hold_is_cleared AFTER INSERT ON journal
WHEN NEW.action = 'hold-cleared'
BEGIN
  DELETE FROM holds WHERE id = json_extract(NEW.body, '$.details.hold');
END;
