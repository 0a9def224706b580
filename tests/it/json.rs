//! A file of any format, as JSON.

use clodo::core::model::{Data, Value};
use serde_json::json;

/// What was read, as another reader of the format would write it as JSON.
pub(crate) fn to_json(value: &Value) -> serde_json::Value {
    match &value.data {
        Data::Null => json!(null),
        Data::Boolean(value) => json!(value),
        Data::Number(number) if number.fract() == 0.0 => json!(*number as i64),
        Data::Number(number) => json!(number),
        Data::String(text) | Data::Date(text) => json!(text),
        Data::Array(items) => items.iter().map(to_json).collect(),
        Data::Object(object) => object
            .entries
            .iter()
            .map(|entry| (entry.key.to_string(), to_json(&entry.value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
    }
}
