//! For people, in a terminal or a log.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use super::{becomes, headline, order, rollback, source};
use crate::core::plan::{Aspect, Blind, Change, Drift, Plan, ServicePlan, Sign};
use crate::core::report::{TextOptions, moment, safe, words};

/// A plan as text.
pub fn text(plan: &Plan, options: &TextOptions) -> String {
    let mut out = format!("{}, {}\n\n", headline(plan), source(&plan.accounts, plan.taken_at));
    let names = plan.services.iter().map(|service| service.service.as_str());
    let column = column(names);
    for service in &plan.services {
        let mut rows = rows(&service.changes, service.unknown(), options);
        if service.failure.is_some() {
            let refused = paint("! does not build".into(), Sign::Refused, options);
            rows.insert(0, ("code".into(), refused));
        }
        rows.extend(service.cautions.iter().map(|words| ("note".to_owned(), safe::line(words))));
        rows.extend(rollback(service).map(|words| ("rollback".to_owned(), safe::line(&words))));
        let live = live(service).filter(|_| service.changes());
        rows.extend(live.map(|words| ("live".to_owned(), words)));
        if rows.is_empty() {
            rows.push((String::new(), "unchanged".to_owned()));
        }
        block(&mut out, &service.service, column, &rows);
    }
    unasked(&mut out, plan);
    out.push('\n');
    for (service, words) in plan.failures() {
        let _ = writeln!(out, "{} does not build. Wrangler says:", words::name(service));
        let indented = safe::lines(words).replace('\n', "\n  ");
        let _ = writeln!(out, "  {indented}\n");
    }
    out.push_str(&conclusion(plan));
    out
}

fn conclusion(plan: &Plan) -> String {
    let mut out = String::new();
    if !plan.waves.is_empty() {
        let _ = writeln!(out, "Order: {}.", order(&plan.waves));
    }
    for circle in &plan.circles {
        let names: Vec<String> = circle.iter().map(|name| words::name(name)).collect();
        let _ = writeln!(
            out,
            "{} need each other: where one is new, deploy it first without what it needs.",
            names.join(" and ")
        );
    }
    if plan.is_empty() {
        let _ = writeln!(out, "Nothing changes.");
    } else if plan.waves.is_empty() {
        let _ = writeln!(out, "Nothing is known to change.");
    }
    without(&mut out, &plan.without);
    out
}

fn without(out: &mut String, services: &[String]) {
    if !services.is_empty() {
        let names: Vec<String> = services.iter().map(|name| words::name(name)).collect();
        let _ = writeln!(out, "Without this environment: {}.", words::some_of(&names, 10));
    }
}

/// A drift as text.
pub fn drift_text(drift: &Drift, options: &TextOptions) -> String {
    let mut out = format!(
        "Drift in {}, {}: what is live and not in the configuration is +\n\n",
        words::environment(drift.environment.as_deref()),
        source(&drift.accounts, drift.taken_at)
    );
    let column = column(drift.services.iter().map(|service| service.service.as_str()));
    for service in &drift.services {
        let mut rows = rows(&service.changes, service.blind.iter(), options);
        if !rows.is_empty() {
            rows.extend(service.origin.iter().map(|words| ("origin".into(), safe::line(words))));
        }
        if rows.is_empty() {
            rows.push((String::new(), "as configured".to_owned()));
        }
        block(&mut out, &service.service, column, &rows);
    }
    out.push('\n');
    let verdict = match drift.services.iter().all(|service| service.changes.is_empty()) {
        true if drift.is_empty() => "Nothing differs.",
        true => "Nothing is known to differ.",
        false => {
            "Either the account was changed beside the pipeline, or the configuration is ahead of it."
        }
    };
    let _ = writeln!(out, "{verdict}");
    without(&mut out, &drift.without);
    out
}

/// How wide the column of names is.
pub(in crate::core::report) fn column<'a>(names: impl Iterator<Item = &'a str>) -> usize {
    names.map(|name| words::name(name).chars().count()).max().unwrap_or_default()
}

/// Lines of one service: the word of what they concern, and the rest.
pub(in crate::core::report) fn rows<'a>(
    changes: &[Change],
    blind: impl Iterator<Item = &'a Blind>,
    options: &TextOptions,
) -> Vec<(String, String)> {
    let mut rows: Vec<(String, String)> = Vec::new();
    let mut last: Option<Aspect> = None;
    let mut row = |aspect: Aspect, line: String| {
        let title = if last == Some(aspect) { "" } else { aspect.as_str() };
        last = Some(aspect);
        rows.push((title.to_owned(), line));
    };
    for change in changes {
        let name = words::shortened(&safe::line(&change.name), 100);
        let becomes = safe::line(&becomes(change));
        let space = if becomes.is_empty() { "" } else { "  " };
        let head = paint(format!("{} {name}", change.sign.symbol()), change.sign, options);
        let danger = if change.destructive { "  [destructive]" } else { "" };
        row(change.aspect, format!("{head}{space}{becomes}{danger}"));
    }
    for one in blind {
        let head = paint("? unknown".to_owned(), Sign::Unknown, options);
        row(one.aspect, format!("{head}: {}", safe::line(&one.why)));
    }
    rows
}

fn paint(text: String, sign: Sign, options: &TextOptions) -> String {
    let color = match sign {
        Sign::Add => AnsiColor::Green,
        Sign::Remove | Sign::Refused => AnsiColor::Red,
        Sign::Change | Sign::Unknown => AnsiColor::Yellow,
        Sign::Keep => return text,
    };
    let style = Style::new().fg_color(Some(color.into()));
    if options.color { format!("{style}{text}{style:#}") } else { text }
}

/// A block of lines, with a name before the first.
pub(in crate::core::report) fn block(
    out: &mut String,
    name: &str,
    column: usize,
    rows: &[(String, String)],
) {
    let titles = rows.iter().map(|(title, _)| title.len()).max().unwrap_or_default();
    for (index, (title, line)) in rows.iter().enumerate() {
        let name = if index == 0 { words::name(name) } else { String::new() };
        let line = match titles {
            0 => format!("  {name:column$}  {line}"),
            _ => format!("  {name:column$}  {title:titles$}  {line}"),
        };
        let _ = writeln!(out, "{}", line.trim_end());
    }
}

/// What is live, in words.
fn live(service: &ServicePlan) -> Option<String> {
    let ids: Vec<&str> = service.base.iter().map(|share| share.version_id.as_str()).collect();
    let since = service.since.map(|since| format!(", since {}", moment(since)));
    (!ids.is_empty())
        .then(|| safe::line(&format!("version {}{}", ids.join(" and "), since.unwrap_or_default())))
}

fn unasked(out: &mut String, plan: &Plan) {
    let mut lines: Vec<(&str, String)> = Vec::new();
    for service in &plan.services {
        for (unasked, change) in service.unasked() {
            let of = words::name(&service.service);
            let name = words::shortened(&safe::line(&change.name), 100);
            let what = format!("{of}: {} {name}", change.aspect.as_str());
            lines.push((unasked.title(), what));
        }
    }
    if lines.is_empty() {
        return;
    }
    lines.sort();
    let column = lines.iter().map(|(title, _)| title.len()).max().unwrap_or_default();
    out.push_str("\nNobody asked for:\n");
    for (title, what) in lines {
        let _ = writeln!(out, "  {title:column$}  {what}");
    }
}
