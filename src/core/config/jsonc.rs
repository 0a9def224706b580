//! JSON with comments and trailing commas into the spanned tree.
//!
//! Wrangler reads `wrangler.json` and `wrangler.jsonc` alike, with Microsoft's jsonc-parser and
//! `allowTrailingComma`; every other liberty that readers of JSON may take is an error there, and
//! so it is here.

use jsonc_parser::ast;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, CommentCollectionStrategy, ParseOptions, parse_to_ast};

use super::SyntaxError;
use crate::core::model::{Data, Entry, Object, Span, Value};

const COLLECT: CollectOptions =
    CollectOptions { comments: CommentCollectionStrategy::Off, tokens: false };

const OPTIONS: ParseOptions = ParseOptions {
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
    let parsed = parse_to_ast(text, &COLLECT, &OPTIONS).map_err(|error| SyntaxError {
        span: Span::new(error.range().start, error.range().end),
        message: error.kind().to_string(),
    })?;
    parsed.value.as_ref().map(value).transpose()?.ok_or_else(|| SyntaxError {
        span: Span::new(0, text.len()),
        message: "the file is empty; expected `{`".into(),
    })
}

fn value(node: &ast::Value<'_>) -> Result<Value, SyntaxError> {
    let span = span(node);
    let data = match node {
        ast::Value::NullKeyword(_) => Data::Null,
        ast::Value::BooleanLit(literal) => Data::Boolean(literal.value),
        ast::Value::NumberLit(literal) => {
            Data::Number(literal.value.parse().map_err(|_| SyntaxError {
                span,
                message: format!("`{}` is not a number", literal.value),
            })?)
        }
        ast::Value::StringLit(literal) => Data::String(literal.value.as_ref().into()),
        ast::Value::Array(array) => {
            Data::Array(array.elements.iter().map(value).collect::<Result<_, _>>()?)
        }
        ast::Value::Object(object) => Data::Object(Object {
            entries: object.properties.iter().map(entry).collect::<Result<_, _>>()?,
        }),
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
