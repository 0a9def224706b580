//! YAML to typed data through serde, with the place of what is wrong.

use std::fmt;

use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer,
    MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use crate::core::config::yaml;
use crate::core::model::{Data, Entry, Source, Span, Value};

/// A seed that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {message}")]
pub struct SeedError {
    /// The file as it was named.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// What is wrong.
    pub message: String,
}

/// Reads a document.
pub(super) fn read<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, SeedError> {
    let fail = |span: Span, message: String| {
        let line = Source { path: file.into(), text: text.into() }.position(span.start).line;
        SeedError { file: file.to_owned(), line, message }
    };
    let value = yaml::parse(text).map_err(|error| fail(error.span, error.message))?;
    T::deserialize(At(&value))
        .map_err(|error| fail(error.span.unwrap_or(value.span), error.message))
}

/// What is wrong, and where. The innermost value that knows its place says it.
#[derive(Debug)]
struct Problem {
    span: Option<Span>,
    message: String,
}

impl Problem {
    fn at(self, span: Span) -> Self {
        Self { span: self.span.or(Some(span)), ..self }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}

impl serde::de::Error for Problem {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self { span: None, message: message.to_string() }
    }
}

/// A value to read.
#[derive(Clone, Copy)]
struct At<'de>(&'de Value);

impl<'de> Deserializer<'de> for At<'de> {
    type Error = Problem;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        let Self(value) = self;
        let visited = match &value.data {
            Data::Null => visitor.visit_unit(),
            Data::Boolean(value) => visitor.visit_bool(*value),
            Data::Number(number) => visit_number(*number, visitor),
            Data::String(text) | Data::Date(text) => visitor.visit_borrowed_str(text),
            Data::Array(items) => visitor.visit_seq(Items(items.iter())),
            Data::Object(object) => {
                visitor.visit_map(Entries { rest: object.entries.iter(), value: None })
            }
        };
        visited.map_err(|problem| problem.at(value.span))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self.0.data {
            Data::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        let Self(value) = self;
        let variant = match &value.data {
            Data::String(name) => Variant { name, value: None },
            Data::Object(object) if object.entries.len() == 1 => {
                Variant { name: &object.entries[0].key, value: Some(&object.entries[0].value) }
            }
            _ => {
                let problem = Problem::invalid_type(Unexpected::Other("this"), &"one name");
                return Err(problem.at(value.span));
            }
        };
        visitor.visit_enum(variant).map_err(|problem| problem.at(value.span))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Problem> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

/// A whole number is one for whoever wants one.
fn visit_number<'de, V: Visitor<'de>>(number: f64, visitor: V) -> Result<V::Value, Problem> {
    /// Up to here a 64-bit float holds every whole number.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() != 0.0 || number.abs() > EXACT {
        visitor.visit_f64(number)
    } else if number < 0.0 {
        visitor.visit_i64(number as i64)
    } else {
        visitor.visit_u64(number as u64)
    }
}

struct Items<'de>(std::slice::Iter<'de, Value>);

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Problem;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Problem> {
        let place =
            |item: &'de Value| seed.deserialize(At(item)).map_err(|problem| problem.at(item.span));
        self.0.next().map(place).transpose()
    }
}

struct Entries<'de> {
    rest: std::slice::Iter<'de, Entry>,
    value: Option<&'de Value>,
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Problem;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Problem> {
        let Some(entry) = self.rest.next() else { return Ok(None) };
        self.value = Some(&entry.value);
        let key = seed.deserialize((&*entry.key).into_deserializer());
        key.map(Some).map_err(|problem: Problem| problem.at(entry.key_span))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Problem> {
        let value =
            self.value.take().ok_or_else(|| Problem::custom("a value comes after a key"))?;
        seed.deserialize(At(value)).map_err(|problem| problem.at(value.span))
    }
}

struct Variant<'de> {
    name: &'de str,
    value: Option<&'de Value>,
}

impl<'de> EnumAccess<'de> for Variant<'de> {
    type Error = Problem;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Problem> {
        Ok((seed.deserialize(self.name.into_deserializer())?, self))
    }
}

impl<'de> Variant<'de> {
    fn value(self) -> Result<&'de Value, Problem> {
        self.value.ok_or_else(|| Problem::custom(format!("`{}` needs a value", self.name)))
    }
}

impl<'de> VariantAccess<'de> for Variant<'de> {
    type Error = Problem;

    fn unit_variant(self) -> Result<(), Problem> {
        match self.value {
            None => Ok(()),
            Some(_) => Err(Problem::custom(format!("`{}` takes no value", self.name))),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Problem> {
        let value = self.value()?;
        seed.deserialize(At(value)).map_err(|problem| problem.at(value.span))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Problem> {
        At(self.value()?).deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        At(self.value()?).deserialize_any(visitor)
    }
}
