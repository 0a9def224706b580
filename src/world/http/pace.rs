//! How fast a service may be asked.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep_until};

use super::{Answer, HttpError};

/// What is left (`Ratelimit: "default";r=50;t=30`), as the IETF's draft has it, which Cloudflare
/// follows: <https://developers.cloudflare.com/fundamentals/api/reference/limits/>.
const LEFT: &str = "ratelimit";

/// A pace that many requests share: so many at once and no more, fewer as what the service still
/// takes runs low, and none before the time at which it takes some again.
#[derive(Debug)]
pub struct Pace {
    slots: Semaphore,
    at_once: u32,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    in_flight: u64,
    budget: Option<Ends>,
    resume: Option<Instant>,
}

/// A budget, and when it is renewed.
#[derive(Clone, Copy, Debug)]
struct Ends {
    remaining: u64,
    at: Instant,
}

/// How many requests a service still takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// So many.
    pub remaining: u64,
    /// Seconds until there are more.
    pub seconds: u64,
}

impl Pace {
    /// A pace of so many requests at once.
    pub fn new(at_once: u32) -> Self {
        let at_once = at_once.max(1);
        let slots = Semaphore::new(at_once as usize);
        Self { slots, at_once, state: Mutex::default() }
    }

    /// What the service said last of how much it still takes.
    pub fn budget(&self) -> Option<Budget> {
        let Ends { remaining, at } = self.state().budget?;
        Some(Budget { remaining, seconds: at.saturating_duration_since(Instant::now()).as_secs() })
    }

    /// Waits until it is a request's turn.
    ///
    /// # Errors
    /// How long it would have to wait, where that is longer than it wants to.
    pub(super) async fn turn(&self, patience: Duration) -> Result<Turn<'_>, Duration> {
        // The semaphore is never closed.
        let permit = self.slots.acquire_many(self.weight()).await.ok();
        let until = Instant::now() + patience;
        while let Some(resume) = self.take(Instant::now()) {
            if resume > until {
                return Err(resume.saturating_duration_since(Instant::now()));
            }
            sleep_until(resume).await;
        }
        Ok(Turn { pace: self, _permit: permit })
    }

    /// How many slots one request takes: more, the less is left.
    fn weight(&self) -> u32 {
        let Some(budget) = self.state().budget else { return 1 };
        let (left, at_once) = (budget.remaining, u64::from(self.at_once));
        match left {
            _ if left > at_once * 4 => 1,
            _ if left > at_once => self.at_once.div_ceil(4),
            _ => self.at_once,
        }
    }

    /// Counts one more request; or says when there may be one.
    fn take(&self, now: Instant) -> Option<Instant> {
        let mut state = self.state();
        state.resume = state.resume.filter(|resume| *resume > now);
        state.budget = state.budget.filter(|budget| budget.at > now);
        let used_up = state.budget.filter(|budget| budget.remaining == 0).map(|budget| budget.at);
        let resume = state.resume.into_iter().chain(used_up).max();
        if resume.is_none() {
            state.in_flight += 1;
            if let Some(budget) = &mut state.budget {
                budget.remaining -= 1;
            }
        }
        resume
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The turn of one request.
pub(super) struct Turn<'p> {
    pace: &'p Pace,
    _permit: Option<SemaphorePermit<'p>>,
}

impl Turn<'_> {
    /// Ends it, and takes to heart what the answer says of the pace.
    pub(super) fn end(self, result: &Result<Answer, HttpError>) {
        let now = Instant::now();
        let (answer, wait) = match result {
            Ok(answer) => (Some(answer), None),
            Err(HttpError::Status { limited: true, wait, answer, .. }) => (Some(&**answer), *wait),
            Err(HttpError::Status { answer, .. }) => (Some(&**answer), None),
            Err(_) => (None, None),
        };
        let mut state = self.pace.state();
        state.resume = state.resume.max(wait.map(|wait| now + wait));
        let Some(budget) = answer.and_then(|answer| least(answer.header(LEFT)?)) else { return };
        // The others on their way have not been counted yet, or have been: the lower is the safer.
        let remaining = budget.remaining.saturating_sub(state.in_flight.saturating_sub(1));
        state.budget = Some(Ends { remaining, at: now + Duration::from_secs(budget.seconds) });
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut state = self.pace.state();
        state.in_flight = state.in_flight.saturating_sub(1);
    }
}

/// The tightest of the budgets that a header names.
fn least(header: &str) -> Option<Budget> {
    let budgets = header.split(',').filter_map(|item| {
        let parameter = |name: &str| {
            let pairs = item.split(';').skip(1).filter_map(|pair| pair.trim().split_once('='));
            pairs.clone().find(|(key, _)| *key == name)?.1.parse().ok()
        };
        Some(Budget { remaining: parameter("r")?, seconds: parameter("t")? })
    });
    budgets.min_by_key(|budget| budget.remaining)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pace(remaining: u64) -> Pace {
        let pace = Pace::new(16);
        let at = Instant::now() + Duration::from_secs(30);
        pace.state().budget = Some(Ends { remaining, at });
        pace
    }

    #[test]
    fn the_tightest_budget_counts() {
        let budget = |remaining, seconds| Some(Budget { remaining, seconds });
        assert_eq!(least(r#""default";r=50;t=30"#), budget(50, 30));
        assert_eq!(least(r#""default";r=50;t=30, "burst";r=3; t=5"#), budget(3, 5));
        assert_eq!(least("50"), None);
        assert_eq!(least(r#""default";r=-1;t=x"#), None);
    }

    #[test]
    fn the_less_is_left_the_fewer_go_at_once() {
        let weights = [1200, 64, 17, 16, 1].map(|left| pace(left).weight());
        assert_eq!(weights, [1, 4, 4, 16, 16]);
        assert_eq!(Pace::new(16).weight(), 1);
    }

    #[test]
    fn what_is_used_up_is_waited_for() {
        let (now, pace) = (Instant::now(), pace(1));
        assert_eq!(pace.take(now), None);
        let renewed = pace.take(now).expect("nothing is left");
        assert!(renewed > now + Duration::from_secs(29));
        assert_eq!(pace.take(renewed), None, "there are more then");
        assert_eq!(pace.budget(), None);
    }
}
