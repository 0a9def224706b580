//! A plan, and a drift, for people, for a comment and for programs. What stands in them comes from
//! files and from the account, and is escaped for the place where it will be read.

mod json;
mod markdown;
mod read;
mod schema;
mod text;

pub use json::{DRIFT_SCHEMA, drift_json, json};
pub use markdown::{drift_markdown, markdown, summary};
pub use read::read;
pub use schema::{drift_schema, plan_schema};
pub use text::{drift_text, text};

pub(super) use json::{blind as blind_json, change as change_json};
pub(super) use text::{block, column, rows};

use std::fmt::Write as _;

use jiff::Timestamp;

use super::{moment, words};
use crate::core::model::PlanReport;
use crate::core::plan::{Change, Plan, Rollback, ServicePlan, Sign};

/// A plan as a part of a report.
pub fn report(plan: &Plan) -> PlanReport {
    PlanReport {
        changes: !plan.is_empty(),
        summary: summary(plan),
        markdown: markdown(plan),
        data: json(plan),
    }
}

/// What becomes of something, as the end of a line that starts with its sign and name.
fn becomes(change: &Change) -> String {
    let mut text = match (&change.from, &change.to) {
        (Some(from), Some(to)) if change.sign == Sign::Unknown => format!("{to}, against {from}"),
        (Some(from), Some(to)) => format!("{from} → {to}"),
        (Some(one), None) | (None, Some(one)) => one.clone(),
        (None, None) => String::new(),
    };
    if let Some(note) = &change.note {
        let _ = match text.is_empty() {
            true => write!(text, "{note}"),
            false => write!(text, " ({note})"),
        };
    }
    text
}

/// `api, then web and jobs`.
fn order(waves: &[Vec<String>]) -> String {
    let wave = |wave: &Vec<String>| {
        let names: Vec<String> = wave.iter().map(|name| words::name(name)).collect();
        match names.as_slice() {
            [most @ .., last] if !most.is_empty() => format!("{} and {last}", most.join(", ")),
            names => names.join(""),
        }
    };
    waves.iter().map(wave).collect::<Vec<_>>().join(", then ")
}

/// Whether one can go back, in words. `None` where there is nothing to say.
fn rollback(service: &ServicePlan) -> Option<String> {
    Some(match &service.rollback {
        _ if !service.changes() => return None,
        Rollback::Nothing | Rollback::Unknown => return None,
        Rollback::Possible => "possible".to_owned(),
        Rollback::Blocked(blockers) => {
            let one = |blocker: &crate::core::plan::Blocker| {
                format!("{}: {}", blocker.kind.why(), blocker.names.join(", "))
            };
            format!("blocked: {}", blockers.iter().map(one).collect::<Vec<_>>().join("; "))
        }
    })
}

/// `Plan 9f3c41d07b2a for production`.
fn headline(plan: &Plan) -> String {
    format!("Plan {} for {}", plan.short_hash(), words::environment(plan.environment.as_deref()))
}

/// `account acme`.
fn account(accounts: &[String]) -> String {
    let names: Vec<String> = accounts.iter().map(|name| words::name(name)).collect();
    match names.as_slice() {
        [] => "no account known".to_owned(),
        names => format!("account {}", names.join(" and ")),
    }
}

/// `account acme, read 2026-11-22 12:04 UTC`.
fn source(accounts: &[String], at: Timestamp) -> String {
    match accounts {
        [] => account(accounts),
        _ => format!("{}, read {}", account(accounts), moment(at)),
    }
}
