//! One tree for TOML, JSON, JSONC and YAML, in which every key and value knows its place.

use std::fmt;

use serde_json::Value as Json;

use super::Span;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// Where the value stands. For a TOML table that is opened by a header, the header.
    pub span: Span,
    /// What it is.
    pub data: Data,
}

/// The kinds of values that a configuration can hold. Numbers are 64-bit floats, because that is
/// what Wrangler, a JavaScript program, sees.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    /// JSON's or YAML's null. TOML has none.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// Any number.
    Number(f64),
    /// Text.
    String(Box<str>),
    /// A TOML date or time, as written. JSON has none.
    Date(Box<str>),
    /// A list.
    Array(Vec<Value>),
    /// A table.
    Object(Object),
}

/// A table: its entries in the order of the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object {
    /// The entries. No key stands twice: where the file repeats one, the last counts.
    pub entries: Vec<Entry>,
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: Box<str>,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub value: Value,
}

impl Object {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The entry of a key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| &*entry.key == key)
    }

    /// The keys, in the order of the file.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| &*entry.key)
    }
}

impl Value {
    /// The text, if this is text.
    pub fn as_str(&self) -> Option<&str> {
        match &self.data {
            Data::String(text) => Some(text),
            _ => None,
        }
    }

    /// The boolean, if this is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self.data {
            Data::Boolean(value) => Some(value),
            _ => None,
        }
    }

    /// The number, if this is one.
    pub fn as_number(&self) -> Option<f64> {
        match self.data {
            Data::Number(value) => Some(value),
            _ => None,
        }
    }

    /// The list, if this is one.
    pub fn as_array(&self) -> Option<&[Self]> {
        match &self.data {
            Data::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The table, if this is one.
    pub fn as_object(&self) -> Option<&Object> {
        match &self.data {
            Data::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The value of a key, if this is a table that has it.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.as_object()?.get(key)
    }

    /// Where the value of a key stands, or else the table that lacks it.
    pub fn span_of(&self, key: &str) -> Span {
        self.get(key).unwrap_or(self).span
    }

    /// The items, or none where this is not a list.
    pub fn items(&self) -> &[Self] {
        self.as_array().unwrap_or_default()
    }

    /// The entries, or none where this is not a table.
    pub fn entries(&self) -> &[Entry] {
        self.as_object().map(|table| &*table.entries).unwrap_or_default()
    }

    /// Whether this is null.
    pub fn is_null(&self) -> bool {
        self.data == Data::Null
    }

    /// Whether JavaScript takes this for false: null, `false`, zero, not-a-number, empty text.
    pub fn is_falsy(&self) -> bool {
        match &self.data {
            Data::Null => true,
            Data::Boolean(value) => !value,
            Data::Number(value) => *value == 0.0 || value.is_nan(),
            Data::String(text) => text.is_empty(),
            Data::Date(_) | Data::Array(_) | Data::Object(_) => false,
        }
    }

    /// The same as JSON, as JavaScript would have it: a whole number has no point, and a date is its
    /// text.
    pub fn to_json(&self) -> Json {
        match &self.data {
            Data::Null => Json::Null,
            Data::Boolean(value) => Json::Bool(*value),
            Data::Number(number) => number_to_json(*number),
            Data::String(text) | Data::Date(text) => Json::String(text.to_string()),
            Data::Array(items) => items.iter().map(Self::to_json).collect(),
            Data::Object(table) => {
                let entries = table.entries.iter();
                Json::Object(entries.map(|e| (e.key.to_string(), e.value.to_json())).collect())
            }
        }
    }

    /// What this is, in words: `text`, `a number` …
    pub fn describe(&self) -> &'static str {
        match &self.data {
            Data::Null => "null",
            Data::Boolean(_) => "a boolean",
            Data::Number(_) => "a number",
            Data::String(text) if text.is_empty() => "an empty string",
            Data::String(_) => "a string",
            Data::Date(_) => "a date",
            Data::Array(_) => "a list",
            Data::Object(_) => "a table",
        }
    }
}

/// Short scalars as they would be typed; tables and lists in words.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 60;
        match &self.data {
            Data::Boolean(value) => write!(f, "{value}"),
            Data::Number(value) => write!(f, "{value}"),
            Data::String(text) if text.chars().count() > SHOWN => {
                write!(f, "\"{}…\"", text.chars().take(SHOWN).collect::<String>().escape_debug())
            }
            Data::String(text) => write!(f, "\"{}\"", text.escape_debug()),
            Data::Date(text) => f.write_str(text),
            Data::Null | Data::Array(_) | Data::Object(_) => f.write_str(self.describe()),
        }
    }
}

fn number_to_json(number: f64) -> Json {
    /// The largest integer up to which doubles hold them all.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    #[expect(clippy::cast_possible_truncation, reason = "whole, and within what i64 holds")]
    match number.fract() == 0.0 && number.abs() <= EXACT {
        true => Json::from(number as i64),
        false => Json::from(number),
    }
}
