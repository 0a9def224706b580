//! One canonical JSON object (RFC 8785) a line: the body that is hashed, with `prev` and `hash`
//! beside its fields, where they are not left out.

use serde_json::Value;

use crate::core::canonical::canonical;
use crate::core::model::journal::{Entry, Record};

pub(super) fn line(entry: &Entry) -> String {
    // Plain data always has a JSON form.
    let mut object = serde_json::to_value(entry).unwrap_or_default();
    if let Value::Object(fields) = &mut object {
        let is_left_out = |name: &str| matches!(name, "prev" | "hash") && entry.hash.is_empty();
        fields.retain(|name, _| !is_left_out(name));
    }
    canonical(&object) + "\n"
}

/// The record that a line holds, to verify it again. `None` where it holds none.
pub fn record(line: &str) -> Option<Record> {
    let Value::Object(mut fields) = serde_json::from_str(line).ok()? else { return None };
    let mut text = |name: &str| match fields.remove(name) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    };
    let (prev, hash) = (text("prev")?, text("hash")?);
    let seq = fields.get("seq")?.as_u64()?;
    Some(Record { seq, body: canonical(&Value::Object(fields)), prev, hash })
}
