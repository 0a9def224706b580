//! YAML into the spanned tree, for `clodo.yml` and the CI files of a repository.
//!
//! The core schema of YAML 1.2: `yes`, `on` and `no` are text. Anchors and aliases work, within a
//! budget, so that a small file cannot grow into a large tree.

use saphyr_parser::{Event, Parser, ScalarStyle, Span as YamlSpan};

use super::SyntaxError;
use crate::core::model::{Data, Entry, Object, Span, Value};

/// How many values a file may hold once its aliases are resolved.
const MAX_VALUES: usize = 100_000;

/// How deep a file may nest.
const MAX_DEPTH: usize = 128;

/// Parses the first document of a YAML file. An empty file is an empty table.
pub fn parse(text: &str) -> Result<Value, SyntaxError> {
    let first = documents(text).next().transpose()?;
    Ok(first.unwrap_or(Value { span: Span::default(), data: Data::Object(Object::default()) }))
}

/// Parses the documents of a YAML file one after the other, up to the first mistake.
pub fn documents(text: &str) -> impl Iterator<Item = Result<Value, SyntaxError>> {
    let mut builder = Builder::new(text);
    let mut events = Parser::new_from_str(text).fuse();
    let mut failed = false;
    std::iter::from_fn(move || {
        while !failed {
            let ended = match events.next()? {
                Ok((event, span)) => builder.take(event, span),
                Err(error) => {
                    let at = builder.offsets.byte(error.marker().index());
                    let end = (at + 1).min(text.len());
                    Err(SyntaxError { span: Span::new(at, end), message: error.info().to_owned() })
                }
            };
            match ended {
                Ok(false) => {}
                Ok(true) => return builder.document.take().map(Ok),
                Err(error) => {
                    failed = true;
                    return Some(Err(error));
                }
            }
        }
        None
    })
}

enum Open {
    Sequence(Vec<Value>, Span, usize),
    Mapping(Object, Option<(Box<str>, Span)>, Span, usize),
}

struct Builder<'a> {
    offsets: Offsets<'a>,
    open: Vec<Open>,
    anchors: Vec<(usize, Value)>,
    values: usize,
    document: Option<Value>,
}

impl<'a> Builder<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            offsets: Offsets::new(text),
            open: Vec::new(),
            anchors: Vec::new(),
            values: 0,
            document: None,
        }
    }

    fn span(&mut self, span: YamlSpan) -> Span {
        Span::new(self.offsets.byte(span.start.index()), self.offsets.byte(span.end.index()))
    }

    /// Takes one event; true at the end of the document.
    fn take(&mut self, event: Event<'_>, span: YamlSpan) -> Result<bool, SyntaxError> {
        let span = self.span(span);
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let data = match style {
                    ScalarStyle::Plain => plain(&text),
                    _ => Data::String(text.as_ref().into()),
                };
                self.put(Value { span, data }, anchor)?;
            }
            Event::SequenceStart(anchor, _) => self.open(Open::Sequence(vec![], span, anchor))?,
            Event::MappingStart(anchor, _) => {
                self.open(Open::Mapping(Object::default(), None, span, anchor))?;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let (data, start, anchor) = match self.open.pop() {
                    Some(Open::Sequence(items, start, anchor)) => {
                        (Data::Array(items), start, anchor)
                    }
                    Some(Open::Mapping(object, _, start, anchor)) => {
                        (Data::Object(object), start, anchor)
                    }
                    None => return Ok(false),
                };
                self.put(Value { span: start.to(span), data }, anchor)?;
            }
            Event::Alias(anchor) => {
                let Some((_, value)) = self.anchors.iter().find(|(id, _)| *id == anchor) else {
                    return Err(SyntaxError { span, message: "this alias has no anchor".into() });
                };
                let value = Value { span, data: value.data.clone() };
                self.values += size(&value);
                self.put(value, 0)?;
            }
            Event::DocumentEnd => return Ok(true),
            _ => {}
        }
        Ok(false)
    }

    fn open(&mut self, open: Open) -> Result<(), SyntaxError> {
        self.open.push(open);
        if self.open.len() > MAX_DEPTH {
            let (Open::Sequence(_, span, _) | Open::Mapping(_, _, span, _)) = &self.open[MAX_DEPTH];
            return Err(SyntaxError {
                span: *span,
                message: format!("nested deeper than {MAX_DEPTH} levels"),
            });
        }
        Ok(())
    }

    fn put(&mut self, value: Value, anchor: usize) -> Result<(), SyntaxError> {
        self.values += 1;
        if self.values > MAX_VALUES {
            return Err(SyntaxError {
                span: value.span,
                message: format!("more than {MAX_VALUES} values once aliases are resolved"),
            });
        }
        if anchor != 0 {
            self.anchors.retain(|(id, _)| *id != anchor);
            self.anchors.push((anchor, value.clone()));
        }
        match self.open.last_mut() {
            None => self.document = Some(value),
            Some(Open::Sequence(items, ..)) => items.push(value),
            Some(Open::Mapping(object, key, ..)) => match key.take() {
                None => {
                    let name = match &value.data {
                        Data::String(text) => text.clone(),
                        Data::Array(_) | Data::Object(_) => {
                            return Err(SyntaxError {
                                span: value.span,
                                message: "a key must be text".into(),
                            });
                        }
                        _ => value.to_string().into(),
                    };
                    if object.entry(&name).is_some() {
                        return Err(SyntaxError {
                            span: value.span,
                            message: format!("the key `{name}` stands here for the second time"),
                        });
                    }
                    *key = Some((name, value.span));
                }
                Some((key, key_span)) => object.entries.push(Entry { key, key_span, value }),
            },
        }
        Ok(())
    }
}

fn size(value: &Value) -> usize {
    match &value.data {
        Data::Array(items) => 1 + items.iter().map(size).sum::<usize>(),
        Data::Object(object) => 1 + object.entries.iter().map(|e| size(&e.value)).sum::<usize>(),
        _ => 1,
    }
}

/// A plain scalar by YAML's core schema.
fn plain(text: &str) -> Data {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Data::Null,
        "true" | "True" | "TRUE" => Data::Boolean(true),
        "false" | "False" | "FALSE" => Data::Boolean(false),
        _ if text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.')) => {
            text.parse::<f64>().map_or_else(|_| Data::String(text.into()), Data::Number)
        }
        _ => Data::String(text.into()),
    }
}

/// Turns the parser's character offsets into bytes. Offsets come in ascending order but for
/// errors, so the last answer is kept as the place to go on from.
struct Offsets<'a> {
    text: &'a str,
    chars: usize,
    bytes: usize,
}

impl<'a> Offsets<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, chars: 0, bytes: 0 }
    }

    fn byte(&mut self, index: usize) -> usize {
        if index < self.chars {
            (self.chars, self.bytes) = (0, 0);
        }
        let rest = &self.text[self.bytes..];
        let step: usize = rest.chars().take(index - self.chars).map(char::len_utf8).sum();
        (self.chars, self.bytes) = (index, self.bytes + step);
        self.bytes
    }
}
