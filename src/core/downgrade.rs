//! Whether a deployment would put older code over newer.
//!
//! Two pipelines of one branch may end in another order than they began in. The one that comes last
//! must not win because it was slow.

use std::cmp::Ordering;

use jiff::Timestamp;

use crate::core::model::account::Share;
use crate::core::model::deployment::{Deployment, Kind, State};

/// How the commit that is to be deployed lies to the one that is live, in the history at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ancestry {
    /// It is the same commit.
    Same,
    /// It holds the live one.
    Ahead,
    /// The live one holds it.
    Behind,
    /// Neither holds the other: two branches, or history that was rewritten.
    Diverged,
    /// The history at hand does not say: a shallow clone, or a commit that is not here.
    Unknown,
}

/// What is live, as the journal has it.
#[derive(Clone, Copy, Debug)]
pub struct Live<'a> {
    /// The page of the CI run that deployed it.
    pub run_url: Option<&'a str>,
    /// When its deployment began.
    pub started_at: Timestamp,
}

/// What is to be deployed.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// The page of this CI run.
    pub run_url: Option<&'a str>,
    /// When the commit was made, by the clock of whoever made it.
    pub committed_at: Option<Timestamp>,
}

/// The deployment whose commit is live, for a service: what deployed it, or knew it to be as it was.
/// `serves` are the versions that serve, `recorded` the deployments of the environment, the newest
/// first. `None` where the record does not say.
pub fn live<'d>(
    service: &str,
    serves: &[Share],
    recorded: &'d [Deployment],
) -> Option<&'d Deployment> {
    let mut recorded = recorded.iter();
    while let Some(one) = recorded.next() {
        let brought = version_of(one, service);
        match (one.cause.kind, one.state) {
            (Kind::Deploy, State::Succeeded) => return Some(one),
            // Of what came about in part, only what serves counts.
            (Kind::Deploy, State::NeedsPerson) => {
                let serves = |version| serves.iter().any(|share| share.version_id == version);
                if brought.is_some_and(serves) {
                    return Some(one);
                }
            }
            (Kind::Rollback, State::Succeeded | State::NeedsPerson) if brought.is_some() => {
                let is_first = |one: &&Deployment| {
                    one.cause.kind == Kind::Deploy && version_of(one, service) == brought
                };
                return recorded.find(is_first);
            }
            _ => {}
        }
    }
    None
}

/// The version that a deployment brought of a service.
fn version_of<'d>(deployment: &'d Deployment, service: &str) -> Option<&'d str> {
    let found = deployment.services.iter().find(|one| one.planned.service == service)?;
    found.progress.version.as_deref()
}

/// Which of the two is the newer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// What is to be deployed is not older.
    Forward(Evidence),
    /// It is older than what is live.
    Backward(Evidence),
    /// Nothing says so, nor the contrary.
    Unclear,
}

/// What a [`Verdict`] rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// The history of the repository.
    History,
    /// The numbers of the two CI runs.
    Runs,
    /// The commit was made after the live deployment began.
    Time,
}

/// Holds what is to be deployed against what is live.
///
/// History decides where it can. Otherwise the run with the lower number is the older one. Without
/// either, a commit made after the live deployment began is newer; an earlier one may be anything.
pub fn compare(ancestry: Ancestry, live: Live<'_>, wanted: Wanted<'_>) -> Verdict {
    let runs = live.run_url.zip(wanted.run_url).and_then(|(live, wanted)| runs(wanted, live));
    match (ancestry, runs) {
        (Ancestry::Same | Ancestry::Ahead, _) => Verdict::Forward(Evidence::History),
        (Ancestry::Behind, _) => Verdict::Backward(Evidence::History),
        (Ancestry::Diverged | Ancestry::Unknown, Some(Ordering::Less)) => {
            Verdict::Backward(Evidence::Runs)
        }
        // Another branch may take its turn in an environment.
        (Ancestry::Diverged, _) => Verdict::Forward(Evidence::History),
        (Ancestry::Unknown, Some(_)) => Verdict::Forward(Evidence::Runs),
        (Ancestry::Unknown, None) if wanted.committed_at > Some(live.started_at) => {
            Verdict::Forward(Evidence::Time)
        }
        (Ancestry::Unknown, None) => Verdict::Unclear,
    }
}

