//! When to send a request again.

use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

use super::{HttpError, Request};

/// How long to wait, and how often to try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// How often a request is sent at most.
    pub attempts: u32,
    /// How long to wait for a connection.
    pub connect: Duration,
    /// How long to wait for an answer.
    pub answer: Duration,
    /// How long to wait before the second attempt; twice as long before each next one.
    pub pause: Duration,
    /// How long to wait between the attempts of one request altogether. A service that wants us to
    /// wait longer is not asked again.
    pub pauses: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            attempts: 3,
            connect: Duration::from_secs(10),
            answer: Duration::from_secs(30),
            pause: Duration::from_millis(500),
            pauses: Duration::from_secs(60),
        }
    }
}

/// What is left of the patience for one request.
pub(super) struct Waits<'a> {
    patience: &'a Patience,
    attempts: u32,
    left: Duration,
}

impl Patience {
    pub(super) fn waits(&self) -> Waits<'_> {
        Waits { patience: self, attempts: 1, left: self.pauses }
    }
}

impl Waits<'_> {
    /// How long to wait before the request is sent again; `None` where it must not or should not be.
    pub(super) fn before_repeating(
        &mut self,
        request: &Request,
        error: &HttpError,
    ) -> Option<Duration> {
        let may = error.is_retryable() && (request.repeatable || error.did_nothing());
        if !may || self.attempts >= self.patience.attempts {
            return None;
        }
        let asked = match error {
            HttpError::Status { wait, .. } => *wait,
            _ => None,
        };
        let wait = asked.unwrap_or_else(|| {
            let pause = self.patience.pause * 2_u32.saturating_pow(self.attempts - 1);
            pause + pause.mul_f64(chance() / 2.0)
        });
        self.attempts += 1;
        self.left = self.left.checked_sub(wait)?;
        Some(wait)
    }
}

/// A number from 0 to 1 that differs from run to run, so that jobs which failed together do not
/// come back together.
fn chance() -> f64 {
    f64::from(u32::try_from(RandomState::new().hash_one(()) >> 32).unwrap_or_default())
        / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::{Answer, Method};
    use super::*;

    fn status(status: u16, limited: bool, wait: Option<u64>) -> HttpError {
        let (method, url, message) = ("POST".into(), "https://a.b/c".into(), String::new());
        let wait = wait.map(Duration::from_secs);
        let (headers, body) = (Default::default(), Vec::new());
        let answer = Box::new(Answer { status, url: String::new(), headers, body });
        HttpError::Status { method, url, status, message, limited, wait, answer }
    }

    fn wait(request: &Request, error: &HttpError) -> Option<Duration> {
        Patience::default().waits().before_repeating(request, error)
    }

    #[test]
    fn what_may_have_happened_is_not_done_twice() {
        let get = Request::new(Method::GET, "https://a.b/c");
        let post = Request::new(Method::POST, "https://a.b/c");
        let broken = HttpError::Broken { url: String::new(), why: String::new() };
        let unreachable = HttpError::Unreachable { url: String::new(), why: String::new() };
        for error in [&broken, &status(502, false, None)] {
            assert!(wait(&get, error).is_some());
            assert_eq!(wait(&post, error), None);
            assert!(wait(&post.clone().repeatable(), error).is_some());
        }
        for error in [&unreachable, &status(429, true, None)] {
            assert!(wait(&post, error).is_some());
        }
        for error in [&status(404, false, None), &status(422, false, Some(1))] {
            assert_eq!(wait(&get, error), None);
        }
    }

    #[test]
    fn waiting_has_an_end() {
        let get = Request::new(Method::GET, "https://a.b/c");
        assert_eq!(wait(&get, &status(429, true, Some(7))), Some(Duration::from_secs(7)));
        assert_eq!(wait(&get, &status(429, true, Some(61))), None);
        let patience = Patience::default();
        let mut waits = patience.waits();
        let mut again = || waits.before_repeating(&get, &status(503, false, None));
        let (first, second) = (again().expect("a wait"), again().expect("a wait"));
        assert!(first >= patience.pause && first <= patience.pause.mul_f64(1.5), "{first:?}");
        assert!(second >= patience.pause * 2, "{second:?}");
        assert_eq!(again(), None);
    }
}
