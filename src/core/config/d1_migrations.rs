//! Where a D1 binding keeps its migrations, which files are some, and in which order they apply.
//!
//! Source of the facts: Wrangler 4.164.0, `getD1MigrationFiles` (cli.js:66665, from
//! `packages/workers-utils/src/d1-migrations.ts`) and `resolveMigrationsConfig` (cli.js:241390).

use std::cmp::Ordering;
use std::collections::BTreeSet;

use globset::{GlobBuilder, GlobSet};

use super::wrangler::{Binding, Environment};
use crate::core::model::{Migration, Service, Span, Value, Workspace};

/// The folder of a binding that names none.
pub const DEFAULT_FOLDER: &str = "migrations";

/// The files of a binding that has no pattern.
pub const DEFAULT_PATTERN: &str = "*.sql";

/// How Drizzle lays out its migrations. Wrangler points at them where a binding finds none.
pub const DRIZZLE_PATTERN: &str = "*/migration.sql";

/// Where a binding keeps its migrations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout<'a> {
    /// The folder as it is written, for [`Service::join`](crate::core::model::Service::join).
    pub folder: &'a str,
    /// The pattern of the files, relative to the folder. `None` where Wrangler stops: a pattern
    /// needs a folder, and must begin with it.
    pub pattern: Option<String>,
}

impl<'a> Layout<'a> {
    /// The layout of a `d1_databases` entry. `None` where it is no table, or its folder or its
    /// pattern is no text.
    pub fn of(binding: &'a Value) -> Option<Self> {
        let binding = binding.as_object()?;
        let text = |key: &str| match binding.get(key) {
            Some(value) => value.as_str().map(Some),
            None => Some(None),
        };
        let folder = text("migrations_dir")?;
        let pattern = match text("migrations_pattern")? {
            None => Some(DEFAULT_PATTERN.to_owned()),
            Some(pattern) => folder.and_then(|folder| below(folder, pattern)),
        };
        Some(Self { folder: folder.unwrap_or(DEFAULT_FOLDER), pattern })
    }
}

/// The part of a pattern below a folder.
fn below(folder: &str, pattern: &str) -> Option<String> {
    let (folder, pattern) = (normalized(folder), normalized(pattern));
    if folder == "." {
        return Some(pattern);
    }
    pattern.strip_prefix(&folder)?.strip_prefix('/').map(str::to_owned)
}

/// `normalizeRelativePath`: without `.` and empty parts, and `..` where it leads back.
fn normalized(path: &str) -> String {
    let path = path.replace('\\', "/");
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    let root = if path.starts_with('/') { "/" } else { "" };
    let joined = root.to_owned() + &parts.join("/");
    if joined.is_empty() { ".".to_owned() } else { joined }
}

/// The migrations that a D1 binding of a Worker applies.
#[derive(Clone, Debug)]
pub struct History<'a> {
    /// The environment of the binding.
    pub environment: Environment<'a>,
    /// The binding.
    pub binding: Binding<'a>,
    /// The folder as it is written.
    pub folder: &'a str,
    /// The migrations, in the order in which they are applied.
    pub migrations: Vec<&'a Migration>,
}

impl History<'_> {
    /// Where the folder is named, or else the binding stands.
    pub fn folder_span(&self) -> Span {
        self.binding.value.span_of("migrations_dir")
    }

    /// The path of the key that names the folder: `d1_databases[0].migrations_dir`.
    pub fn folder_path(&self) -> String {
        format!("{}.migrations_dir", self.binding.path)
    }
}

/// The histories of an environment: one for each D1 binding whose folder exists.
pub fn histories<'a>(workspace: &'a Workspace, environment: &Environment<'a>) -> Vec<History<'a>> {
    let bindings = environment.bindings_of("d1_databases").into_iter();
    let histories = bindings.filter_map(|binding| {
        let layout = Layout::of(binding.value)?;
        let pattern = Pattern::new(&layout.pattern?)?;
        let folder = environment.service.join(layout.folder);
        let files = workspace.facts.migrations.get(&folder)?;
        let migrations = files.iter().filter(|file| pattern.matches(&file.name)).collect();
        Some(History { environment: *environment, binding, folder: layout.folder, migrations })
    });
    histories.collect()
}

