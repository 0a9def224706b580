//! Shapes: what a configuration file may hold, as data, and the one interpreter that compares a
//! tree with them.
//!
//! Wrangler's keys (`wrangler/`) and `clodo.yml` are both described this way, so both get the
//! same messages, the same places and the same "did you mean".

use crate::core::model::{Data, Edit, Entry, Object, Span, Value, WranglerSays};

/// What a value may be.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// Anything at all.
    Any,
    /// Text.
    String,
    /// Text with at least one character.
    NonEmptyString,
    /// `true` or `false`.
    Boolean,
    /// A number.
    Number,
    /// Whatever JavaScript's `typeof` calls an object: a table, a list, a date, null.
    AnyObject,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A list of one shape.
    List(&'static Shape),
    /// A table with free keys, all of one shape.
    Map(&'static Shape),
    /// A table with known keys.
    Table(&'static Table),
    /// A table whose shape depends on one of its keys.
    Switch(&'static Switch),
    /// Any of these; the words say which.
    Either(&'static [Shape], &'static str),
    /// Null is fine too.
    Nullable(&'static Shape),
    /// Whatever JavaScript takes for false is fine too: null, `false`, `0`, `""`.
    Falsy(&'static Shape),
    /// A shape, and then a test that only code can make.
    Test(&'static Shape, &'static Test),
    /// A shape, and what a published JSON Schema says beyond it: the keywords for what a
    /// [`Test`] inside checks.
    Schema(&'static Shape, fn() -> serde_json::Value),
}

/// A table with known keys.
#[derive(Debug)]
pub struct Table {
    /// The keys.
    pub fields: &'static [Field],
    /// What happens at a key that is not among them.
    pub unknown: Unknown,
    /// What happens where the value is no table.
    pub other: Other,
}

/// A table whose shape depends on one of its keys.
#[derive(Debug)]
pub struct Switch {
    /// The key.
    pub key: &'static str,
    /// Its values, and the shape that each brings.
    pub cases: &'static [(&'static str, Shape)],
    /// The shape where the key is not there; `None` where it must be.
    pub missing: Option<Shape>,
    /// The shape where it has any other value; `None` where it must not.
    pub other: Option<Shape>,
}

/// What a table does with a key it does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// A warning.
    Warn,
    /// A warning, and nothing else about this table is looked at.
    WarnAndStop,
    /// An error.
    Reject,
    /// Nothing.
    Ignore,
}

/// What a table does where there is something else in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Other {
    /// An error.
    Reject,
    /// Lists pass, as JavaScript objects without the known keys.
    AcceptList,
    /// Everything but null passes.
    Accept,
}

/// A key of a table.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The key.
    pub name: &'static str,
    /// What its value may be.
    pub shape: Shape,
    /// Whether it must be there.
    pub required: bool,
    /// What it is for, as a published JSON Schema tells it; empty where none is published.
    pub doc: &'static str,
}

/// A test that only code can make, with the rule that reports its failure.
#[derive(Debug)]
pub struct Test {
    /// The rule.
    pub rule: &'static str,
    /// Whether the value passes.
    pub accepts: fn(&Value) -> bool,
    /// What was expected, to stand after "must be".
    pub expects: &'static str,
    /// How to put it right.
    pub help: &'static str,
}

/// A key that must be there.
pub const fn required(name: &'static str, shape: Shape) -> Field {
    Field { name, shape, required: true, doc: "" }
}

/// A key that may be there.
pub const fn optional(name: &'static str, shape: Shape) -> Field {
    Field { name, shape, required: false, doc: "" }
}

impl Field {
    /// The same key, with what it is for.
    pub const fn doc(self, doc: &'static str) -> Self {
        Self { doc, ..self }
    }
}

/// A table whose unknown keys give a warning, and that nothing else may stand for.
pub const fn table(fields: &'static [Field]) -> Table {
    Table { fields, unknown: Unknown::Warn, other: Other::Reject }
}

/// A place where a tree differs from its shape.
#[derive(Clone, Debug)]
pub struct Mismatch {
    /// The rule that reports it.
    pub rule: &'static str,
    /// Where.
    pub span: Span,
    /// The key, `kv_namespaces[0].id`.
    pub path: String,
    /// The fact.
    pub message: String,
    /// What to write beside the place.
    pub label: Option<String>,
    /// How to put it right.
    pub help: Option<String>,
    /// What Wrangler does about it. For `clodo.yml`, rejects is an error and warns a warning.
    pub wrangler: WranglerSays,
    /// The edit that repairs it, where there can be only one.
    pub repair: Option<Edit>,
}

/// The rule for a value of the wrong type.
pub const WRONG_TYPE: &str = "config/wrong-type";
/// The rule for a key that must be there and is not.
pub const MISSING_KEY: &str = "config/missing-key";
/// The rule for a value of the right type that is not allowed.
pub const INVALID_VALUE: &str = "config/invalid-value";
/// The rule for a key that nothing reads.
pub const UNKNOWN_KEY: &str = "config/unknown-key";

impl Shape {
    /// What is expected, in words, to stand after "must be".
    pub fn words(self) -> String {
        match self {
            Self::Any => "any value".into(),
            Self::String => "a string".into(),
            Self::NonEmptyString => "a string that is not empty".into(),
            Self::Boolean => "true or false".into(),
            Self::Number => "a number".into(),
            Self::AnyObject | Self::Table(_) | Self::Map(_) | Self::Switch(_) => "a table".into(),
            Self::Choice(words) => choice(words),
            Self::List(Self::String | Self::NonEmptyString) => "a list of strings".into(),
            Self::List(Self::Number) => "a list of numbers".into(),
            Self::List(Self::Table(_) | Self::Switch(_)) => "a list of tables".into(),
            Self::List(_) => "a list".into(),
            Self::Either(_, words) => words.into(),
            Self::Nullable(inner) | Self::Falsy(inner) | Self::Schema(inner, _) => inner.words(),
            Self::Test(_, test) => test.expects.into(),
        }
    }

    /// Compares a value with this shape. `path` is the key by which people know it.
    pub fn check(self, value: &Value, path: &str, out: &mut Vec<Mismatch>) {
        match self {
            Self::Any => {}
            Self::String if value.as_str().is_some() => {}
            Self::NonEmptyString if value.as_str().is_some_and(|text| !text.is_empty()) => {}
            Self::Boolean if value.as_bool().is_some() => {}
            Self::Number if value.as_number().is_some() => {}
            Self::AnyObject
                if matches!(
                    value.data,
                    Data::Object(_) | Data::Array(_) | Data::Date(_) | Data::Null
                ) => {}
            Self::Choice(words) => match value.as_str() {
                Some(text) if words.contains(&text) => {}
                Some(_) => out.push(not_among(value, words, path)),
                None => out.push(self.wrong_type(value, path)),
            },
            Self::List(item) => match value.as_array() {
                Some(items) => {
                    for (index, value) in items.iter().enumerate() {
                        item.check(value, &format!("{path}[{index}]"), out);
                    }
                }
                None => out.push(self.wrong_type(value, path)),
            },
            Self::Map(item) => match &value.data {
                Data::Object(object) => {
                    for entry in &object.entries {
                        item.check(&entry.value, &join(path, &entry.key), out);
                    }
                }
                // To JavaScript a list is an object whose keys are 0, 1, …
                Data::Array(items) => {
                    for (index, value) in items.iter().enumerate() {
                        item.check(value, &format!("{path}[{index}]"), out);
                    }
                }
                _ => out.push(self.wrong_type(value, path)),
            },
            Self::Table(table) => table.check(value, path, out),
            Self::Switch(switch) => switch.check(value, path, out),
            Self::Either(shapes, _) => self.check_either(shapes, value, path, out),
            Self::Nullable(inner) => {
                if !value.is_null() {
                    inner.check(value, path, out);
                }
            }
            Self::Falsy(inner) => {
                if !value.is_falsy() {
                    inner.check(value, path, out);
                }
            }
            Self::Schema(inner, _) => inner.check(value, path, out),
            Self::Test(inner, test) => {
                let before = out.len();
                inner.check(value, path, out);
                if out.len() == before && !(test.accepts)(value) {
                    out.push(test.failed(value, path));
                }
            }
            Self::String
            | Self::NonEmptyString
            | Self::Boolean
            | Self::Number
            | Self::AnyObject => out.push(self.wrong_type(value, path)),
        }
    }

    /// The shape that fits counts; where none does, the one of the same kind explains best.
    fn check_either(self, shapes: &[Self], value: &Value, path: &str, out: &mut Vec<Mismatch>) {
        let mut closest: Option<Vec<Mismatch>> = None;
        for shape in shapes {
            let mut own = Vec::new();
            shape.check(value, path, &mut own);
            if own.iter().all(|m| m.wrangler != WranglerSays::Rejects) {
                out.append(&mut own);
                return;
            }
            if !own.iter().any(|m| m.rule == WRONG_TYPE && m.path == path) {
                closest.get_or_insert(own);
            }
        }
        match closest {
            Some(mut own) => out.append(&mut own),
            None => out.push(self.wrong_type(value, path)),
        }
    }

    /// The value as it was surely meant, where only its quotes or brackets are wrong.
    fn retyped(self, value: &Value) -> Option<serde_json::Value> {
        match (self, &value.data) {
            (Self::Nullable(inner) | Self::Falsy(inner), _) => inner.retyped(value),
            (Self::Boolean, Data::String(text)) => text.parse::<bool>().ok().map(Into::into),
            (Self::Number, Data::String(text)) => text.parse::<i64>().ok().map(Into::into),
            (Self::String, Data::Number(_) | Data::Boolean(_) | Data::Date(_)) => {
                Some(value.to_string().into())
            }
            (Self::List(Self::String), Data::String(text)) => Some(vec![&**text].into()),
            _ => None,
        }
    }

    fn wrong_type(self, value: &Value, path: &str) -> Mismatch {
        let expected = self.words();
        Mismatch {
            rule: WRONG_TYPE,
            span: value.span,
            path: path.to_owned(),
            message: format!("`{path}` must be {expected}, not {}", value.describe()),
            label: Some(format!("expected {expected}")),
            help: None,
            wrangler: WranglerSays::Rejects,
            repair: self.retyped(value).map(|value| Edit::Set { path: path.to_owned(), value }),
        }
    }
}

impl Switch {
    fn check(&'static self, value: &Value, path: &str, out: &mut Vec<Mismatch>) {
        let Some(object) = value.as_object() else {
            return out.push(Shape::Switch(self).wrong_type(value, path));
        };
        let Some(chosen) = object.get(self.key) else {
            return match self.missing {
                Some(shape) => shape.check(value, path, out),
                None => {
                    let field = required(self.key, Shape::String);
                    out.push(missing_key(&field, value.span, join(path, self.key)));
                }
            };
        };
        let case = self.cases.iter().find(|(word, _)| chosen.as_str() == Some(word));
        match case.map(|(_, shape)| *shape).or(self.other) {
            Some(shape) => shape.check(value, path, out),
            None => {
                let words: Vec<&str> = self.cases.iter().map(|(word, _)| *word).collect();
                out.push(not_among(chosen, &words, &join(path, self.key)));
            }
        }
    }
}

impl Test {
    /// The mismatch of a value that does not pass.
    pub fn failed(&self, value: &Value, path: &str) -> Mismatch {
        // A bare TOML date was meant as text.
        let dated = match &value.data {
            Data::Date(text) => Some((&**text).into()),
            _ => None,
        };
        // "must be a table with …, not a table" would say nothing.
        let found = match value.data {
            Data::Array(_) | Data::Object(_) => String::new(),
            _ => format!(", not {value}"),
        };
        Mismatch {
            rule: self.rule,
            span: value.span,
            path: path.to_owned(),
            message: format!("`{path}` must be {}{found}", self.expects),
            label: None,
            help: Some(self.help.to_owned()),
            wrangler: WranglerSays::Rejects,
            repair: dated.map(|value| Edit::Set { path: path.to_owned(), value }),
        }
    }
}

impl Table {
    fn check(&'static self, value: &Value, path: &str, out: &mut Vec<Mismatch>) {
        match (&value.data, self.other) {
            (Data::Object(object), _) => self.check_fields(object, value.span, path, out),
            (Data::Null, _) | (_, Other::Reject) => {
                out.push(Shape::Table(self).wrong_type(value, path));
            }
            (Data::Array(items), _) => {
                // In JavaScript a list is an object whose keys are 0, 1, …
                let stops = self.unknown == Unknown::WarnAndStop && !items.is_empty();
                if !stops && self.fields.iter().any(|field| field.required) {
                    out.push(Shape::Table(self).wrong_type(value, path));
                } else if !items.is_empty() && self.unknown != Unknown::Ignore {
                    let mut mismatch = Shape::Table(self).wrong_type(value, path);
                    mismatch.wrangler = WranglerSays::Warns;
                    out.push(mismatch);
                }
            }
            (_, Other::AcceptList) => out.push(Shape::Table(self).wrong_type(value, path)),
            (Data::String(text), Other::Accept)
                if !text.is_empty() && self.unknown == Unknown::Warn =>
            {
                // … and so is a text.
                let mut mismatch = Shape::Table(self).wrong_type(value, path);
                mismatch.wrangler = WranglerSays::Warns;
                out.push(mismatch);
            }
            (_, Other::Accept) => {}
        }
    }

    /// Compares the entries of a table with the known keys.
    pub fn check_fields(&self, object: &Object, span: Span, path: &str, out: &mut Vec<Mismatch>) {
        if self.unknown != Unknown::Ignore {
            let before = out.len();
            let names = || self.fields.iter().map(|field| field.name);
            for entry in &object.entries {
                if names().all(|name| name != &*entry.key) {
                    let mut mismatch = unknown_key(entry, names(), path);
                    if self.unknown == Unknown::Reject {
                        mismatch.wrangler = WranglerSays::Rejects;
                    }
                    out.push(mismatch);
                }
            }
            if self.unknown == Unknown::WarnAndStop && out.len() > before {
                return;
            }
        }
        for field in self.fields {
            let path = join(path, field.name);
            match object.get(field.name) {
                Some(value) => field.shape.check(value, &path, out),
                None if field.required => out.push(missing_key(field, span, path)),
                None => {}
            }
        }
    }
}

/// The mismatch of a key that must be there.
pub fn missing_key(field: &Field, span: Span, path: String) -> Mismatch {
    let expected = field.shape.words();
    Mismatch {
        rule: MISSING_KEY,
        span,
        message: format!("`{path}` is missing"),
        label: Some(format!("`{}` belongs here", field.name)),
        help: Some(format!("add `{}`, {expected}", field.name)),
        path,
        wrangler: WranglerSays::Rejects,
        repair: None,
    }
}

/// The mismatch of a key that nothing reads.
pub fn unknown_key<'n>(
    entry: &Entry,
    known: impl Iterator<Item = &'n str>,
    path: &str,
) -> Mismatch {
    let meant = closest(&entry.key, known);
    Mismatch {
        rule: UNKNOWN_KEY,
        span: entry.key_span,
        path: join(path, &entry.key),
        message: match path {
            "" => format!("`{}` is not a key that is known here", entry.key),
            path => format!("`{}` is not a key that is known in `{path}`", entry.key),
        },
        label: meant.map(|meant| format!("did you mean `{meant}`?")),
        help: Some(match meant {
            Some(meant) => format!("write `{meant}`"),
            None => "remove it, or check its spelling and the table it stands in".to_owned(),
        }),
        wrangler: WranglerSays::Warns,
        repair: meant
            .map(|meant| Edit::Rename { path: join(path, &entry.key), to: meant.to_owned() }),
    }
}

