//! What is known of a run: as text and as JSON.

use serde_json::{Map, Value, json};

use super::table::table;
use super::{safe, to_json};
use crate::core::model::context::{CiContext, Field, Source};

/// The fields that are known, each with its value.
pub fn text(context: &CiContext) -> String {
    let known = Field::ALL.into_iter().filter_map(|field| {
        let (value, _) = context.get(field)?;
        Some([field.name().to_owned(), shown(&value)])
    });
    table(known.collect())
}

/// Every field, with its value and where that was found.
pub fn explained(context: &CiContext) -> String {
    let row = |field: Field| match context.get(field) {
        Some((value, source)) => [field.name().to_owned(), shown(&value), source.to_string()],
        None => [
            field.name().to_owned(),
            "-".to_owned(),
            format!("not known; set {}", field.variable()),
        ],
    };
    let head = ["FIELD", "VALUE", "SOURCE"].map(str::to_owned);
    table(std::iter::once(head).chain(Field::ALL.map(row)).collect())
}

/// The object `clodo.env/1`. `null` is what is not known.
pub fn json(context: &CiContext, explain: bool) -> String {
    let object = |of: &dyn Fn(Value, &Source) -> Value| -> Value {
        let entry = |field: Field| {
            let value = context.get(field).map_or(Value::Null, |(value, source)| of(value, source));
            (field.name().to_owned(), value)
        };
        Value::Object(Field::ALL.into_iter().map(entry).collect::<Map<_, _>>())
    };
    let mut all = json!({
        "schema": "clodo.env/1",
        "clodo": env!("CARGO_PKG_VERSION"),
        "context": object(&|value, _| value),
    });
    if explain {
        all["sources"] = object(&|_, source| source.to_string().into());
    }
    all["notes"] = context.notes.iter().map(|note| note.text.as_str()).collect();
    to_json(&all)
}

/// What is not known although it could be expected, each in one line.
pub fn notes(context: &CiContext) -> impl Iterator<Item = String> {
    context.notes.iter().map(|note| safe::line(&note.text))
}

/// A value for one line: whoever wrote it gives no orders to terminals and runners.
fn shown(value: &Value) -> String {
    safe::line(&value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}