/// How two runs of one CI project follow on each other. CI systems number runs upwards, and the
/// addresses of two runs of one project differ first in that number. `None` where they differ in
/// anything else.
fn runs(a: &str, b: &str) -> Option<Ordering> {
    let parts = |url| str::split(url, ['/', '?', '&', '=', '#']);
    let (a, b) = match parts(a).zip(parts(b)).find(|(a, b)| a != b) {
        Some(differ) => differ,
        None => return (a == b).then_some(Ordering::Equal),
    };
    let number = |part: &str| {
        part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse::<u64>().ok())?
    };
    Some(number(a)?.cmp(&number(b)?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const RUN: &str = "https://github.com/acme/shop/actions/runs";

    #[test]
    fn runs_are_numbered_upwards() {
        for (a, b, expected) in [
            ("https://ci/p/9", "https://ci/p/10", Some(Ordering::Less)),
            ("https://ci/p/10/attempts/1", "https://ci/p/9/attempts/2", Some(Ordering::Greater)),
            ("https://ci/r?buildId=7&x=1", "https://ci/r?buildId=7&x=1", Some(Ordering::Equal)),
            ("https://ci/r?buildId=7", "https://ci/r?buildId=8", Some(Ordering::Less)),
            ("https://ci/a/9", "https://ci/b/10", None),
            ("https://ci/p/3f2a", "https://ci/p/9", None),
            ("https://ci/p/9", "https://ci/p/9/attempts/2", None),
            ("https://ci/p/", "https://ci/p/9", None),
            ("https://ci/p/99999999999999999999", "https://ci/p/9", None),
        ] {
            assert_eq!(runs(a, b), expected, "{a} {b}");
        }
    }

    #[test]
    fn history_goes_before_runs_and_runs_before_time() {
        let at = |second| Timestamp::from_second(second).expect("a time");
        let run = |number: u32| format!("{RUN}/{number}");
        let (older, live_run, newer) = (run(1), run(2), run(3));
        let live = Live { run_url: Some(&live_run), started_at: at(100) };
        let wanted = |run_url, second| Wanted { run_url, committed_at: Some(at(second)) };
        let [older, newer] = [wanted(Some(older.as_str()), 200), wanted(Some(&newer), 50)];
        for (ancestry, wanted, expected) in [
            (Ancestry::Same, older, Verdict::Forward(Evidence::History)),
            (Ancestry::Ahead, older, Verdict::Forward(Evidence::History)),
            (Ancestry::Behind, newer, Verdict::Backward(Evidence::History)),
            (Ancestry::Diverged, newer, Verdict::Forward(Evidence::History)),
            (Ancestry::Diverged, older, Verdict::Backward(Evidence::Runs)),
            (Ancestry::Unknown, older, Verdict::Backward(Evidence::Runs)),
            (Ancestry::Unknown, newer, Verdict::Forward(Evidence::Runs)),
            (Ancestry::Unknown, wanted(None, 200), Verdict::Forward(Evidence::Time)),
            (Ancestry::Unknown, wanted(None, 50), Verdict::Unclear),
        ] {
            assert_eq!(compare(ancestry, live, wanted), expected, "{ancestry:?} {wanted:?}");
        }
        let unknown = Wanted { run_url: None, committed_at: None };
        assert_eq!(compare(Ancestry::Unknown, live, unknown), Verdict::Unclear);
    }

    /// A deployment: what it is, its end, and the versions that it brought.
    type Past = (&'static str, Kind, State, &'static [(&'static str, &'static str)]);

    /// Deployments of an environment, the newest first.
    fn recorded(all: &[Past]) -> Vec<Deployment> {
        let one = |(id, kind, state, services): &Past| {
            let service = |(service, version): &(&str, &str)| json!({ "service": service, "worker": service, "strategy": "direct", "version": version });
            let value = json!({
                "id": id, "account": "a", "environment": "production", "state": state,
                "started_at": "2026-11-22T12:04:00Z", "kind": kind,
                "actor": { "id": "ana", "issuer": "github", "method": "pipeline" },
                "services": services.iter().map(service).collect::<Vec<_>>(),
            });
            serde_json::from_value(value).expect("a deployment")
        };
        all.iter().map(one).collect()
    }

    #[test]
    fn what_is_live_is_what_the_last_one_left() {
        use Kind::{Deploy, Rollback};
        use State::{Failed, NeedsPerson, Succeeded};

        let three: &[Past] = &[
            ("d-3", Deploy, Succeeded, &[("api", "a3")]),
            ("d-2", Deploy, Succeeded, &[("api", "a2"), ("web", "w2")]),
            ("d-1", Deploy, Succeeded, &[("api", "a1"), ("web", "w1")]),
        ];
        let with = |newest: Past| recorded(&[&[newest], three].concat());
        for (all, service, serves, expected) in [
            // It knew web to be as it was.
            (recorded(three), "web", "w2", Some("d-3")),
            (with(("d-4", Deploy, Failed, &[("api", "a4")])), "api", "a3", Some("d-3")),
            // In part: api serves, web does not.
            (
                with(("d-4", Deploy, NeedsPerson, &[("api", "a4"), ("web", "w4")])),
                "api",
                "a4",
                Some("d-4"),
            ),
            (
                with(("d-4", Deploy, NeedsPerson, &[("api", "a4"), ("web", "w4")])),
                "web",
                "w2",
                Some("d-3"),
            ),
            // Taken back: the one that brought what serves again.
            (with(("d-4", Rollback, Succeeded, &[("api", "a2")])), "api", "a2", Some("d-2")),
            (with(("d-4", Rollback, Succeeded, &[("api", "a2")])), "web", "w2", Some("d-3")),
            (with(("d-4", Rollback, Succeeded, &[("api", "a0")])), "api", "a0", None),
        ] {
            let serves = [Share { version_id: serves.into(), percentage: 100.0 }];
            let found = live(service, &serves, &all).map(|one| &*one.id);
            assert_eq!(found, expected, "{service} {serves:?}");
        }
    }
}
