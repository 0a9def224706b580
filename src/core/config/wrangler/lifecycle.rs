//! The life of Durable Object classes, as `migrations` tell it.
//!
//! Source: `getDurableObjectClassNameToUseSQLiteMap` of Wrangler 4.164.0 (cli.js:359), which
//! replays the whole list before each deployment, and `getMigrationsToUpload` (cli.js:172703).

use std::collections::BTreeMap;

use super::Environment;
use crate::core::model::{Span, Value};

/// What a migration does to a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change<'a> {
    /// `new_classes` and `new_sqlite_classes`
    Create {
        /// Whether its storage is SQLite.
        sqlite: bool,
    },
    /// `deleted_classes`
    Delete,
    /// `renamed_classes`: the class gets this name.
    Rename(&'a str),
    /// `transferred_classes`: the class comes from another Worker.
    Receive,
}

/// One change of one class.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// The class.
    pub class: &'a str,
    /// What happens to it.
    pub change: Change<'a>,
    /// The migration, counted from 0.
    pub migration: usize,
    /// The migration's tag.
    pub tag: Option<&'a str>,
    /// The key in the migration.
    pub key: &'static str,
    /// Where the class stands.
    pub span: Span,
}

impl Step<'_> {
    /// The key's path below the list: `migrations[1].deleted_classes`.
    pub fn path(&self, list: &str) -> String {
        format!("{list}[{}].{}", self.migration, self.key)
    }

    /// The migration in a sentence.
    pub fn title(&self) -> String {
        match self.tag {
            Some(tag) => format!("migration {tag}"),
            None => format!("migration {}", self.migration + 1),
        }
    }
}

/// The letters and the number of a tag such as `v2`.
pub fn numbered(tag: &str) -> Option<(&str, u64)> {
    let letters = tag.trim_end_matches(|c: char| c.is_ascii_digit());
    Some((letters, tag[letters.len()..].parse().ok()?))
}

/// The changes that a list of migrations makes, in the order in which Wrangler makes them.
/// Transfers, which Wrangler does not look at, come last in each migration.
pub fn steps(migrations: &Value) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    for (index, migration) in migrations.items().iter().enumerate() {
        let mut add = |key, pick: &dyn for<'v> Fn(&'v Value) -> Option<(&'v str, Change<'v>)>| {
            let items = migration.get(key).map(Value::items).unwrap_or_default();
            steps.extend(items.iter().filter_map(|item| {
                let (class, change) = pick(item)?;
                let tag = migration.get("tag").and_then(Value::as_str);
                Some(Step { class, change, migration: index, tag, key, span: item.span })
            }));
        };
        add("deleted_classes", &|item| Some((item.as_str()?, Change::Delete)));
        add("renamed_classes", &|item| {
            Some((item.get("from")?.as_str()?, Change::Rename(item.get("to")?.as_str()?)))
        });
        add("new_classes", &|item| Some((item.as_str()?, Change::Create { sqlite: false })));
        add("new_sqlite_classes", &|item| Some((item.as_str()?, Change::Create { sqlite: true })));
        add("transferred_classes", &|item| Some((item.get("to")?.as_str()?, Change::Receive)));
    }
    steps
}

/// How many migrations of a list a Worker has applied that has this tag. Of a tag that is not among
/// them Wrangler says so, and applies them all (`getMigrationsToUpload`, cli.js:172703).
pub fn applied(migrations: &Value, tag: Option<&str>) -> usize {
    let tags = migrations.items().iter().map(|item| item.get("tag").and_then(Value::as_str));
    let last = tags.into_iter().position(|known| known.is_some() && known == tag);
    last.map_or(0, |last| last + 1)
}

/// The classes that were ever spoken of, each with the change that decided what is left of it.
/// A class is there if that change created or received it, or renamed another to it.
pub fn fates<'a>(steps: &[Step<'a>]) -> BTreeMap<&'a str, Fate<'a>> {
    let mut fates = BTreeMap::new();
    for step in steps {
        let fate =
            Fate { exists: !matches!(step.change, Change::Delete | Change::Rename(_)), by: *step };
        fates.insert(step.class, fate);
        if let Change::Rename(to) = step.change {
            fates.insert(to, Fate { exists: true, by: *step });
        }
    }
    fates
}

/// What became of a class.
#[derive(Clone, Copy, Debug)]
pub struct Fate<'a> {
    /// Whether it is there in the end.
    pub exists: bool,
    /// The change that decided it.
    pub by: Step<'a>,
}

/// Whether a class is there, as an environment's configuration has it.
#[derive(Clone, Copy, Debug)]
pub enum Standing<'a> {
    /// It is.
    Live,
    /// Nothing ever created it.
    Never,
    /// A migration deleted it.
    Deleted(Step<'a>),
    /// A migration gave it another name.
    Renamed(Step<'a>, &'a str),
}

/// The Durable Object classes of an environment: those of its migrations, and those that `exports`
/// declares.
#[derive(Clone, Debug)]
pub struct Classes<'a> {
    fates: BTreeMap<&'a str, Fate<'a>>,
    exports: Option<&'a Value>,
}

