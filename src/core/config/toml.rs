//! TOML into the spanned tree.
//!
//! Wrangler reads TOML with smol-toml 1.9, which speaks TOML 1.1 (inline tables over several
//! lines, trailing commas) and refuses integers that a JavaScript number cannot hold.

use ::toml::Spanned;
use ::toml::de::{DeString, DeTable, DeValue};

use super::SyntaxError;
use crate::core::model::{Data, Entry, Object, Span, Value};

/// The largest integer that JavaScript holds exactly: 2^53 − 1. smol-toml refuses larger ones.
const MAX_SAFE_INTEGER: i128 = 9_007_199_254_740_991;

/// Parses a TOML document.
pub fn parse(text: &str) -> Result<Value, SyntaxError> {
    let table = DeTable::parse(text).map_err(|error| SyntaxError {
        span: error.span().unwrap_or_default().into(),
        message: sentence(error.message()),
    })?;
    let span = Span::new(0, text.len());
    Ok(Value { span, data: Data::Object(object(table.get_ref())?) })
}

fn sentence(message: &str) -> String {
    message.trim().trim_end_matches('.').replace('\n', "; ")
}

fn object(table: &DeTable<'_>) -> Result<Object, SyntaxError> {
    let mut entries = Vec::with_capacity(table.len());
    for (key, item) in table {
        entries.push(entry(key, item)?);
    }
    Ok(Object { entries })
}

fn entry(key: &Spanned<DeString<'_>>, item: &Spanned<DeValue<'_>>) -> Result<Entry, SyntaxError> {
    Ok(Entry {
        key: key.get_ref().as_ref().into(),
        key_span: key.span().into(),
        value: value(item)?,
    })
}

fn value(item: &Spanned<DeValue<'_>>) -> Result<Value, SyntaxError> {
    let span = Span::from(item.span());
    let number = |parsed: Option<f64>| {
        parsed.map(Data::Number).ok_or_else(|| SyntaxError {
            span,
            message: "this number cannot be held without loss; write it as a string".into(),
        })
    };
    let data = match item.get_ref() {
        DeValue::String(text) => Data::String(text.as_ref().into()),
        DeValue::Integer(digits) => number(
            i128::from_str_radix(digits.as_str(), digits.radix())
                .ok()
                .filter(|value| value.abs() <= MAX_SAFE_INTEGER)
                .map(|value| value as f64),
        )?,
        DeValue::Float(digits) => number(digits.as_str().parse().ok())?,
        DeValue::Boolean(value) => Data::Boolean(*value),
        DeValue::Datetime(date) => Data::Date(date.to_string().into()),
        DeValue::Array(items) => Data::Array(items.iter().map(value).collect::<Result<_, _>>()?),
        DeValue::Table(table) => Data::Object(object(table)?),
    };
    Ok(Value { span, data })
}
