//! What `clodo verify` found.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::plan::{drift_json, drift_text};
use super::{TextOptions, safe, words};
use crate::core::verify::state::listed;
use crate::core::verify::{Condition, Outcome, Verified};

/// The version of the JSON form.
pub const SCHEMA: &str = "clodo.verify/1";

/// For people.
pub fn text(verified: &Verified, options: &TextOptions) -> String {
    let mut out = drift_text(&verified.drift, options);
    out.push('\n');
    let names = verified.services.iter().map(|service| words::name(&service.service));
    let column = names.map(|name| name.chars().count()).max().unwrap_or_default();
    for service in &verified.services {
        let name = words::name(&service.service);
        let serves = match &service.serves {
            Ok(serves) => format!("serves {}", listed(serves)),
            Err(why) => format!("what serves could not be seen: {why}"),
        };
        let differs =
            service.differs.as_ref().map(|differs| format!(": recorded otherwise, {differs}"));
        let line = serves + &differs.unwrap_or_default();
        let _ = writeln!(out, "  {name:column$}  {}", safe::line(&line));
    }
    for check in &verified.checks {
        let _ = writeln!(out, "{}", check_line(check, column));
    }
    if verified.checks.is_empty() {
        let _ = writeln!(out, "  no checks: write `verify` for this environment in clodo.yml");
    }
    for unseen in &verified.unseen {
        let _ = writeln!(out, "  not seen: {}", safe::line(unseen));
    }
    let is_blind = verified.drift.services.iter().any(|service| !service.blind.is_empty());
    let verdict = match verified.condition() {
        Condition::Well if is_blind => "All is well, as far as it could be seen.",
        Condition::Well => "All is well.",
        Condition::NotWell => "Not all is well.",
        Condition::Unseen => "Not all could be seen, so that nobody knows whether all is well.",
    };
    let _ = writeln!(out, "\n{verdict}");
    out
}

/// One check, in the words of all commands: `  api  /healthz 200 in 41 ms`.
pub fn check_line(check: &Outcome, column: usize) -> String {
    let name = check.service.as_deref().map(words::name).unwrap_or_default();
    let mark = if check.passed() { "" } else { "failed: " };
    format!("  {name:column$}  {mark}{}", safe::line(&check.line()))
}

/// For programs.
pub fn json(verified: &Verified) -> Value {
    let services = verified.services.iter().map(|service| {
        json!({
            "service": service.service,
            "worker": service.worker,
            "serves": service.serves.as_ref().ok(),
            "unseen": service.serves.as_ref().err(),
            "differs_from_record": service.differs,
        })
    });
    json!({
        "schema": SCHEMA,
        "clodo": env!("CARGO_PKG_VERSION"),
        "environment": verified.environment,
        "well": verified.condition() == Condition::Well,
        "unseen": verified.unseen,
        "services": services.collect::<Vec<_>>(),
        "checks": verified.checks.iter().map(check_json).collect::<Vec<_>>(),
        "drift": drift_json(&verified.drift),
    })
}

/// A check, for programs.
pub fn check_json(check: &Outcome) -> Value {
    json!({
        "service": check.service,
        "check": check.check,
        "passed": check.passed(),
        "failures": check.failures,
        "status": check.status,
        "milliseconds": u64::try_from(check.took.as_millis()).unwrap_or(u64::MAX),
        "attempts": check.attempts,
        "expected_version": check.expected,
        "version": check.version,
    })
}
