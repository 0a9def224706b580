//! The queue before the locks: who waits, and in which order.
//!
//! An entry of the queue is leased, as a lock is. Who waits renews it each time that they ask for
//! their turn; who is gone holds up nobody for longer than [`PATIENCE`].

use std::time::Duration;

use serde_json::json;

use super::locks::{Claim, millis, time};
use super::{Row, Store, StoreError};
use crate::core::model::lock::{Mode, Waiter};

/// How long an entry counts when it is not renewed.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// How long it can still be seen by which newer deployment an entry was superseded.
const REMEMBERED: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// ?1 op, ?2 keys, ?3 mode, ?4 holder, ?5 info, ?6 lease.
const WAIT: &str = "
INSERT INTO queue (op, keys, mode, holder, info, since_ms, expires_ms)
  SELECT ?1, ?2, ?3, ?4, ?5, now, now + CAST(?6 AS INTEGER) FROM clock WHERE true
ON CONFLICT (op) DO UPDATE SET expires_ms = excluded.expires_ms
RETURNING superseded_by";

/// ?1 op, ?2 keys. Only who agreed to it is superseded, and only by who deploys all of the same.
const SUPERSEDE: &str = "
UPDATE queue SET superseded_by = ?1
WHERE mode = 'latest'
  AND superseded_by IS NULL
  AND place < (SELECT place FROM queue WHERE op = ?1)
  AND NOT EXISTS (
    SELECT 1 FROM json_each(queue.keys) AS theirs
    WHERE NOT EXISTS (
      SELECT 1 FROM json_each(?2) AS ours
      WHERE theirs.value = ours.value
        OR substr(theirs.value, 1, length(ours.value) + 1) = ours.value || '/'
    )
  )
RETURNING op";

/// ?1 op, ?2 how long what was superseded is remembered.
const LEAVE: &str = "
DELETE FROM queue
WHERE op = ?1 AND superseded_by IS NULL
  OR expires_ms < (SELECT now FROM clock) - CAST(?2 AS INTEGER)
RETURNING op";

const LIST: &str = "
SELECT op, keys, mode, holder, info, since_ms, superseded_by FROM queue
WHERE superseded_by IS NOT NULL OR expires_ms > (SELECT now FROM clock)
ORDER BY place";

impl Store {
    /// Stands in the queue, at the end of it the first time, and renews the entry later. Answers
    /// by whom it was superseded, if it was.
    ///
    /// # Errors
    /// Where the database does not work. The same again does no harm.
    pub async fn wait(
        &self,
        claim: &Claim,
        mode: Mode,
        lease: Duration,
    ) -> Result<Option<String>, StoreError> {
        let Claim { keys, op, holder, info } = claim;
        let (keys, info) = (json!(keys).to_string(), json!(info).to_string());
        let params = [op.as_str(), &keys, mode.as_str(), holder, &info, &millis(lease)];
        let rows = self.database().run(WAIT, &params).await?;
        if mode == Mode::Latest {
            self.database().run(SUPERSEDE, &[op, &keys]).await?;
        }
        Ok(rows.first().and_then(|row| row.optional_text(0)).map(str::to_owned))
    }

    /// Leaves the queue. An entry that was superseded stays for a while, for those who ask.
    ///
    /// # Errors
    /// Where the database does not work. Then the entry runs out.
    pub async fn leave(&self, op: &str) -> Result<(), StoreError> {
        self.database().run(LEAVE, &[op, &millis(REMEMBERED)]).await.map(drop)
    }

    /// Who stands in the queue, the first first, and who was superseded lately.
    ///
    /// # Errors
    /// Where the database does not work.
    pub async fn waiters(&self) -> Result<Vec<Waiter>, StoreError> {
        self.database().run(LIST, &[]).await?.iter().map(waiter).collect()
    }
}

fn waiter(row: &Row) -> Result<Waiter, StoreError> {
    Ok(Waiter {
        op: row.text(0)?.to_owned(),
        keys: row.json(1)?,
        mode: row.word(2)?,
        holder: row.text(3)?.to_owned(),
        info: row.json(4)?,
        since: time(row, 5)?,
        superseded_by: row.optional_text(6).map(str::to_owned),
    })
}
