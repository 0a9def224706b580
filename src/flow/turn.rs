//! Taking locks, and waiting for one's turn.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::core::model::lock::{Lock, Mode, Waiter, excludes};
use crate::world::store::{Claim, Held, Lost, PATIENCE, Store, StoreError, Terms};

/// How soon to ask again at first.
const SOON: Duration = Duration::from_millis(250);

/// How soon to ask again at last. A fraction of what an entry of the queue lasts.
const LATER: Duration = Duration::from_secs(5);

/// How to take locks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Manner {
    /// What to do where somebody else has them.
    pub mode: Mode,
    /// How long to wait for them at most. Zero does not wait.
    pub wait: Duration,
    /// How long they last.
    pub terms: Terms,
}

/// What stands in the way of a claim.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Obstacles {
    /// Locks of others.
    pub locks: Vec<Lock>,
    /// Those who have waited longer.
    pub ahead: Vec<Waiter>,
}

/// What happens while somebody waits, for those who look on.
#[derive(Debug)]
pub enum Wait<'a> {
    /// Others come first.
    For(&'a Obstacles),
    /// The locks are taken. Their last holder did not give them back, so that a request of theirs
    /// may still arrive: until then nothing is done.
    Quiet(Duration),
}

/// Why somebody has no locks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TurnError {
    /// Others have them, and did not give them back in time.
    #[error("{}", busy(.0))]
    Busy(Obstacles),
    /// A newer deployment of the same waits now.
    #[error("a newer deployment, {by}, waits for the same, and the queue keeps only the latest")]
    Superseded {
        /// The newer deployment.
        by: String,
    },
    /// They were lost again before anything was done.
    #[error(transparent)]
    Lost(#[from] Lost),
    /// The state cannot be reached.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl TurnError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Busy(Obstacles { locks, .. }) => {
                let wait = "wait for it: --wait-for-lock 10m".to_owned();
                match locks.first() {
                    Some(Lock { key, .. }) => format!(
                        "{wait}; where nobody works on it any more: clodo lock release {key} \
                         --force --reason TEXT"
                    ),
                    None => wait,
                }
            }
            Self::Superseded { .. } => "nothing: the newer one deploys".to_owned(),
            Self::Lost(lost) => lost.hint().to_owned(),
            Self::Store(error) => error.hint(),
        }
    }
}

fn busy(Obstacles { locks, ahead }: &Obstacles) -> String {
    match (locks.first(), ahead.first()) {
        (Some(lock), _) => {
            let page = lock.info.run_url.as_ref().map(|url| format!(" ({url})"));
            let Lock { key, holder, since, .. } = lock;
            format!("{holder} holds the lock {key} since {since:.0}{}", page.unwrap_or_default())
        }
        (None, Some(waiter)) => {
            let Waiter { holder, since, .. } = waiter;
            format!("{holder} waits for the same lock since {since:.0}, and comes first")
        }
        (None, None) => "somebody else had the lock a moment ago".to_owned(),
    }
}

/// Takes all locks of a claim, when it is its turn. `tell` hears why it takes time.
///
/// # Errors
/// Where it is not our turn in time, or never will be. Then none of the locks is ours.
pub async fn take(
    store: &Store,
    claim: &Claim,
    manner: Manner,
    tell: &dyn Fn(Wait<'_>),
) -> Result<Held, TurnError> {
    let until = Instant::now() + manner.wait;
    let waits = manner.mode != Mode::Reject && !manner.wait.is_zero();
    let mut pause = SOON;
    let mut told = None;
    let (held, quiet) = loop {
        if let Some(taken) = store.hold(claim, manner.terms).await? {
            break taken;
        }
        let obstacles = obstacles(store, claim).await?;
        if !waits || Instant::now() >= until {
            leave(store, claim, waits).await;
            return Err(TurnError::Busy(obstacles));
        }
        if let Some(by) = store.wait(claim, manner.mode, PATIENCE).await? {
            return Err(TurnError::Superseded { by });
        }
        if told.as_ref() != Some(&who(&obstacles)) {
            tell(Wait::For(&obstacles));
            told = Some(who(&obstacles));
        }
        sleep(pause.min(until - Instant::now())).await;
        pause = (pause * 2).min(LATER);
    };
    leave(store, claim, waits).await;
    if !quiet.is_zero() {
        tell(Wait::Quiet(quiet));
        tokio::select! {
            () = sleep(quiet) => {}
            lost = held.lost() => return Err(lost.into()),
        }
    }
    Ok(held)
}

/// Leaves the queue, where we stood in it. An entry that cannot be removed runs out.
async fn leave(store: &Store, claim: &Claim, waits: bool) {
    if waits {
        let _ = store.leave(&claim.op).await;
    }
}

/// What stands in the way of a claim at the moment.
async fn obstacles(store: &Store, claim: &Claim) -> Result<Obstacles, StoreError> {
    let concerns = |key: &String| claim.keys.iter().any(|ours| excludes(ours, key));
    let locks = store.locks().await?.into_iter();
    let locks = locks.filter(|lock| lock.is_alive && lock.op != claim.op && concerns(&lock.key));
    let waiters = store.waiters().await?.into_iter().take_while(|waiter| waiter.op != claim.op);
    let ahead =
        waiters.filter(|waiter| waiter.superseded_by.is_none() && waiter.keys.iter().any(concerns));
    Ok(Obstacles { locks: locks.collect(), ahead: ahead.collect() })
}

/// Who is in the way: what is worth telling again when it changes.
fn who(Obstacles { locks, ahead }: &Obstacles) -> Vec<String> {
    let locks = locks.iter().map(|lock| lock.op.clone());
    locks.chain(ahead.iter().map(|waiter| waiter.op.clone())).collect()
}
