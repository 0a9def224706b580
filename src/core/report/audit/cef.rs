//! ArcSight's Common Event Format, as its implementation standard has it: a header of seven fields
//! between bars, and pairs of keys and values.

use serde_json::Value;

use super::{Weight, succeeded, weight};
use crate::core::canonical::canonical;
use crate::core::model::journal::Entry;
use crate::core::report::safe;

pub(super) fn line(entry: &Entry) -> String {
    let event = &entry.event;
    let action = event.action.as_str();
    let severity = match weight(entry) {
        Weight::Info => 3,
        Weight::Notable => 5,
        Weight::High => 7,
        Weight::Critical => 10,
    };
    let header =
        ["CEF:0", "clodo", "clodo", env!("CARGO_PKG_VERSION"), action, &action.replace('-', " ")]
            .map(|field| field.replace('\\', "\\\\").replace('|', "\\|"));
    let outcome = match succeeded(entry) {
        Some(true) => "success",
        Some(false) => "failure",
        None => "",
    };
    let details = match event.details.is_empty() {
        true => String::new(),
        false => canonical(&Value::Object(event.details.clone())),
    };
    let mut pairs = vec![
        ("rt", entry.at.as_millisecond().to_string()),
        ("externalId", event.op.clone()),
        ("act", action.to_owned()),
        ("outcome", outcome.to_owned()),
        ("suser", event.actor.id.clone()),
        ("msg", details),
    ];
    // Fields of our own, which carry their name beside them.
    for (label, key, name, value) in [
        ("cn1Label", "cn1", "seq", entry.seq.to_string()),
        ("cs1Label", "cs1", "environment", event.environment.clone()),
        ("cs2Label", "cs2", "deployment", event.deployment.clone().unwrap_or_default()),
        ("cs3Label", "cs3", "service", event.service.clone().unwrap_or_default()),
        ("cs4Label", "cs4", "account", event.account.clone()),
        ("cs5Label", "cs5", "hash", entry.hash.clone()),
    ] {
        if !value.is_empty() {
            pairs.extend([(label, name.to_owned()), (key, value)]);
        }
    }
    let pairs = pairs.iter().filter(|(_, value)| !value.is_empty());
    let pairs: Vec<String> =
        pairs.map(|(key, value)| format!("{key}={}", escaped(value))).collect();
    format!("{}|{severity}|{}\n", header.join("|"), pairs.join(" "))
}

/// A value of the extension.
fn escaped(value: &str) -> String {
    safe::in_file(value)
        .replace('\\', "\\\\")
        .replace('=', "\\=")
        .replace("\r\n", "\\n")
        .replace(['\r', '\n'], "\\n")
}