/// The histories of a Worker, one for each folder: the same is often that of several bindings and
/// environments.
pub fn histories_by_folder<'a>(workspace: &'a Workspace, service: &'a Service) -> Vec<History<'a>> {
    let mut seen = BTreeSet::new();
    let all = Environment::all(service).flat_map(|environment| histories(workspace, &environment));
    all.filter(|history| seen.insert(service.join(history.folder))).collect()
}

/// The histories of a repository, in the order of the configurations' paths. Each with the indexes
/// of the migrations that no earlier one has: a folder is often that of several environments.
pub fn all_histories<'a>(workspace: &'a Workspace) -> Vec<(History<'a>, Vec<usize>)> {
    let mut seen = BTreeSet::new();
    let environments = workspace.services.iter().flat_map(Environment::all);
    let histories = environments.flat_map(|environment| histories(workspace, &environment));
    let mut all = Vec::new();
    for history in histories {
        let files = history.migrations.iter().enumerate();
        let new = files.filter(|(_, file)| file.file.is_some_and(|file| seen.insert(file)));
        let new: Vec<usize> = new.map(|(index, _)| index).collect();
        if !new.is_empty() {
            all.push((history, new));
        }
    }
    all
}

/// A pattern of migrations, relative to their folder. `*` stays within one part, `**` crosses
/// parts, and neither takes what begins with a dot.
#[derive(Clone, Debug)]
pub struct Pattern(Vec<Part>);

#[derive(Clone, Debug)]
enum Part {
    One { glob: GlobSet, hidden: bool },
    Any,
}

impl Pattern {
    /// Reads a pattern; `None` if it is none that can be understood.
    pub fn new(pattern: &str) -> Option<Self> {
        let part = |text: &str| {
            if text == "**" {
                return Some(Part::Any);
            }
            let glob = GlobBuilder::new(text).build().ok()?;
            let glob = GlobSet::new([glob]).ok()?;
            Some(Part::One { glob, hidden: text.starts_with('.') })
        };
        pattern.split('/').map(part).collect::<Option<_>>().map(Self)
    }

    /// Whether a file is a migration: its path relative to the folder.
    pub fn matches(&self, name: &str) -> bool {
        let names: Vec<&str> = name.split('/').collect();
        matches(&self.0, &names, false)
    }

    /// Whether there may be migrations in a folder below: its path relative to the folder.
    pub fn enters(&self, folder: &str) -> bool {
        let names: Vec<&str> = folder.split('/').collect();
        matches(&self.0, &names, true)
    }
}

/// Whether the names fit the parts; as far as they go where `partial`.
fn matches(parts: &[Part], names: &[&str], partial: bool) -> bool {
    let Some((name, below)) = names.split_first() else {
        return partial || matches!(parts, [] | [Part::Any]);
    };
    match parts.split_first() {
        None => false,
        Some((Part::Any, rest)) => {
            matches(rest, names, partial)
                || (!name.starts_with('.') && matches(parts, below, partial))
        }
        Some((Part::One { glob, hidden }, rest)) => {
            (*hidden || !name.starts_with('.'))
                && glob.is_match(name)
                && matches(rest, below, partial)
        }
    }
}

/// The number with which a migration's name begins (`leadingMigrationNumber`).
pub fn number(name: &str) -> Option<f64> {
    let first = name.split(['/', '_']).next()?.trim_start();
    let digits = first.strip_prefix(['+', '-']).unwrap_or(first);
    let length = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    first[..first.len() - digits.len() + length].parse().ok()
}

