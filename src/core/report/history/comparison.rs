//! What differs between two deployments, in the words of a plan.

use serde_json::{Value, json};

use super::{SHORT, SHORT_PLAN, duration, short};
use crate::core::comparison::{Commits, Comparison, Difference, Side};
use crate::core::report::plan::{blind_json, block, change_json, column, rows};
use crate::core::report::{TextOptions, moment, safe, words};

/// The version of the form.
pub const COMPARISON_SCHEMA: &str = "clodo.diff/1";

/// A comparison as text.
pub fn comparison_text(comparison: &Comparison, options: &TextOptions) -> String {
    let Comparison { from, to, commits, services } = comparison;
    let mut out = format!("From {}\nto   {}\n\n", headline(from), headline(to));
    let names = services.iter().map(|one| one.service.as_str()).chain(["commits"]);
    let width = column(names);
    let mut lines = log(commits).into_iter().map(|line| (String::new(), line)).peekable();
    if lines.peek().is_some() {
        block(&mut out, "commits", width, &lines.collect::<Vec<_>>());
    }
    for one in services {
        let mut rows = rows(&one.changes, one.unknown.iter(), options);
        rows.extend(timing(one).map(|timing| ("took".to_owned(), timing)));
        if one.changes.is_empty() && one.unknown.is_empty() {
            rows.insert(0, (String::new(), "the same".to_owned()));
        }
        block(&mut out, &one.service, width, &rows);
    }
    if comparison.is_empty() {
        out.push_str("\nNothing differs.\n");
    }
    out
}

/// `d-01J… of 4be21c7, plan 9f3c41d07b2a, 2026-11-22 12:04 UTC, took 7.4 s`.
fn headline(side: &Side) -> String {
    let commit = side.commit.as_deref().map(|commit| format!(" of {}", short(commit, SHORT)));
    let parts = [
        side.plan.as_deref().map(|plan| format!("plan {}", short(plan, SHORT_PLAN))),
        side.at.map(moment),
        side.took_ms.map(|ms| format!("took {}", duration(ms))),
    ];
    let parts = parts.into_iter().flatten().map(|part| format!(", {part}"));
    format!("{}{}{}", safe::line(&side.name), commit.unwrap_or_default(), parts.collect::<String>())
}

fn log(commits: &Commits) -> Vec<String> {
    match commits {
        Commits::Same => vec!["the same".to_owned()],
        Commits::Unknown(why) => vec![format!("? unknown: {}", safe::line(why))],
        Commits::Between { came, went } => {
            let commit = |commit: &crate::core::comparison::Commit| {
                let subject = words::shortened(&safe::line(&commit.subject), 72);
                format!("+ {} {subject}", short(&commit.sha, SHORT))
            };
            let gone = (*went > 0).then(|| format!("- {}", words::count(*went, "commit")));
            came.iter().map(commit).chain(gone).collect()
        }
    }
}

fn timing(one: &Difference) -> Option<String> {
    let shown = |ms: Option<u64>| match ms {
        Some(ms) => duration(i64::try_from(ms).unwrap_or(i64::MAX)),
        None => "?".to_owned(),
    };
    match one.took_ms {
        [None, None] => None,
        [from, to] => Some(format!("{} → {}", shown(from), shown(to))),
    }
}

/// A comparison as JSON.
pub fn comparison_json(comparison: &Comparison) -> Value {
    let side = |side: &Side| {
        let version = |one: &crate::core::comparison::Standing| {
            json!({ "service": one.service, "worker": one.worker, "version": one.version,
                "code": one.code })
        };
        json!({
            "name": side.name, "at": side.at, "commit": side.commit, "plan": side.plan,
            "duration_ms": side.took_ms,
            "services": side.services.iter().map(version).collect::<Vec<_>>(),
        })
    };
    let commits = match &comparison.commits {
        Commits::Same => json!({ "came": [], "went": 0 }),
        Commits::Unknown(why) => json!({ "unknown": why }),
        Commits::Between { came, went } => {
            let came = came.iter().map(|one| json!({ "sha": one.sha, "subject": one.subject }));
            json!({ "came": came.collect::<Vec<_>>(), "went": went })
        }
    };
    let service = |one: &Difference| {
        json!({
            "service": one.service,
            "changes": one.changes.iter().map(change_json).collect::<Vec<_>>(),
            "unknown": one.unknown.iter().map(blind_json).collect::<Vec<_>>(),
            "took_ms": one.took_ms,
        })
    };
    json!({
        "schema": COMPARISON_SCHEMA,
        "clodo": env!("CARGO_PKG_VERSION"),
        "from": side(&comparison.from),
        "to": side(&comparison.to),
        "commits": commits,
        "services": comparison.services.iter().map(service).collect::<Vec<_>>(),
    })
}
