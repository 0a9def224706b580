//! The secrets in a configuration.

use super::{Secret, Sure, find, is_secret_name, judge};
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
                path: leaf.path,
            });
        }
    });
    found
}

/// What of a configuration must not be shown: values that are secrets, and those that have the
/// name of one. `text` is the file, in which also comments may hold secrets.
pub fn spans(service: &Service, text: &str) -> Vec<Span> {
    let mut spans: Vec<Span> = find(text).map(|secret| Span::from(secret.range)).collect();
    for level in Level::all(service) {
        walk(&level, &mut |leaf| {
            let named = leaf.variable && is_secret_name(leaf.name);
            if named || leaf.judge().is_some() {
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
    /// Whether it stands in `vars` or `define`, where people choose the names.
    variable: bool,
}

impl Leaf<'_> {
    fn judge(&self) -> Option<Secret> {
        match self.variable {
            true => judge(self.name, self.text),
            false => find(self.text).next(),
        }
    }
}

fn walk<'a>(level: &Level<'a>, visit: &mut dyn FnMut(Leaf<'a>)) {
    // The tables of environments are levels of their own.
    for entry in level.table.entries.iter().filter(|entry| &*entry.key != "env") {
        let variable = matches!(&*entry.key, "vars" | "define");
        let place = Place { name: &entry.key, key_span: entry.key_span, variable };
        descend(&entry.value, place, &level.path(&entry.key), visit);
    }
}

#[derive(Clone, Copy)]
struct Place<'a> {
    name: &'a str,
    key_span: Span,
    variable: bool,
}

fn descend<'a>(value: &'a Value, place: Place<'a>, path: &str, visit: &mut dyn FnMut(Leaf<'a>)) {
    match &value.data {
        Data::String(text) => visit(Leaf {
            name: place.name,
            path: path.to_owned(),
            key_span: place.key_span,
            value,
            text,
            variable: place.variable,
        }),
        Data::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let place = Place { key_span: item.span, ..place };
                descend(item, place, &format!("{path}[{index}]"), visit);
            }
        }
        Data::Object(object) => {
            for entry in &object.entries {
                let variable = place.variable
                    || (place.name == "previews" && matches!(&*entry.key, "vars" | "define"));
                let place = Place { name: &entry.key, key_span: entry.key_span, variable };
                descend(&entry.value, place, &join(path, &entry.key), visit);
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
# old: sk_live_Zq3Xv7Kp1Lm9Rt5Wy2Bn8Dc4
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
        conceal(&mut text, &spans(&service, TEXT));
        for secret in ["Zq3Xv7Kp1Lm9", "\"low\"", "Hn3-kd"] {
            assert!(!text.contains(secret), "{text}");
        }
        assert!(text.contains("REGION = \"eu\"") && text.contains("from = \"a@b.io\""), "{text}");
    }
}
