//! What somebody is about to approve.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::Timestamp;
use serde_json::Value;

use super::{moment, named};
use crate::core::report::safe;

/// The longest value that is shown whole.
const LONGEST: usize = 100;

/// What a hash stands for, field by field.
pub fn subject(
    environment: &str,
    hash: &str,
    asked: Timestamp,
    fields: &BTreeMap<String, Value>,
) -> String {
    let mut out = String::new();
    let of = safe::line(named(environment));
    let _ = writeln!(out, "Plan {} for {of}, asked about at {}\n", safe::line(hash), moment(asked));
    let column = fields.keys().map(|key| key.chars().count()).max().unwrap_or_default();
    for (key, value) in fields {
        let shown = match value {
            Value::Null => continue,
            Value::Array(list) if list.is_empty() => continue,
            Value::String(text) => text.clone(),
            value => value.to_string(),
        };
        let shown = match shown.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("{}…", &shown[..end]),
            None => shown,
        };
        let _ = writeln!(out, "  {}", safe::line(&format!("{key:column$}  {shown}")));
    }
    out
}
