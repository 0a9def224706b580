//! What the gate says: for people in a terminal ([`text`]) and on a pull request ([`markdown`]), and
//! for programs ([`json`]).

mod json;
mod markdown;
mod subject;
#[cfg(test)]
mod tests;
mod text;

use jiff::{SignedDuration, Timestamp};

pub use json::{SCHEMA, json};
pub use markdown::{markdown, section, unasked};
pub use subject::subject;
pub use text::{details, text};

use super::safe;
use crate::core::gate::{Choice, Decision, Judged, Method, Principal, Waits};

/// The verdict in one line: `production waits for 1 more approval`. For a status beside a commit, and
/// as the first line of everything else. Not escaped.
pub fn headline(judged: &Judged) -> String {
    let environment = named(&judged.environment);
    match &judged.verdict.decision {
        Decision::Open => format!("{environment} is open: {}", because(judged)),
        Decision::Waiting(waits) => {
            let waits: Vec<String> = waits.iter().map(wait).collect();
            format!("{environment} waits for {}", waits.join(", and for "))
        }
        Decision::Denied(why) => format!("{environment} is closed: {why}"),
    }
}

/// The same for a log that names the environment elsewhere: `open: ana, ben approved`.
pub fn line(judged: &Judged) -> String {
    let line = headline(judged);
    let environment = named(&judged.environment);
    let rest = line.strip_prefix(environment).unwrap_or(&line).trim_start();
    safe::line(rest.strip_prefix("is ").unwrap_or(rest))
}

/// Why it is open: `ana, ben approved; window until 16:00 UTC`.
pub fn because(judged: &Judged) -> String {
    let verdict = &judged.verdict;
    let given: Vec<&str> = verdict
        .met
        .iter()
        .flat_map(|met| &met.given)
        .map(|approval| approval.person.login.as_str())
        .collect();
    let mut reasons = Vec::new();
    if let Some(claim) = &verdict.claim {
        let what = if verdict.emergency { "an emergency" } else { "an exception" };
        reasons.push(format!("{what}, by {}: {}", claim.person.login, claim.reason));
    }
    match given.as_slice() {
        [] if reasons.is_empty() => reasons.push("no approval is needed".to_owned()),
        [] => {}
        given => reasons.push(format!("{} approved", given.join(", "))),
    }
    reasons.extend(verdict.closes.map(|closes| format!("window until {}", moment(closes))));
    reasons.join("; ")
}

/// What is waited for.
pub fn wait(waits: &Waits) -> String {
    match waits {
        Waits::Approvals { missing: 1, of } => format!("1 more approval of {}", people(of)),
        Waits::Approvals { missing, of } => format!("{missing} more approvals of {}", people(of)),
        Waits::Window { opens: Some(opens) } => {
            format!("its window, which opens at {}", moment(*opens))
        }
        Waits::Window { opens: None } => "a window that never opens".to_owned(),
        Waits::Freeze { reason, until: Some(until) } => {
            format!("the end of a freeze at {} ({reason})", moment(*until))
        }
        Waits::Freeze { reason, until: None } => {
            format!("the end of a freeze, which somebody has to end ({reason})")
        }
    }
}

/// How to approve exactly this plan, each way in a sentence; the line to write stands between
/// backticks.
pub fn ways(judged: &Judged) -> Vec<String> {
    let takes = |method| judged.methods.contains(&method);
    let environment = quoted(&judged.environment);
    let mut ways = Vec::new();
    if let Some(number) = judged.pull_request {
        let remembered = judged.digits < judged.hash.len();
        if takes(Method::Review) && remembered {
            ways.push(format!("review the head of #{number}"));
        }
        if takes(Method::Comment) {
            let digits = judged.digits();
            ways.push(format!("comment `/clodo approve {environment} {digits}` on #{number}"));
        }
    }
    if takes(Method::CommandLine) {
        ways.push(format!("run `clodo approve {environment} {}`", judged.digits()));
    }
    ways
}

/// What to do about a gate that is not open, in a line.
pub fn next(judged: &Judged) -> String {
    match &judged.verdict.decision {
        Decision::Open => "nothing".to_owned(),
        Decision::Denied(_) => "change what would be deployed, or ask who rejected it".to_owned(),
        Decision::Waiting(_) if waits_for_people(judged) => {
            format!("{}; then run it again", ways(judged).join(", or "))
        }
        Decision::Waiting(_) => "run it again then".to_owned(),
    }
}

/// Whether people are waited for.
fn waits_for_people(judged: &Judged) -> bool {
    match &judged.verdict.decision {
        Decision::Waiting(waits) => {
            waits.iter().any(|wait| matches!(wait, Waits::Approvals { .. }))
        }
        _ => false,
    }
}

/// Of whom: `team:sre or user:ana`.
fn people(of: &[Principal]) -> String {
    of.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ")
}

/// The environment, as people name it.
pub fn named(environment: &str) -> &str {
    if environment.is_empty() { "top level" } else { environment }
}

/// The same, as it is typed.
fn quoted(environment: &str) -> &str {
    if environment.is_empty() { "\"\"" } else { environment }
}

/// A choice in words.
fn said(choice: Choice) -> &'static str {
    match choice {
        Choice::Approve => "approval",
        Choice::Reject => "rejection",
    }
}

/// A time in UTC, to the minute.
fn moment(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// A length of time: `24 h`, `90 min`.
fn length(time: SignedDuration) -> String {
    match time.as_mins() {
        minutes if minutes % 60 == 0 => format!("{} h", minutes / 60),
        minutes => format!("{minutes} min"),
    }
}
