//! Freezes, for people and for programs.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::table::table;
use super::{moment, safe, words};
use crate::core::gate::Found;

/// What [`json()`] calls itself.
pub const FREEZES_SCHEMA: &str = "clodo.freezes/1";

/// What a freeze is at a time.
struct Now<'a> {
    found: &'a Found,
    /// Whether it holds, and until when where that is known.
    active: Option<Option<Timestamp>>,
    /// When it begins next.
    next: Option<Timestamp>,
}

/// Those that hold first, then the others by when they begin; what is over is left out. Of an event
/// that comes again, the first time alone.
fn sorted<'f>(freezes: &'f [Found], now: Timestamp) -> Vec<Now<'f>> {
    let one = |found: &'f Found| {
        let freeze = &found.freeze;
        Now { found, active: freeze.active(now), next: freeze.next(now) }
    };
    let mut all: Vec<Now<'f>> = freezes.iter().map(one).collect();
    all.retain(|one| one.active.is_some() || one.next.is_some());
    all.sort_by_key(|one| (one.active.is_none(), one.next));
    let mut seen = BTreeSet::new();
    all.retain(|one| seen.insert((&one.found.freeze.id, &one.found.freeze.environments)));
    all
}

/// A table of the freezes that hold or will hold.
pub fn text(freezes: &[Found], now: Timestamp) -> String {
    let rows = sorted(freezes, now);
    if rows.is_empty() {
        return "No freezes.\n".to_owned();
    }
    let head = ["FREEZE", "WHEN", "COMES", "FOR", "FROM", "WHY"].map(str::to_owned);
    table(std::iter::once(head).chain(rows.iter().map(row)).collect())
}

fn row(now: &Now<'_>) -> [String; 6] {
    let freeze = &now.found.freeze;
    let when = match (now.active, now.next) {
        (Some(Some(until)), _) => format!("now, until {}", moment(until)),
        (Some(None), _) => "now, until it is ended".to_owned(),
        (None, Some(next)) => format!("next {}", moment(next)),
        (None, None) => "-".to_owned(),
    };
    [
        safe::line(&freeze.id),
        when,
        freeze.recurrence.as_str().to_owned(),
        concerns(&freeze.environments, &freeze.services),
        now.found.whence.as_str().to_owned(),
        words::name(&freeze.reason),
    ]
}

/// `production (api, web)`, or everything.
fn concerns(environments: &[String], services: &[String]) -> String {
    let list = |names: &[String]| {
        let names: Vec<String> = names.iter().map(|name| words::name(name)).collect();
        names.join(", ")
    };
    match (environments, services) {
        ([], []) => "everything".to_owned(),
        (_, []) => list(environments),
        ([], _) => format!("({})", list(services)),
        _ => format!("{} ({})", list(environments), list(services)),
    }
}

/// The same as a document.
pub fn json(freezes: &[Found], now: Timestamp) -> Value {
    let one = |Now { found, active, next }: &Now<'_>| {
        let mut value = json!(found.freeze.report());
        value["id"] = json!(found.freeze.id);
        value["whence"] = json!(found.whence.as_str());
        value["active"] = json!(active.is_some());
        value["until"] = json!(active.flatten());
        value["next"] = json!(next);
        value
    };
    let freezes: Vec<Value> = sorted(freezes, now).iter().map(one).collect();
    json!({ "schema": FREEZES_SCHEMA, "freezes": freezes })
}
