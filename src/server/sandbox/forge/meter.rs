//! How many requests were made in a time: what the limits of the forges go by. Not kept in the state,
//! because a restart may forget it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// Counters, each with a time that begins anew when it is over.
#[derive(Debug, Default)]
pub(crate) struct Meter(Mutex<HashMap<String, Window>>);

#[derive(Debug)]
struct Window {
    ends: Timestamp,
    used: u32,
}

/// Where a counter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) limit: u32,
    pub(super) used: u32,
    /// When it begins anew.
    pub(super) ends: Timestamp,
}

impl Count {
    pub(super) fn remaining(self) -> u32 {
        self.limit.saturating_sub(self.used)
    }

    pub(super) fn is_over(self) -> bool {
        self.used > self.limit
    }

    /// The seconds until it begins anew.
    pub(super) fn wait(self, now: Timestamp) -> i64 {
        self.ends.duration_since(now).as_secs().max(0) + 1
    }
}

impl Meter {
    /// Adds to a counter.
    pub(super) fn count(
        &self,
        what: String,
        by: u32,
        limit: u32,
        time: SignedDuration,
        now: Timestamp,
    ) -> Count {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let window = windows.entry(what).or_insert(Window { ends: now, used: 0 });
        if window.ends <= now {
            *window = Window { ends: now + time, used: 0 };
        }
        window.used += by;
        Count { limit, used: window.used, ends: window.ends }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_begins_anew() {
        let meter = Meter::default();
        let minute = SignedDuration::from_mins(1);
        let at = |seconds| Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds);
        let count = |what: &str, seconds| meter.count(what.into(), 1, 2, minute, at(seconds));
        assert_eq!([0, 1, 59].map(|seconds| count("a", seconds).is_over()), [false, false, true]);
        assert_eq!((count("a", 59).remaining(), count("a", 59).wait(at(59))), (0, 2));
        assert!(!count("b", 59).is_over(), "another counter");
        assert_eq!(count("a", 60).remaining(), 1);
        assert_eq!(meter.count("a".into(), 0, 2, minute, at(61)).remaining(), 1, "only asked");
    }
}
