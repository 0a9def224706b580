//! Writing to the journal.

use std::time::Duration;

use jiff::Timestamp;

use super::{Row, Store, StoreError};
use crate::core::model::journal::{Entry, Event, GENESIS, Record};

/// How often we try to be the next.
const ATTEMPTS: u32 = 64;

/// How long we wait at most before the next attempt. What others need for one entry on D1 is more.
const PAUSE: Duration = Duration::from_millis(20);

/// The number and the time come from what is inserted, so that there is nothing else to say.
const INSERT: &str = "INSERT INTO journal (seq, body, prev, hash) \
    VALUES (json_extract(?1, '$.seq'), ?1, ?2, ?3) RETURNING seq";

/// The end of the journal, and the time.
const HEAD: &str = "SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), seq, hash, at \
    FROM (SELECT 1) LEFT JOIN (SELECT seq, hash, at FROM journal ORDER BY seq DESC LIMIT 1)";

/// The end of the journal.
struct Head {
    seq: u64,
    hash: String,
    /// The time for the next entry: never before that of the last.
    now: Timestamp,
}

/// Why an entry was refused: what the triggers say.
enum Refusal {
    Duplicate,
    StaleFence,
    Chain,
    State,
    Transition,
    ChangedHands,
}

impl Refusal {
    const WORDS: [(&'static str, Self); 6] = [
        ("clodo: duplicate op", Self::Duplicate),
        ("clodo: stale fence", Self::StaleFence),
        ("clodo: chain conflict", Self::Chain),
        ("clodo: state conflict", Self::State),
        ("clodo: no such transition", Self::Transition),
        ("clodo: lock changed hands", Self::ChangedHands),
    ];

    fn of(error: &StoreError) -> Option<Self> {
        let StoreError::Refused(why) = error else { return None };
        Self::WORDS.into_iter().find_map(|(words, refusal)| why.contains(words).then_some(refusal))
    }
}

impl Store {
    /// Writes an event into the journal, and answers with the place that it got. An event that was
    /// written before is not written again: its place is answered.
    ///
    /// # Errors
    /// - [`StoreError::StaleFence`]: the lock is another's now. Nothing more may be done.
    /// - [`StoreError::StateConflict`]: the deployment is in another state than the event says.
    /// - [`StoreError::NoSuchTransition`], [`StoreError::OtherEvent`]: the event is wrong.
    /// - Others where the database does not work. Then nobody knows whether the event was written:
    ///   appending the same event again finds out.
    pub async fn append(&self, event: &Event) -> Result<Entry, StoreError> {
        for attempt in 0..ATTEMPTS {
            let Head { seq, hash, now } = self.head().await?;
            let entry = Entry::new(event.clone(), seq + 1, now, &hash);
            let Record { body, prev, hash, .. } = entry.record();
            let Err(error) = self.database.run(INSERT, &[&body, &prev, &hash]).await else {
                return Ok(entry);
            };
            match Refusal::of(&error) {
                Some(Refusal::Chain) => tokio::time::sleep(pause(attempt, event)).await,
                Some(refusal) => return self.explain(refusal, event).await,
                None => return Err(error),
            }
        }
        Err(StoreError::Busy)
    }

    async fn head(&self) -> Result<Head, StoreError> {
        let rows = self.database.run(HEAD, &[]).await?;
        let row = rows.first().ok_or_else(|| StoreError::Unreadable("no time".to_owned()))?;
        let now: Timestamp = row.word(0)?;
        match row.optional_text(2) {
            None => Ok(Head { seq: 0, hash: GENESIS.to_owned(), now }),
            Some(hash) => {
                let now = now.max(row.word(3)?);
                Ok(Head { seq: row.number(1)?, hash: hash.to_owned(), now })
            }
        }
    }

    /// What a refusal means for the event; a duplicate may be what we wrote ourselves.
    async fn explain(&self, refusal: Refusal, event: &Event) -> Result<Entry, StoreError> {
        Err(match (refusal, &event.fence) {
            (Refusal::Duplicate, _) => return self.written(event).await,
            (Refusal::StaleFence, Some(fence)) => {
                StoreError::StaleFence { key: fence.key.clone(), token: fence.token }
            }
            (Refusal::State, _) => {
                let deployment = event.deployment.clone().unwrap_or_default();
                let find = "SELECT state FROM deployments WHERE id = ?1";
                let rows = self.database.run(find, &[&deployment]).await?;
                let found = rows.first().map(|row| row.word(0)).transpose()?;
                StoreError::StateConflict { deployment, expected: event.from, found }
            }
            (Refusal::ChangedHands, _) => StoreError::ChangedHands,
            _ => StoreError::NoSuchTransition { from: event.from, to: event.to },
        })
    }

    /// The entry of an event that was written before.
    async fn written(&self, event: &Event) -> Result<Entry, StoreError> {
        let find = "SELECT seq, body, prev, hash FROM journal WHERE op = ?1";
        let rows = self.database.run(find, &[&event.op]).await?;
        let found = rows.into_iter().next().map(entry).transpose()?;
        // What they say is compared, and not how it is written: 100 and 100.0 are one number.
        let again = |found: &Entry| Entry::new(event.clone(), found.seq, found.at, &found.prev);
        found
            .filter(|found| again(found).hash == found.hash)
            .ok_or_else(|| StoreError::OtherEvent { op: event.op.clone() })
    }
}

/// Of a row `seq, body, prev, hash`.
pub(super) fn record(mut row: Row) -> Result<Record, StoreError> {
    let (seq, body, prev, hash) = (row.number(0)?, row.take(1)?, row.take(2)?, row.take(3)?);
    Ok(Record { seq, body, prev, hash })
}

/// Of a row `seq, body, prev, hash`.
pub(super) fn entry(row: Row) -> Result<Entry, StoreError> {
    let record = record(row)?;
    record.read().map_err(|error| StoreError::Unreadable(format!("entry {}: {error}", record.seq)))
}

/// A while that differs from event to event, so that those who collided do not collide again.
fn pause(attempt: u32, event: &Event) -> Duration {
    let spread: u32 = event.op.bytes().map(u32::from).sum();
    PAUSE * ((spread + attempt * 7) % 16) / 16
}
