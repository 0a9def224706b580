//! The secrets in a configuration.

use super::{Secret, Sure, find, is_secret_name, judge};
use crate::core::config::placeholder::placeholder;
use crate::core::config::shape::join;
use crate::core::config::wrangler::Level;
use crate::core::model::{Data, Service, Span, Value};

/// A value that should not stand in a configuration.
#[derive(Clone, Debug)]
pub struct Exposed<'a> {
    /// The key that holds it: the name of a variable, where it is one.
    pub name: &'a str,
    /// Its path: `env.staging.vars.STRIPE_KEY`.
    pub path: String,
    /// Where key and value stand.
    pub span: Span,
    /// What it is, in words.
    pub what: &'static str,
    /// How sure that is.
    pub sure: Sure,
    /// What becomes of the value.
    pub holder: Holder,
}

/// What becomes of a value in a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// `vars`: the code reads it, and the dashboard shows it.
    Variable,
    /// `define`: it is built into the code.
    Code,
    /// Any other key: Wrangler uses it.
    Setting,
}

impl Holder {
    fn of(key: &str) -> Self {
        match key {
            "vars" => Self::Variable,
            "define" => Self::Code,
            _ => Self::Setting,
        }
    }
}

/// The secrets that a table of keys shows to everybody who may read the file.
///
/// A variable is judged by its name too, everything else by its shape alone.
pub fn exposed<'a>(level: &Level<'a>) -> Vec<Exposed<'a>> {
    let mut found = Vec::new();
    walk(level, &mut |leaf| {
        if let Some(secret) = leaf.judge() {
            found.push(Exposed {
                name: leaf.name,
                span: leaf.key_span.to(leaf.value.span),
                what: secret.what,
                sure: secret.sure,
                holder: leaf.holder,
                path: leaf.path,
            });
        }
    });
    found
}

/// The values of a configuration that must not be shown: secrets, and what has the name of one.
pub fn spans(service: &Service) -> Vec<Span> {
    let mut spans = Vec::new();
    for level in Level::all(service) {
        walk(&level, &mut |leaf| {
            let named = leaf.holder != Holder::Setting && is_secret_name(leaf.name);
            let filled = || placeholder(leaf.text).is_none();
            if (named && filled()) || leaf.judge().is_some() {
                spans.push(unquoted(leaf.value.span));
            }
        });
    }
    spans
}

/// The span without the quotes.
fn unquoted(span: Span) -> Span {
    if span.end - span.start < 2 { span } else { Span { start: span.start + 1, end: span.end - 1 } }
}

/// A text in a configuration.
struct Leaf<'a> {
    name: &'a str,
    path: String,
    key_span: Span,
    value: &'a Value,
    text: &'a str,
    holder: Holder,
}

impl Leaf<'_> {
    fn judge(&self) -> Option<Secret> {
        match self.holder {
            // Here people choose the names.
            Holder::Variable | Holder::Code => judge(self.name, self.text),
            Holder::Setting => find(self.text).next(),
        }
    }
}

fn walk<'a>(level: &Level<'a>, visit: &mut dyn FnMut(Leaf<'a>)) {
    // The tables of environments are levels of their own.
    for entry in level.table.entries.iter().filter(|entry| &*entry.key != "env") {
        let above =
            Above { name: &entry.key, key_span: entry.key_span, holder: Holder::of(&entry.key) };
        descend(&entry.value, above, level.path(&entry.key), visit);
    }
}

/// What stands above a value.
#[derive(Clone, Copy)]
struct Above<'a> {
    name: &'a str,
    key_span: Span,
    holder: Holder,
}

fn descend<'a>(value: &'a Value, above: Above<'a>, path: String, visit: &mut dyn FnMut(Leaf<'a>)) {
    let Above { name, key_span, holder } = above;
    match &value.data {
        Data::String(text) => visit(Leaf { name, path, key_span, value, text, holder }),
        Data::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let above = Above { key_span: item.span, ..above };
                descend(item, above, format!("{path}[{index}]"), visit);
            }
        }
        Data::Object(object) => {
            for entry in &object.entries {
                // `previews` repeats the keys of its table.
                let holder = if name == "previews" && holder == Holder::Setting {
                    Holder::of(&entry.key)
                } else {
                    holder
                };
                let above = Above { name: &entry.key, key_span: entry.key_span, holder };
                descend(&entry.value, above, join(&path, &entry.key), visit);
            }
        }
        Data::Null | Data::Boolean(_) | Data::Number(_) | Data::Date(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::conceal::conceal;
    use crate::core::config::toml;
    use crate::core::model::{ConfigFile, FileId, Format};

    const TEXT: &str = r#"
name = "shop"
[vars]
REGION = "eu"
API_TOKEN = "low"
MAIL = { apiKey = "Zq3Xv7Kp1Lm9Rt5Wy2Bn8Dc4", from = "a@b.io" }
[env.live.vars]
DATABASE = "postgres://app:Hn3-kd@db.acme.io/shop"
"#;

    #[test]
    fn secrets_are_found_and_covered() {
        let config = ConfigFile::new(FileId(0), Format::Toml, toml::parse(TEXT));
        let service = Service::new(config, "");
        let paths: Vec<_> = Level::all(&service)
            .flat_map(|level| exposed(&level))
            .map(|exposed| (exposed.path, exposed.name, exposed.sure))
            .collect();
        assert_eq!(
            paths,
            [
                ("vars.MAIL.apiKey".to_owned(), "apiKey", Sure::Maybe),
                ("env.live.vars.DATABASE".to_owned(), "DATABASE", Sure::Yes),
            ],
        );
        let mut text = TEXT.to_owned();
        conceal(&mut text, &spans(&service));
        for secret in ["Zq3Xv7Kp1Lm9", "\"low\"", "Hn3-kd"] {
            assert!(!text.contains(secret), "{text}");
        }
        assert!(text.contains("REGION = \"eu\"") && text.contains("from = \"a@b.io\""), "{text}");
    }
}
