//! One deployment with its steps.

use std::fmt::Write as _;

use super::{SHORT_PLAN, duration, environment, name, outcome, short};
use crate::core::comparison::took;
use crate::core::model::deployment::{DeployedService, Deployment, Kind, StepReport};
use crate::core::model::journal::{Action, Entry};
use crate::core::plan::bytes;
use crate::core::report::table::table;
use crate::core::report::{moment, safe, words};

/// A deployment, and what the journal has of it, in its order.
pub fn text_of_one(deployment: &Deployment, entries: &[Entry]) -> String {
    let cause = &deployment.cause;
    let verb = match cause.kind {
        Kind::Deploy => "Deployment",
        Kind::Rollback => "Rollback",
    };
    let (id, to) = (safe::line(&deployment.id), environment(deployment));
    let mut out = format!("{verb} {id} to {to}: {}\n\n", outcome(deployment));
    let actor = &deployment.actor;
    let took = took(deployment).map(|ms| format!(", took {}", duration(ms)));
    let branch = cause.branch.as_ref().map(|branch| format!(" ({branch})"));
    let facts = [
        ("who", Some(format!("{} ({}, {})", actor.id, actor.issuer, actor.method))),
        ("began", Some(moment(deployment.started_at) + &took.unwrap_or_default())),
        ("commit", cause.commit.clone().map(|sha| sha + &branch.unwrap_or_default())),
        ("plan", cause.plan.as_deref().map(|plan| short(plan, SHORT_PLAN))),
        ("of", cause.of.clone()),
        ("to", cause.to.clone()),
        ("reason", cause.reason.clone()),
        ("run", cause.run_url.clone()),
    ];
    for (word, fact) in facts {
        if let Some(fact) = fact {
            let _ = writeln!(out, "  {word:6}  {}", safe::line(&fact));
        }
    }
    for service in &deployment.services {
        out.push('\n');
        about(&mut out, service);
    }
    let _ = write!(out, "\n{}", steps(entries));
    out
}

fn about(out: &mut String, service: &DeployedService) {
    let (planned, progress) = (&service.planned, &service.progress);
    let state = progress.state.map_or("not begun".to_owned(), |s| s.as_str().replace('-', " "));
    let strategy = format!("{:?}", planned.strategy).to_lowercase();
    let health = match progress.healthy {
        Some(true) => ", healthy",
        Some(false) => ", not healthy",
        None => "",
    };
    let worker = words::name(&planned.worker);
    let _ = writeln!(out, "  {}: {state}{health} ({strategy}, Worker {worker})", name(service));
    let code = progress.code.as_ref().map(|code| {
        let size = format!("{}, gzip {}", bytes(code.raw_bytes), bytes(code.gzip_bytes));
        format!("{} ({size})", short(&code.digest, SHORT_PLAN))
    });
    let before = progress.before.as_ref().map(|base| {
        let versions = base.versions.iter();
        let shares =
            versions.map(|share| format!("{} at {} %", share.version_id, share.percentage));
        let shares: Vec<String> = shares.collect();
        if shares.is_empty() { "nothing".to_owned() } else { shares.join(", ") }
    });
    let bookmarks = progress
        .bookmarks
        .iter()
        .map(|(database, bookmark)| ("bookmark", Some(format!("{bookmark} of {database}"))));
    let migrations = progress
        .migrations
        .iter()
        .map(|(database, names)| ("migrated", Some(format!("{database}: {}", names.join(", ")))));
    let facts = [("version", progress.version.clone()), ("code", code), ("before", before)];
    for (word, fact) in facts.into_iter().chain(bookmarks).chain(migrations) {
        if let Some(fact) = fact {
            let _ = writeln!(out, "    {word:8}  {}", safe::line(&fact));
        }
    }
}

/// What was done, and when: in seconds from the beginning.
fn steps(entries: &[Entry]) -> String {
    let begun = entries.first().map(|entry| entry.at.as_millisecond()).unwrap_or_default();
    let row = |entry: &Entry| {
        let event = &entry.event;
        let details = serde_json::Value::Object(event.details.clone());
        // Details that another version wrote are passed over, and the step stays.
        let report: StepReport = serde_json::from_value(details).unwrap_or_default();
        let after = entry.at.as_millisecond() - begun;
        let what = match (event.action, report.step) {
            (Action::StepStarted, Some(step)) => format!("{}: begun", step.as_str()),
            (Action::StepDone, Some(step)) => format!("{}: done", step.as_str()),
            (Action::StepFailed, Some(step)) => format!("{}: failed", step.as_str()),
            (action, _) => action.as_str().replace('-', " "),
        };
        let reason = event.details.get("reason").and_then(|reason| reason.as_str());
        [
            format!("  {:+.1} s", f64::from(i32::try_from(after).unwrap_or(i32::MAX)) / 1000.0),
            event.service.as_deref().map(words::name).unwrap_or_default(),
            what,
            safe::line(report.error.as_deref().or(reason).unwrap_or_default()),
        ]
    };
    table(entries.iter().map(row).collect())
}
