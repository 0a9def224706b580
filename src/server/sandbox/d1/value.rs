//! JSON to SQLite's values, and back.

use rusqlite::types::{Value as Sql, ValueRef};
use serde_json::{Number, Value};

use super::Error;

/// From here on JavaScript's numbers, which D1 answers with, leave integers out.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The value of a parameter. Every number is a REAL, as in JavaScript.
///
/// # Errors
///
/// It is an object, or an array of something else than bytes.
pub(super) fn bound(json: &Value) -> Result<Sql, Error> {
    let unsupported =
        || Error::new(format!("Type '{}' not supported for value '{json}'", kind(json)));
    Ok(match json {
        Value::Null => Sql::Null,
        Value::Bool(yes) => Sql::Real(f64::from(u8::from(*yes))),
        Value::Number(number) => Sql::Real(number.as_f64().ok_or_else(unsupported)?),
        Value::String(text) => Sql::Text(text.clone()),
        Value::Array(bytes) => {
            let byte = |byte: &Value| u8::try_from(byte.as_u64()?).ok();
            Sql::Blob(bytes.iter().map(byte).collect::<Option<_>>().ok_or_else(unsupported)?)
        }
        Value::Object(_) => return Err(unsupported()),
    })
}

/// JavaScript's `typeof`.
fn kind(json: &Value) -> &'static str {
    match json {
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Null | Value::Array(_) | Value::Object(_) => "object",
    }
}

/// The JSON of a value: a number as JavaScript has it, a blob as an array of its bytes.
pub(super) fn json(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        // JavaScript has no integers; the nearest number is what D1 answers.
        #[expect(clippy::cast_precision_loss)]
        ValueRef::Integer(integer) => number(integer as f64),
        ValueRef::Real(real) => number(real),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into(),
        ValueRef::Blob(bytes) => bytes.into(),
    }
}

/// A number as `JSON.stringify` writes it: 2.0 is `2`, and infinity is `null`.
fn number(real: f64) -> Value {
    if real.fract() == 0.0 && real.abs() < EXACT {
        #[expect(clippy::cast_possible_truncation)]
        let integer = real as i64;
        return integer.into();
    }
    Number::from_f64(real).map_or(Value::Null, Value::Number)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_are_javascripts() {
        assert_eq!(number(2.0), json!(2));
        assert_eq!(number(-0.0), json!(0));
        assert_eq!(number(2.5), json!(2.5));
        assert_eq!(number(f64::INFINITY), Value::Null);
        assert_eq!(
            super::json(ValueRef::Integer(9_007_199_254_740_993)),
            json!(9_007_199_254_740_992.0)
        );
    }

    #[test]
    fn parameters_are_texts_reals_or_blobs() {
        assert_eq!(bound(&json!(7)), Ok(Sql::Real(7.0)));
        assert_eq!(bound(&json!(true)), Ok(Sql::Real(1.0)));
        assert_eq!(bound(&json!([1, 255])), Ok(Sql::Blob(vec![1, 255])));
        assert!(bound(&json!([256])).is_err());
        assert!(bound(&json!({})).is_err());
    }
}
