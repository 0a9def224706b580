//! Faults on demand: what a network, a proxy or Cloudflare itself does on a bad day.
//!
//! A [`Fault`] says which requests it strikes (method, path, how many are let pass before, how often,
//! by what chance) and what happens to them. Faults are set in a seed, at `POST /sandbox/faults`, or
//! by [`Faults::add`].

use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::permissions::Group;
use super::source::Source;

/// A fault, and the requests that it strikes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// `GET`, `POST`, …; without, any.
    #[serde(default)]
    pub method: Option<String>,
    /// The path after `/client/v4`; `*` stands for any characters. Without, any.
    #[serde(default)]
    pub path: Option<String>,
    /// How many requests it lets pass first.
    #[serde(default)]
    pub after: u32,
    /// How many requests it strikes; without, all.
    #[serde(default)]
    pub times: Option<u32>,
    /// The chance that it strikes a request that it could, from 0 to 1.
    #[serde(default = "certain")]
    pub probability: f64,
    /// What happens.
    pub what: What,
}

fn certain() -> f64 {
    1.0
}

/// What happens to a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum What {
    /// It takes longer, by this many milliseconds.
    Latency(u64),
    /// It is refused with 429, code 971, and is to be sent again after this many seconds.
    RateLimit {
        /// `retry-after`.
        retry_after: u64,
    },
    /// It is refused, and changes nothing.
    Error {
        /// The HTTP status.
        status: u16,
        /// Cloudflare's code.
        code: u32,
    },
    /// It is done, and the connection breaks off before the answer.
    DropReply,
    /// It arrives twice, as when a proxy sends it again. The second answer is the one that is given.
    Duplicate,
    /// The answer comes in small pieces with pauses.
    Trickle {
        /// Bytes in a piece.
        bytes: usize,
        /// Milliseconds between two.
        pause: u64,
    },
    /// The answer is a page of HTML with a Ray ID, as a firewall or a broken edge gives; nothing is
    /// changed.
    Malformed {
        /// The HTTP status.
        status: u16,
    },
    /// The change of a trigger fails after the code of a deployment went live.
    Trigger(Trigger),
    /// From this request on no token has this permission group any more.
    Revoke(Group),
}

/// What leads requests to a Worker, set after its upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trigger {
    /// Routes of zones.
    Routes,
    /// Custom domains.
    CustomDomains,
    /// Crons.
    Schedules,
    /// workers.dev.
    Subdomain,
    /// Consumers of queues.
    QueueConsumers,
}

impl Trigger {
    /// The path that changes it.
    fn path(self) -> &'static str {
        match self {
            Self::Routes => "*/workers/*routes",
            Self::CustomDomains => "*/domains/records",
            Self::Schedules => "*/schedules",
            Self::Subdomain => "*/workers/scripts/*/subdomain",
            Self::QueueConsumers => "*/queues/*/consumers*",
        }
    }
}

impl Fault {
    /// A fault that strikes every request.
    pub fn always(what: What) -> Self {
        Self { method: None, path: None, after: 0, times: None, probability: 1.0, what }
    }

    /// The same for the first request only.
    #[must_use]
    pub fn once(self) -> Self {
        Self { times: Some(1), ..self }
    }

    /// The same for a method and a path, in which `*` stands for any characters.
    #[must_use]
    pub fn at(self, method: &str, path: &str) -> Self {
        Self { method: Some(method.to_owned()), path: Some(path.to_owned()), ..self }
    }

    fn is_meant(&self, method: &str, path: &str) -> bool {
        let is_of_trigger = match self.what {
            What::Trigger(trigger) => method != "GET" && matches(trigger.path(), path),
            _ => true,
        };
        is_of_trigger
            && self.method.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && self.path.as_ref().is_none_or(|pattern| matches(pattern, path))
    }
}

/// Whether a path fits a pattern in which `*` stands for any characters.
fn matches(pattern: &str, path: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == path };
    let Some(path) = path.strip_prefix(first) else { return false };
    let starts = path.char_indices().map(|(at, _)| at).chain([path.len()]);
    starts.into_iter().any(|at| matches(rest, &path[at..]))
}

/// The faults that are set.
#[derive(Debug, Default)]
pub struct Faults(Mutex<Vec<Active>>);

#[derive(Debug)]
struct Active {
    fault: Fault,
    /// Requests that it was meant for so far.
    met: u32,
    /// Requests that it struck.
    struck: u32,
}

impl Faults {
    /// Sets one more.
    pub fn add(&self, fault: Fault) {
        self.with(|faults| faults.push(Active { fault, met: 0, struck: 0 }));
    }

    /// Takes all away.
    pub fn clear(&self) {
        self.with(Vec::clear);
    }

    /// Those that are set, each with how many requests it struck.
    pub fn list(&self) -> Vec<(Fault, u32)> {
        self.with(|faults| faults.iter().map(|one| (one.fault.clone(), one.struck)).collect())
    }

    /// What strikes a request, in the order in which it was set.
    pub(super) fn strike(&self, source: &Source, method: &str, path: &str) -> Vec<What> {
        self.with(|faults| {
            let meant = faults.iter_mut().filter(|one| one.fault.is_meant(method, path));
            meant.filter_map(|one| one.strike(source)).collect()
        })
    }

    fn with<T>(&self, act: impl FnOnce(&mut Vec<Active>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Active {
    fn strike(&mut self, source: &Source) -> Option<What> {
        self.met += 1;
        let is_due = self.met > self.fault.after
            && self.fault.times.is_none_or(|times| self.struck < times)
            && (self.fault.probability >= 1.0 || source.chance() < self.fault.probability);
        if !is_due {
            return None;
        }
        self.struck += 1;
        Some(self.fault.what.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_fits() {
        assert!(matches("/a/*/c", "/a/b/c") && matches("*", "") && matches("*c*", "abcd"));
        assert!(!matches("/a/*/c", "/a/b/d") && !matches("/a", "/a/b"));
    }

    #[test]
    fn a_fault_strikes_as_often_as_it_says() {
        let faults = Faults::default();
        let drop = Fault::always(What::DropReply).at("put", "/a/*");
        faults.add(Fault { after: 1, times: Some(2), ..drop });
        let strike = |method, path| faults.strike(&Source::System, method, path).len();
        assert_eq!(strike("GET", "/a/b"), 0);
        let struck: Vec<_> = (0..5).map(|_| strike("PUT", "/a/b")).collect();
        assert_eq!(struck, [0, 1, 1, 0, 0]);
        assert_eq!(faults.list()[0].1, 2);
        faults.clear();
        assert!(faults.list().is_empty());
    }

    #[test]
    fn a_fault_is_written_as_it_is_documented() {
        let fault: Fault = serde_json::from_str(
            r#"{"method":"PUT","path":"*/schedules","times":1,"what":{"error":{"status":500,"code":10013}}}"#,
        )
        .expect("a fault");
        assert_eq!(fault.what, What::Error { status: 500, code: 10013 });
        let fault: Fault =
            serde_json::from_str(r#"{"what":{"trigger":"custom-domains"}}"#).expect("a fault");
        assert!(fault.is_meant("PUT", "/accounts/a/workers/scripts/w/domains/records"));
        assert!(!fault.is_meant("GET", "/accounts/a/workers/domains/records"));
    }
}