/// The order in which migrations are applied (`compareMigrationPaths`): in each part of their
/// paths, by the number first, and those with a number before those without.
pub fn compare(a: &str, b: &str) -> Ordering {
    let parts = a.split('/').zip(b.split('/'));
    let different = parts.map(|(a, b)| compare_parts(a, b)).find(|order| order.is_ne());
    different.unwrap_or_else(|| a.split('/').count().cmp(&b.split('/').count()))
}

fn compare_parts(a: &str, b: &str) -> Ordering {
    let by_number = match (number(a), number(b)) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    };
    by_number.then_with(|| a.cmp(b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::config::jsonc;

    #[test]
    fn layouts() {
        for (binding, folder, pattern) in [
            ("{}", "migrations", Some("*.sql")),
            (r#"{"migrations_dir": "./db/"}"#, "./db/", Some("*.sql")),
            (
                r#"{"migrations_dir": "./db/", "migrations_pattern": "db/*/migration.sql"}"#,
                "./db/",
                Some("*/migration.sql"),
            ),
            (r#"{"migrations_dir": ".", "migrations_pattern": "x/*.sql"}"#, ".", Some("x/*.sql")),
            (
                r#"{"migrations_dir": "../a/../db", "migrations_pattern": "..\\db\\*.sql"}"#,
                "../a/../db",
                Some("*.sql"),
            ),
            (r#"{"migrations_pattern": "migrations/*.sql"}"#, "migrations", None),
            (r#"{"migrations_dir": "db", "migrations_pattern": "dbx/*.sql"}"#, "db", None),
        ] {
            let value = jsonc::parse(binding).expect("valid");
            let layout = Layout::of(&value).expect("texts");
            assert_eq!((layout.folder, layout.pattern.as_deref()), (folder, pattern), "{binding}");
        }
        let wrong = jsonc::parse(r#"{"migrations_dir": 7}"#).expect("valid");
        assert_eq!(Layout::of(&wrong), None);
    }

    #[test]
    fn patterns() {
        let matches = |pattern, name| Pattern::new(pattern).expect("a pattern").matches(name);
        let enters = |pattern, name| Pattern::new(pattern).expect("a pattern").enters(name);
        assert!(matches("*.sql", "0001_init.sql") && !matches("*.sql", "a/0001_init.sql"));
        assert!(!matches("*.sql", ".hidden.sql") && matches(".*.sql", ".hidden.sql"));
        assert!(matches("*/migration.sql", "0001_x/migration.sql"));
        assert!(!matches("*/migration.sql", "migration.sql"));
        assert!(matches("**/*.sql", "a.sql") && matches("**/*.sql", "a/b/c.sql"));
        assert!(!matches("**/*.sql", "a/.b/c.sql"));
        assert!(matches("a/**", "a/b/c.sql") && matches("{a,b}/*.sql", "b/c.sql"));
        assert!(!enters("*.sql", "a") && enters("*/migration.sql", "a"));
        assert!(!enters("*/migration.sql", ".git") && !enters("*/migration.sql", "a/b"));
        assert!(enters("**/*.sql", "a/b/c") && enters("a/b/*.sql", "a") && !enters("a/*", "b"));
        assert!(Pattern::new("{a").is_none());
    }

    #[test]
    fn the_order_is_that_of_the_numbers() {
        let mut names = [
            "seed.sql",
            "10_b.sql",
            "9_a.sql",
            "0010_a.sql",
            "2/migration.sql",
            "apple.sql",
            "20240102030405_x.sql",
            "2_a.sql",
        ];
        names.sort_by(|a, b| compare(a, b));
        let expected = [
            "2/migration.sql",
            "2_a.sql",
            "9_a.sql",
            "0010_a.sql",
            "10_b.sql",
            "20240102030405_x.sql",
            "apple.sql",
            "seed.sql",
        ];
        assert_eq!(names, expected);
        assert_eq!(number("0001_init.sql"), Some(1.0));
        assert_eq!(number("12abc_x.sql"), Some(12.0));
        assert_eq!(number("-3_x/migration.sql"), Some(-3.0));
        assert_eq!((number("init.sql"), number("_1.sql"), number("")), (None, None, None));
    }
}
