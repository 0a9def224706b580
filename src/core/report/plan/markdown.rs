//! For a comment: one list for each service.

use std::fmt::Write as _;

use super::{account, becomes, headline, order, rollback, source};
use crate::core::plan::{Blind, Change, Drift, Plan};
use crate::core::report::{commonmark, words};

/// A plan as Markdown. It does not say when the account was read, so that two runs that see the same
/// say the same, and a comment stays as it is.
pub fn markdown(plan: &Plan) -> String {
    let mut out = format!(
        "**{}**, {}\n",
        commonmark::plain(&headline(plan)),
        commonmark::plain(&account(&plan.accounts))
    );
    let mut unchanged = Vec::new();
    for service in &plan.services {
        if !service.changes() && service.unknown().next().is_none() {
            unchanged.push(words::name(&service.service));
            continue;
        }
        let name = commonmark::plain(&words::name(&service.service));
        let _ = writeln!(out, "\n**{name}** ({})\n", commonmark::code(&service.worker));
        if let Some(failure) = &service.failure {
            let _ = writeln!(out, "- code: {} does not build\n", commonmark::code("!"));
            let _ = writeln!(out, "{}\n", commonmark::block(failure, "").trim_end());
        }
        list(&mut out, &service.changes, service.unknown());
        for caution in &service.cautions {
            let _ = writeln!(out, "- note: {}", commonmark::plain(caution));
        }
        if let Some(rollback) = rollback(service) {
            let _ = writeln!(out, "- rollback: {}", commonmark::plain(&rollback));
        }
    }
    if !unchanged.is_empty() {
        let _ = writeln!(out, "\nUnchanged: {}.", commonmark::plain(&unchanged.join(", ")));
    }
    let unasked: Vec<String> = plan
        .services
        .iter()
        .flat_map(|service| {
            service.unasked().map(|(unasked, change)| {
                format!(
                    "- {}: {} {} of {}",
                    unasked.title(),
                    change.aspect.as_str(),
                    commonmark::code(&words::shortened(&change.name, 100)),
                    commonmark::plain(&words::name(&service.service))
                )
            })
        })
        .collect();
    if !unasked.is_empty() {
        let _ = writeln!(out, "\n**Nobody asked for**\n\n{}", unasked.join("\n"));
    }
    if !plan.waves.is_empty() {
        let _ = writeln!(out, "\nOrder: {}.", commonmark::plain(&order(&plan.waves)));
    }
    out
}

/// A plan in one line: `Plan 9f3c41d07b2a for production (api, web)`.
pub fn summary(plan: &Plan) -> String {
    let changed = plan.services.iter().filter(|service| service.changes());
    let names: Vec<String> = changed.map(|service| words::name(&service.service)).collect();
    match names.as_slice() {
        [] => format!("{}: nothing changes", headline(plan)),
        names => format!("{} ({})", headline(plan), words::some_of(names, 5)),
    }
}

/// A drift as Markdown.
pub fn drift_markdown(drift: &Drift) -> String {
    let environment = words::environment(drift.environment.as_deref());
    let mut out = format!(
        "**Drift in {}**, {}\n",
        commonmark::plain(&environment),
        commonmark::plain(&source(&drift.accounts, drift.taken_at))
    );
    let mut same = Vec::new();
    for service in &drift.services {
        if service.changes.is_empty() && service.blind.is_empty() {
            same.push(words::name(&service.service));
            continue;
        }
        let name = commonmark::plain(&words::name(&service.service));
        let _ = writeln!(out, "\n**{name}** ({})\n", commonmark::code(&service.worker));
        list(&mut out, &service.changes, service.blind.iter());
        for origin in &service.origin {
            let _ = writeln!(out, "- {}", commonmark::plain(origin));
        }
    }
    if !same.is_empty() {
        let _ = writeln!(out, "\nAs configured: {}.", commonmark::plain(&same.join(", ")));
    }
    out
}

fn list<'a>(out: &mut String, changes: &[Change], blind: impl Iterator<Item = &'a Blind>) {
    for change in changes {
        let name = words::shortened(&change.name, 100);
        let head = commonmark::code(&format!("{} {name}", change.sign.symbol()));
        let rest = commonmark::plain(&becomes(change));
        let danger = if change.destructive { " **destructive**" } else { "" };
        let line = format!("- {}: {head} {rest}", change.aspect.as_str());
        let _ = writeln!(out, "{}{danger}", line.trim_end());
    }
    for one in blind {
        let why = commonmark::plain(&one.why);
        let _ = writeln!(out, "- {}: {} {why}", one.aspect.as_str(), commonmark::code("? unknown"));
    }
}
