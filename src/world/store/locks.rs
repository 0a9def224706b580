//! Locks: who may change an environment, or a service of it, and until when.
//!
//! A lock is a lease: its holder renews it ([`super::Held`]), and a holder that is gone loses it.
//! Time is always the database's. Each holder has a higher token than the holder before, and the
//! journal takes an event only under the token that is current: who lost a lock and does not know it
//! yet writes nothing any more.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;

use super::{Row, Store, StoreError, event};
use crate::core::model::Actor;
use crate::core::model::journal::{Action, Event};
use crate::core::model::lock::{Info, Lock};

/// How long a lock lasts when it is not renewed. Longer than what D1 may stall (30 s) and three
/// heartbeats.
pub(super) const LEASE: Duration = Duration::from_secs(90);

/// How long after the end of a lease a request of its holder may still be under way: two timeouts of
/// an HTTP request.
pub(super) const GRACE: Duration = Duration::from_secs(60);

/// Takes all locks or none, in one statement.
///
/// ?1 the keys, ?2 op, ?3 holder, ?4 info, ?5 lease, ?6 grace. A row returns for each key that was
/// taken, and for each related lock whose lease had run out: that one is freed, so that its holder
/// can write nothing any more. The same op again takes nothing new: a lost reply is asked for again.
/// Who does not stand in the queue comes after all who do.
///
/// A token is the time, or one more than the last where that is later. So it also grows where
/// somebody puts an old copy of the state back: a counter would then give the same number twice, and
/// a holder of before could write as if the lock were still theirs.
const ACQUIRE: &str = "
WITH
  wanted (key) AS (SELECT value FROM json_each(?1)),
  others AS (
    SELECT DISTINCT locks.* FROM locks JOIN wanted
    ON locks.key = wanted.key
      OR substr(locks.key, 1, length(wanted.key) + 1) = wanted.key || '/'
      OR substr(wanted.key, 1, length(locks.key) + 1) = locks.key || '/'
    WHERE locks.op IS NOT ?2
  ),
  ahead AS (
    SELECT 1 FROM queue JOIN json_each(queue.keys) AS theirs JOIN wanted
    ON theirs.value = wanted.key
      OR substr(theirs.value, 1, length(wanted.key) + 1) = wanted.key || '/'
      OR substr(wanted.key, 1, length(theirs.value) + 1) = theirs.value || '/'
    WHERE queue.op <> ?2
      AND queue.superseded_by IS NULL
      AND queue.expires_ms > (SELECT now FROM clock)
      AND queue.place < COALESCE((SELECT place FROM queue WHERE op = ?2), 9e18)
  ),
  turn (now) AS (
    SELECT now FROM clock
    WHERE NOT EXISTS (SELECT 1 FROM others WHERE op IS NOT NULL AND expires_ms > now)
      AND (
        (SELECT count(*) FROM locks JOIN wanted USING (key) WHERE op = ?2)
          = (SELECT count(*) FROM wanted)
        OR NOT EXISTS (SELECT 1 FROM ahead)
          AND NOT EXISTS (SELECT 1 FROM queue WHERE op = ?2 AND superseded_by IS NOT NULL)
      )
  )
INSERT INTO locks (key, token, op, holder, info, since_ms, expires_ms, quiet_ms)
  SELECT
    wanted.key, now, ?2, ?3, ?4, now, now + CAST(?5 AS INTEGER),
    COALESCE(
      (SELECT max(CASE WHEN op IS NULL THEN quiet_ms ELSE expires_ms + CAST(?6 AS INTEGER) END)
       FROM others),
      0
    )
  FROM turn, wanted
  UNION ALL
  SELECT key, token, NULL, NULL, NULL, since_ms, 0, expires_ms + CAST(?6 AS INTEGER)
  FROM turn, others
  WHERE op IS NOT NULL AND key NOT IN (SELECT key FROM wanted)
  ORDER BY 1
ON CONFLICT (key) DO UPDATE SET
  token = CASE
    WHEN excluded.op IS NOT NULL AND op IS NOT excluded.op THEN max(token + 1, excluded.token)
    ELSE token
  END,
  since_ms = CASE WHEN op IS excluded.op THEN since_ms ELSE excluded.since_ms END,
  quiet_ms = CASE WHEN op IS excluded.op THEN quiet_ms ELSE excluded.quiet_ms END,
  op = excluded.op,
  holder = excluded.holder,
  info = excluded.info,
  expires_ms = excluded.expires_ms
RETURNING key, op IS NOT NULL, token, max(0, quiet_ms - (SELECT now FROM clock))";

/// ?1 op, ?2 lease. What has run out is not renewed, although nobody may have taken it yet.
const RENEW: &str = "
UPDATE locks SET expires_ms = (SELECT now FROM clock) + CAST(?2 AS INTEGER)
WHERE op = ?1 AND expires_ms > (SELECT now FROM clock)
RETURNING key";

