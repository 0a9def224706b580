//! What holds whatever the bytes are.

use clodo::core::model::{Data, Span, SyntaxError, Value};

/// Every place in a tree has to be in the text, and so has the beginning of an error in its stead.
pub fn check_places(text: &str, parsed: Result<Value, SyntaxError>) {
    match parsed {
        Ok(value) => walk(&value, text),
        Err(error) => check(Span { end: error.span.start, ..error.span }, text),
    }
}

fn walk(value: &Value, text: &str) {
    check(value.span, text);
    match &value.data {
        Data::Array(items) => items.iter().for_each(|item| walk(item, text)),
        Data::Object(object) => object.entries.iter().for_each(|entry| {
            check(entry.key_span, text);
            walk(&entry.value, text);
        }),
        _ => {}
    }
}

fn check(span: Span, text: &str) {
    let range = span.start as usize..span.end as usize;
    assert!(text.get(range.clone()).is_some(), "{range:?} of {} bytes", text.len());
}
