//! What is shown of a deployment when it has ended.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::{Value, json};

use crate::core::model::deployment::State;
use crate::exit::Exit;
use crate::flow::deploy::{Deployed, Ended};

/// How a command ends with a state.
pub(super) fn end(state: State) -> Exit {
    match state {
        State::Succeeded => Exit::Ok,
        State::Failed | State::Restored => Exit::Failed,
        State::Running | State::NeedsPerson | State::Unknown => Exit::NeedsPerson,
    }
}

/// What came of a deployment, for people.
pub(super) fn to_text(deployed: &Deployed) -> String {
    let to = named(&deployed.environment);
    let mut text = String::new();
    let Some(id) = &deployed.id else {
        return format!("Nothing changes in {to}: {} as planned.\n", listed(&deployed.unchanged));
    };
    let names: Vec<String> = deployed.services.iter().map(|one| one.service.clone()).collect();
    let took = seconds(deployed.took);
    let flag = if deployed.environment.is_empty() { "\"\"" } else { &deployed.environment };
    let _ = match deployed.state {
        State::Succeeded => writeln!(
            text,
            "Deployed {} to {to} in {took}, recorded as {id}. Back: clodo rollback -e {flag}",
            listed(&names)
        ),
        State::Failed => {
            writeln!(text, "Not deployed to {to} ({id}, {took}). What served before serves.")
        }
        State::Restored => writeln!(
            text,
            "Not deployed to {to} ({id}, {took}). What served before was put back, and serves."
        ),
        State::Running | State::NeedsPerson => writeln!(
            text,
            "Deployed in part to {to} ({id}, {took}), and not put back: a person is needed."
        ),
        State::Unknown => writeln!(
            text,
            "It is not known what became of {id} in {to}: look, and go on with clodo deploy \
             --resume -e {flag}"
        ),
    };
    if let Some(reason) = &deployed.reason {
        let _ = writeln!(text, "  why: {reason}");
    }
    for one in deployed.services.iter().filter(|_| deployed.state != State::Succeeded) {
        let _ = writeln!(text, "  {}: {}", one.service, stands(one));
    }
    if !deployed.not_begun.is_empty() {
        let _ = writeln!(text, "  not begun: {}", deployed.not_begun.join(", "));
    }
    for (database, bookmark) in
        deployed.bookmarks.iter().filter(|_| deployed.state != State::Succeeded)
    {
        let _ = writeln!(
            text,
            "  D1 does not go back by itself: wrangler d1 time-travel restore {database} \
             --bookmark={bookmark}"
        );
    }
    text
}

/// An environment, as people name it.
pub(super) fn named(environment: &str) -> &str {
    match environment {
        "" => "the top level",
        name => name,
    }
}

fn stands(one: &Ended) -> &'static str {
    match one.state {
        State::Running => "was begun",
        State::Succeeded => "is deployed",
        State::Failed => "is as it was before",
        State::Restored => "was put back",
        State::NeedsPerson if one.version.is_some() && one.before.versions.is_empty() => {
            "serves, and stays: it is new, with nothing to go back to; a person is needed"
        }
        State::NeedsPerson if one.error.is_none() => {
            "serves, and was not put back: a person is needed"
        }
        State::NeedsPerson => "is deployed in part: a person is needed",
        State::Unknown => "is not known: nobody could look",
    }
}

fn listed(names: &[String]) -> String {
    match names {
        [] => "nothing".to_owned(),
        names => names.join(", "),
    }
}

/// What came of a deployment, for programs: `clodo.deployment/1`.
pub(super) fn to_json(deployed: &Deployed) -> Value {
    let service = |one: &Ended| {
        json!({
            "service": one.service,
            "worker": one.worker,
            "state": one.state.as_str(),
            "version": one.version,
            "before": one.before.versions,
            "error": one.error,
            "took_ms": u64::try_from(one.took.as_millis()).ok(),
        })
    };
    json!({
        "schema": "clodo.deployment/1",
        "clodo": env!("CARGO_PKG_VERSION"),
        "id": deployed.id,
        "environment": deployed.environment,
        "plan": deployed.plan,
        "state": deployed.state.as_str(),
        "services": deployed.services.iter().map(service).collect::<Vec<_>>(),
        "unchanged": deployed.unchanged,
        "not_begun": deployed.not_begun,
        "reason": deployed.reason,
        "bookmarks": deployed.bookmarks,
        "took_ms": u64::try_from(deployed.took.as_millis()).ok(),
    })
}

/// A time, as people read it.
pub(super) fn seconds(took: Duration) -> String {
    format!("{:.1} s", took.as_secs_f64())
}
