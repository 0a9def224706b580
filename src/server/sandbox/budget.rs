//! How many requests are left: the headers of every answer, and 429 where a limit was set.

use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

/// Requests in a window: <https://developers.cloudflare.com/fundamentals/api/reference/limits/>.
pub(super) const QUOTA: u32 = 1200;

/// The window in seconds.
pub(super) const WINDOW: i64 = 300;

/// The requests of the window so far.
#[derive(Debug, Default)]
pub(super) struct Budget(Mutex<Spent>);

#[derive(Debug, Default)]
struct Spent {
    since: Timestamp,
    requests: u32,
}

/// What is left of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Left {
    /// Of how many.
    pub(super) quota: u32,
    /// Requests; none is left where the one that asked is over the limit.
    pub(super) requests: Option<u32>,
    /// Seconds until the next window.
    pub(super) seconds: i64,
}

impl Budget {
    /// Spends one request. Without a limit nothing is ever spent.
    pub(super) fn spend(&self, limit: Option<u32>, now: Timestamp) -> Left {
        let Some(quota) = limit else {
            return Left { quota: QUOTA, requests: Some(QUOTA), seconds: WINDOW };
        };
        let mut spent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if now.as_second() - spent.since.as_second() >= WINDOW {
            *spent = Spent { since: now, requests: 0 };
        }
        spent.requests = spent.requests.saturating_add(1);
        let seconds = spent.since.as_second() + WINDOW - now.as_second();
        Left { quota, requests: quota.checked_sub(spent.requests), seconds }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;

    #[test]
    fn a_window_ends() {
        let budget = Budget::default();
        let now = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(1000);
        let left = |now| budget.spend(Some(2), now).requests;
        assert_eq!([left(now), left(now), left(now)], [Some(1), Some(0), None]);
        assert_eq!(left(now + SignedDuration::from_secs(WINDOW)), Some(1));
        assert_eq!(budget.spend(None, now).requests, Some(QUOTA));
    }
}
