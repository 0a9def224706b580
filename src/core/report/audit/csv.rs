//! RFC 4180, safe to open with a spreadsheet.

use serde_json::Value;

use crate::core::canonical::canonical;
use crate::core::model::journal::{Entry, written};
use crate::core::report::safe;

const COLUMNS: [&str; 15] = [
    "seq",
    "time",
    "action",
    "actor",
    "issuer",
    "method",
    "account",
    "environment",
    "deployment",
    "service",
    "from",
    "to",
    "op",
    "details",
    "hash",
];

pub(super) fn header() -> String {
    COLUMNS.join(",") + "\r\n"
}

pub(super) fn line(entry: &Entry) -> String {
    let event = &entry.event;
    let state = |state: Option<crate::core::model::deployment::State>| {
        state.map(|state| state.as_str().to_owned()).unwrap_or_default()
    };
    let details = match event.details.is_empty() {
        true => String::new(),
        false => canonical(&Value::Object(event.details.clone())),
    };
    let fields = [
        entry.seq.to_string(),
        written(entry.at),
        event.action.as_str().to_owned(),
        event.actor.id.clone(),
        event.actor.issuer.clone(),
        event.actor.method.clone(),
        event.account.clone(),
        event.environment.clone(),
        event.deployment.clone().unwrap_or_default(),
        event.service.clone().unwrap_or_default(),
        state(event.from),
        state(event.to),
        event.op.clone(),
        details,
        entry.hash.clone(),
    ];
    fields.map(|field| quoted(&field)).join(",") + "\r\n"
}

/// A field. What a spreadsheet would take for a formula gets an apostrophe before it
/// (<https://owasp.org/www-community/attacks/CSV_Injection>).
fn quoted(field: &str) -> String {
    let field = safe::in_file(field);
    let guard = if field.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    match field.contains([',', '"', '\r', '\n']) {
        true => format!("\"{guard}{}\"", field.replace('"', "\"\"")),
        false => format!("{guard}{field}"),
    }
}