fn not_among(value: &Value, words: &[&str], path: &str) -> Mismatch {
    let meant = value.as_str().and_then(|text| closest(text, words.iter().copied()));
    Mismatch {
        rule: INVALID_VALUE,
        span: value.span,
        path: path.to_owned(),
        message: format!("`{path}` must be {}, not {value}", choice(words)),
        label: meant.map(|meant| format!("did you mean \"{meant}\"?")),
        help: None,
        wrangler: WranglerSays::Rejects,
        repair: meant.map(|meant| Edit::Set { path: path.to_owned(), value: meant.into() }),
    }
}

fn choice(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

/// A key below a path; keys that are not plain words are quoted.
///
/// Each key of each file comes by here, so the common case is kept free of formatting.
pub fn join(path: &str, key: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'$');
    let plain = !key.is_empty()
        && (key.bytes().all(is_plain)
            || !key.contains(|c: char| c == '.' || c == '[' || c.is_whitespace()));
    match (path, plain) {
        ("", true) => key.to_owned(),
        (path, true) => [path, ".", key].concat(),
        (path, false) => format!("{path}[{key:?}]"),
    }
}

/// The known word that is closest to a typed one, if it is close enough to be meant.
pub fn closest<'n>(typed: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let plain = |text: &str| text.to_lowercase().replace(['-', '_'], "");
    let wanted = plain(typed);
    let allowed = match wanted.chars().count() {
        0..=2 => 0,
        3..=5 => 1,
        _ => 2,
    };
    known
        .map(|word| (strsim::damerau_levenshtein(&wanted, &plain(word)), word))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}