/// ?1 op.
const RELEASE: &str = "
UPDATE locks SET op = NULL, holder = NULL, info = NULL, expires_ms = 0
WHERE op = ?1
RETURNING key";

const LIST: &str = "
SELECT key, token, op, holder, info, since_ms, expires_ms, expires_ms > (SELECT now FROM clock)
FROM locks WHERE op IS NOT NULL ORDER BY key";

/// Who wants locks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// All of the locks: see [`crate::core::model::lock::key`].
    pub keys: Vec<String>,
    /// What they are for, as an id: that of the deployment. Who claims twice under the same id has
    /// the locks once.
    pub op: String,
    /// Who it is, for others who wait: `ana`.
    pub holder: String,
    /// Where to look for them.
    pub info: Info,
}

/// Locks that were taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Each key with its token.
    pub tokens: BTreeMap<String, u64>,
    /// How long a request of an earlier holder may still be under way, from now on. Zero where they
    /// released their locks themselves.
    pub quiet: Duration,
}

impl Store {
    /// Takes all locks of a claim for as long as the lease, or none: `None` where somebody else has
    /// one of them, or has waited longer.
    ///
    /// # Errors
    /// Where the database does not work. Then nobody knows whether the locks were taken: the same
    /// claim again finds out.
    pub async fn acquire(
        &self,
        claim: &Claim,
        lease: Duration,
        grace: Duration,
    ) -> Result<Option<Grant>, StoreError> {
        let Claim { keys, op, holder, info } = claim;
        let (keys, info) = (json!(keys).to_string(), json!(info).to_string());
        let [lease, grace] = [millis(lease), millis(grace)];
        let params = [keys.as_str(), op, holder, &info, &lease, &grace];
        let mut grant = Grant { tokens: BTreeMap::new(), quiet: Duration::ZERO };
        for row in self.database().run(ACQUIRE, &params).await? {
            // The others are those that were freed.
            if row.number(1)? == 1 {
                grant.tokens.insert(row.text(0)?.to_owned(), row.number(2)?);
                grant.quiet = grant.quiet.max(Duration::from_millis(row.number(3)?));
            }
        }
        Ok((!grant.tokens.is_empty()).then_some(grant))
    }

    /// Renews the locks that are held for something, and answers how many there are. Those that were
    /// taken away, or whose lease has run out, are not among them.
    ///
    /// # Errors
    /// Where the database does not work.
    pub async fn renew(&self, op: &str, lease: Duration) -> Result<usize, StoreError> {
        Ok(self.database().run(RENEW, &[op, &millis(lease)]).await?.len())
    }

    /// Gives back all locks that are held for something.
    ///
    /// # Errors
    /// Where the database does not work. Then the leases run out.
    pub async fn release(&self, op: &str) -> Result<(), StoreError> {
        self.database().run(RELEASE, &[op]).await.map(drop)
    }

    /// The locks that somebody has, those whose lease has run out included.
    ///
    /// # Errors
    /// Where the database does not work.
    pub async fn locks(&self) -> Result<Vec<Lock>, StoreError> {
        self.database().run(LIST, &[]).await?.iter().map(lock).collect()
    }

    /// Takes a lock from its holder, who can write nothing any more from then on. The journal says
    /// who did it and why.
    ///
    /// # Errors
    /// [`StoreError::ChangedHands`] where somebody else has the lock by now, or nobody.
    pub async fn force_release(
        &self,
        lock: &Lock,
        actor: Actor,
        reason: &str,
    ) -> Result<(), StoreError> {
        let mut parts = lock.key.splitn(3, '/');
        let place = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let details = json!({
            "key": lock.key, "op": lock.op, "holder": lock.holder, "reason": reason,
            "grace_ms": u64::try_from(GRACE.as_millis()).unwrap_or_default(),
        });
        let event = event(Action::LockForced, &actor, place, &details);
        let event = Event { service: parts.next().map(str::to_owned), ..event };
        self.append(&event).await.map(drop)
    }
}

fn lock(row: &Row) -> Result<Lock, StoreError> {
    Ok(Lock {
        key: row.text(0)?.to_owned(),
        token: row.number(1)?,
        op: row.text(2)?.to_owned(),
        holder: row.text(3)?.to_owned(),
        info: row.json(4)?,
        since: time(row, 5)?,
        expires: time(row, 6)?,
        is_alive: row.number(7)? == 1,
    })
}

/// A time of the database's clock.
pub(super) fn time(row: &Row, column: usize) -> Result<Timestamp, StoreError> {
    let millis = i64::try_from(row.number(column)?).unwrap_or(i64::MAX);
    Timestamp::from_millisecond(millis).map_err(|error| StoreError::Unreadable(error.to_string()))
}

/// As a parameter of a statement.
pub(super) fn millis(duration: Duration) -> String {
    duration.as_millis().to_string()
}