impl<'a> Classes<'a> {
    /// The classes of an environment.
    pub fn of(environment: &Environment<'a>) -> Self {
        let migrations = environment.get("migrations");
        let steps = migrations.map(|migrations| steps(migrations.value())).unwrap_or_default();
        let exports = environment.get("exports").map(|exports| exports.value());
        Self { fates: fates(&steps), exports }
    }

    /// What became of a class.
    pub fn standing(&self, class: &str) -> Standing<'a> {
        if self.exports.and_then(|exports| exports.get(class)).is_some_and(is_live) {
            return Standing::Live;
        }
        match self.fates.get(class) {
            None => Standing::Never,
            Some(fate) if fate.exists => Standing::Live,
            Some(Fate { by, .. }) => match by.change {
                Change::Rename(to) => Standing::Renamed(*by, to),
                _ => Standing::Deleted(*by),
            },
        }
    }
}

/// Whether an entry of `exports` declares a Durable Object that exists
/// (`isLiveDurableObjectExport`).
pub fn is_live(export: &Value) -> bool {
    let text = |key: &str| export.get(key).and_then(Value::as_str);
    text("type") == Some("durable-object")
        && matches!(text("state").unwrap_or("created"), "created" | "expecting-transfer")
}

/// Why Wrangler refuses to replay a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Impossible {
    /// No earlier migration creates the class.
    NotThere,
    /// An earlier migration gave it to this Worker with `transferred_classes`, which Wrangler
    /// does not count.
    OnlyTransferred,
    /// The class is already there.
    AlreadyThere,
}

/// The steps at which Wrangler stops, or would if it came so far.
pub fn impossible<'a>(steps: &[Step<'a>]) -> Vec<(Step<'a>, Impossible)> {
    let mut there: BTreeMap<&str, bool> = BTreeMap::new();
    let mut found = Vec::new();
    for step in steps {
        match step.change {
            Change::Receive => {
                there.entry(step.class).or_insert(true);
            }
            Change::Create { .. } => match there.insert(step.class, false) {
                None | Some(true) => {}
                Some(false) => found.push((*step, Impossible::AlreadyThere)),
            },
            Change::Delete | Change::Rename(_) => {
                let why = match there.remove(step.class) {
                    None => Some(Impossible::NotThere),
                    Some(true) => Some(Impossible::OnlyTransferred),
                    Some(false) => None,
                };
                found.extend(why.map(|why| (*step, why)));
                if let Change::Rename(to) = step.change {
                    there.insert(to, false);
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::config::toml;

    fn replay(text: &str) -> (String, Vec<(String, Impossible)>) {
        let value = toml::parse(text).expect("valid TOML");
        let steps = steps(value.get("migrations").expect("migrations"));
        let alive = fates(&steps).into_iter().filter(|(_, fate)| fate.exists).map(|(name, _)| name);
        let alive = alive.collect::<Vec<_>>().join(" ");
        let wrong = impossible(&steps).into_iter().map(|(step, why)| (step.class.to_owned(), why));
        (alive, wrong.collect())
    }

    #[test]
    fn classes_live_and_die() {
        let (alive, wrong) = replay(
            "[[migrations]]\ntag = '1'\nnew_classes = ['A', 'B']\n\
             [[migrations]]\ntag = '2'\nrenamed_classes = [{ from = 'A', to = 'C' }]\n\
             deleted_classes = ['B']\nnew_sqlite_classes = ['B']\n\
             [[migrations]]\ntag = '3'\ntransferred_classes = [{ from = 'X', from_script = 'y', to = 'D' }]\n",
        );
        assert_eq!(alive, "B C D");
        assert_eq!(wrong, []);
    }

    #[test]
    fn a_tag_tells_how_many_were_applied() {
        let value =
            toml::parse("[[migrations]]\ntag = 'a'\n[[migrations]]\n[[migrations]]\ntag = 'b'\n");
        let value = value.expect("valid TOML");
        let migrations = value.get("migrations").expect("migrations");
        for (tag, expected) in [(Some("a"), 1), (Some("b"), 3), (Some("c"), 0), (None, 0)] {
            assert_eq!(applied(migrations, tag), expected, "{tag:?}");
        }
    }

    #[test]
    fn wrangler_stops_at_what_cannot_be() {
        let (_, wrong) = replay(
            "[[migrations]]\nnew_classes = ['A']\nnew_sqlite_classes = ['A']\n\
             [[migrations]]\ndeleted_classes = ['B']\nrenamed_classes = [{ from = 'C', to = 'D' }]\n\
             [[migrations]]\ntransferred_classes = [{ from = 'X', from_script = 'y', to = 'E' }]\n\
             [[migrations]]\ndeleted_classes = ['D', 'E']\n",
        );
        let expected = [
            ("A", Impossible::AlreadyThere),
            ("B", Impossible::NotThere),
            ("C", Impossible::NotThere),
            ("E", Impossible::OnlyTransferred),
        ];
        assert_eq!(wrong, expected.map(|(class, why)| (class.to_owned(), why)));
    }
}
