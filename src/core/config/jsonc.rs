//! JSON with comments and trailing commas into the spanned tree.
//!
//! Wrangler reads `wrangler.json` and `wrangler.jsonc` alike, with Microsoft's jsonc-parser and
//! `allowTrailingComma`; every other liberty that readers of JSON may take is an error there, and
//! so it is here.

use std::borrow::Cow;
use std::collections::HashSet;

use jsonc_parser::ast;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, CommentCollectionStrategy, ParseOptions, parse_to_ast};

use super::SyntaxError;
use crate::core::model::{Data, Entry, Object, Span, Value};

const COLLECT: CollectOptions =
    CollectOptions { comments: CommentCollectionStrategy::Off, tokens: false };

/// The liberties that Wrangler's reader takes, and no others.
pub(in crate::core) const OPTIONS: ParseOptions = ParseOptions {
    allow_comments: true,
    allow_trailing_commas: true,
    allow_loose_object_property_names: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// Parses one JSON value with comments. An empty file is an error.
pub fn parse(text: &str) -> Result<Value, SyntaxError> {
    let text = &strict(text)?;
    let parsed = parse_to_ast(text, &COLLECT, &OPTIONS).map_err(|error| SyntaxError {
        span: Span::new(error.range().start, error.range().end),
        message: error.kind().to_string(),
    })?;
    parsed.value.as_ref().map(value).transpose()?.ok_or_else(|| SyntaxError {
        span: Span::new(0, text.len()),
        message: "the file is empty; expected `{`".into(),
    })
}

/// Refuses what the parser lets pass and Microsoft's does not: control characters inside strings,
/// and white space beyond that of JSON. An escape that is half of a surrogate pair is fine for
/// JavaScript; it becomes U+FFFD, which is as long, so that every place stays where it was.
fn strict(text: &str) -> Result<Cow<'_, str>, SyntaxError> {
    let refuse = |at: usize, c: char, message: &str| {
        Err(SyntaxError { span: Span::new(at, at + c.len_utf8()), message: message.to_owned() })
    };
    let mut mended = Cow::Borrowed(text);
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => loop {
                match chars.next() {
                    Some((_, '"')) | None => break,
                    Some((at, '\\')) => {
                        if let Some(half) = lone_surrogate(text, at) {
                            mended.to_mut().replace_range(half, "\\uFFFD");
                        }
                        chars.next();
                    }
                    Some((at, c)) if c < ' ' => {
                        return refuse(at, c, "control characters must be escaped inside strings");
                    }
                    Some(_) => {}
                }
            },
            '/' if text[at..].starts_with("//") => {
                while chars.next_if(|(_, c)| !matches!(c, '\n' | '\r')).is_some() {}
            }
            '/' if text[at..].starts_with("/*") => {
                let end = text[at + 2..].find("*/").map_or(text.len(), |end| at + 2 + end + 2);
                while chars.next_if(|(at, _)| *at < end).is_some() {}
            }
            c if c.is_whitespace() && !matches!(c, ' ' | '\t' | '\n' | '\r') => {
                return refuse(at, c, "this white space is not allowed in JSON");
            }
            _ => {}
        }
    }
    Ok(mended)
}

/// The `\uXXXX` at a backslash, if it is one half of a surrogate pair without the other.
fn lone_surrogate(text: &str, at: usize) -> Option<std::ops::Range<usize>> {
    let unit = |at: usize| {
        let escape = text.get(at..at + 6)?;
        u16::from_str_radix(escape.strip_prefix("\\u")?, 16).ok()
    };
    let lone = match unit(at)? {
        0xD800..=0xDBFF => !unit(at + 6).is_some_and(|low| (0xDC00..=0xDFFF).contains(&low)),
        0xDC00..=0xDFFF => {
            !at.checked_sub(6).and_then(unit).is_some_and(|high| (0xD800..=0xDBFF).contains(&high))
        }
        _ => false,
    };
    lone.then_some(at..at + 6)
}

fn value(node: &ast::Value<'_>) -> Result<Value, SyntaxError> {
    let span = span(node);
    let data = match node {
        ast::Value::NullKeyword(_) => Data::Null,
        ast::Value::BooleanLit(literal) => Data::Boolean(literal.value),
        ast::Value::NumberLit(literal) => Data::Number(literal.value.parse().map_err(|_| {
            SyntaxError { span, message: format!("`{}` is not a number", literal.value) }
        })?),
        ast::Value::StringLit(literal) => Data::String(literal.value.as_ref().into()),
        ast::Value::Array(array) => {
            Data::Array(array.elements.iter().map(value).collect::<Result<_, _>>()?)
        }
        ast::Value::Object(object) => {
            // As in JavaScript, the last of several values of one key counts.
            let mut seen = HashSet::with_capacity(object.properties.len());
            let mut entries = Vec::with_capacity(object.properties.len());
            for property in object.properties.iter().rev() {
                if seen.insert(property.name.as_str()) {
                    entries.push(entry(property)?);
                }
            }
            entries.reverse();
            Data::Object(Object { entries })
        }
    };
    Ok(Value { span, data })
}

fn entry(property: &ast::ObjectProp<'_>) -> Result<Entry, SyntaxError> {
    Ok(Entry {
        key: property.name.as_str().into(),
        key_span: span(&property.name),
        value: value(&property.value)?,
    })
}

fn span(node: &impl Ranged) -> Span {
    let range = node.range();
    Span::new(range.start, range.end)
}
