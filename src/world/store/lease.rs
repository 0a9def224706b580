//! Locks that are held: their heartbeat, and what to do when it stops.
//!
//! The holder does not ask the database whether it may act, because the answer would be old when it
//! arrives. It counts itself: from before the request that renewed the locks, by a clock that nobody
//! sets. The database counted later, so that the holder stops before anybody else may begin.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout_at};

use super::locks::{Claim, GRACE, LEASE};
use super::{Store, StoreError};
use crate::core::model::journal::Fence;
use crate::core::model::lock::covers;

/// The times of a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// How long it lasts when it is not renewed. It is renewed after a quarter of that.
    pub lease: Duration,
    /// How much of it must be left to begin something that cannot be taken back: two timeouts of an
    /// HTTP request.
    pub margin: Duration,
    /// How long after the end of a lease a request of its holder may still be under way.
    pub grace: Duration,
}

impl Default for Terms {
    fn default() -> Self {
        Self { lease: LEASE, margin: GRACE, grace: GRACE }
    }
}

/// Why a holder must stop.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Lost {
    /// It is another's, or it had run out before it was renewed.
    #[error("the lock {0} was lost: it ran out, or was taken away")]
    Taken(String),
    /// It could not be renewed in time.
    #[error("the lock {key} could not be renewed in time{}", why.as_ref().map(|why| format!(": {why}")).unwrap_or_default())]
    RanOut {
        /// The lock; the first of them.
        key: String,
        /// What the last attempt met.
        why: Option<StoreError>,
    },
}

impl Lost {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Taken(_) => "`clodo lock ls` shows who has it now, `clodo audit ls` who took it",
            Self::RanOut { .. } => {
                "run `clodo deploy --resume` when the state can be reached again"
            }
        }
    }
}

/// Locks that are held, and renewed until this is dropped. Give them back with [`Held::release`]:
/// where that does not happen they run out.
#[derive(Debug)]
pub struct Held {
    store: Store,
    op: String,
    tokens: BTreeMap<String, u64>,
    margin: Duration,
    standing: watch::Receiver<Standing>,
    hurry: Arc<Notify>,
    heart: JoinHandle<()>,
}

/// How the locks stand.
#[derive(Clone, Debug)]
enum Standing {
    /// They are ours until then at least.
    Ours(Instant),
    Lost(Lost),
}

impl Drop for Held {
    fn drop(&mut self) {
        self.heart.abort();
    }
}

impl Store {
    /// Takes all locks of a claim and keeps them, or none: as [`Store::acquire`]. To be called in a
    /// runtime. With the locks comes how long a request of an earlier holder may still be under way.
    ///
    /// # Errors
    /// As [`Store::acquire`].
    pub async fn hold(
        &self,
        claim: &Claim,
        terms: Terms,
    ) -> Result<Option<(Held, Duration)>, StoreError> {
        let asked = Instant::now();
        let Some(grant) = self.acquire(claim, terms.lease, terms.grace).await? else {
            return Ok(None);
        };
        let (tell, standing) = watch::channel(Standing::Ours(asked + terms.lease));
        let hurry = Arc::new(Notify::new());
        let heart = Heart {
            store: self.clone(),
            op: claim.op.clone(),
            keys: grant.tokens.keys().cloned().collect(),
            lease: terms.lease,
            hurry: Arc::clone(&hurry),
            tell,
        };
        let held = Held {
            store: self.clone(),
            op: claim.op.clone(),
            tokens: grant.tokens,
            // More than a heartbeat leaves would never be there.
            margin: terms.margin.min(terms.lease * 2 / 3),
            standing,
            hurry,
            heart: tokio::spawn(heart.beat(asked)),
        };
        Ok(Some((held, grant.quiet)))
    }
}

impl Held {
    /// What the journal wants to see on an event about a service, or about the environment: the lock
    /// under which it is done. `None` where none of ours covers the key.
    pub fn fence(&self, key: &str) -> Option<Fence> {
        let (key, token) = self.tokens.iter().find(|(ours, _)| covers(ours, key))?;
        Some(Fence { key: key.clone(), token: *token })
    }

    /// The locks, with their tokens.
    pub fn tokens(&self) -> &BTreeMap<String, u64> {
        &self.tokens
    }

    /// To be called before every request that changes something: waits until enough of the lease is
    /// left for it.
    ///
    /// # Errors
    /// Where the locks are lost. Then nothing more may be done.
    pub async fn check(&self) -> Result<(), Lost> {
        let mut standing = self.standing.clone();
        loop {
            match &*standing.borrow_and_update() {
                Standing::Lost(lost) => return Err(lost.clone()),
                Standing::Ours(until) if *until >= Instant::now() + self.margin => return Ok(()),
                Standing::Ours(_) => self.hurry.notify_one(),
            }
            // The heart tells before it stops.
            let _ = standing.changed().await;
        }
    }

    /// Waits until the locks are lost.
    pub async fn lost(&self) -> Lost {
        let mut standing = self.standing.clone();
        loop {
            if let Standing::Lost(lost) = &*standing.borrow_and_update() {
                return lost.clone();
            }
            let _ = standing.changed().await;
        }
    }

    /// Gives the locks back.
    ///
    /// # Errors
    /// Where the database does not work. Then they run out by themselves.
    pub async fn release(self) -> Result<(), StoreError> {
        self.heart.abort();
        self.store.release(&self.op).await
    }
}

/// Renews locks, and tells how they stand.
struct Heart {
    store: Store,
    op: String,
    keys: Vec<String>,
    lease: Duration,
    hurry: Arc<Notify>,
    tell: watch::Sender<Standing>,
}

impl Heart {
    async fn beat(self, asked: Instant) {
        let mut until = asked + self.lease;
        let mut why = None;
        let mut pause = self.lease / 4;
        loop {
            tokio::select! {
                () = sleep(pause) => {}
                () = self.hurry.notified() => {}
            }
            let asked = Instant::now();
            match timeout_at(until, self.store.renew(&self.op, self.lease)).await {
                Ok(Ok(renewed)) if renewed == self.keys.len() => {
                    until = asked + self.lease;
                    pause = self.lease / 4;
                    self.tell.send_replace(Standing::Ours(until));
                    continue;
                }
                Ok(Ok(_)) => return self.end(Lost::Taken(self.which().await)),
                Ok(Err(error)) => why = Some(error),
                Err(_) => {}
            }
            // Soon again: most of what fails is over in a moment.
            pause = self.lease / 20;
            if Instant::now() + pause >= until {
                let key = self.keys.first().cloned().unwrap_or_default();
                return self.end(Lost::RanOut { key, why });
            }
        }
    }

    /// The first of our locks that is not ours any more; any where that cannot be found out.
    async fn which(&self) -> String {
        let locks = self.store.locks().await.unwrap_or_default();
        let is_ours = |key: &str| locks.iter().any(|lock| lock.key == key && lock.op == self.op);
        let gone = self.keys.iter().find(|key| !is_ours(key));
        gone.or(self.keys.first()).cloned().unwrap_or_default()
    }

    fn end(&self, lost: Lost) {
        self.tell.send_replace(Standing::Lost(lost));
    }
}
