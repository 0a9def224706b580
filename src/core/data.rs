//! The D1 databases of an environment, and how their contents compare.

use std::fmt;

use super::config::d1_damage::damage;
use super::config::d1_ledger::{Ledger, database, table};
use super::config::d1_migrations::histories;
use super::config::wrangler::Environment;
use super::model::account::{Account, Snapshot};
use super::model::{Migration, Workspace};
use super::sql;

/// A database that services of an environment are bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Database {
    /// The id of its account.
    pub account: String,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The services that are bound to it.
    pub services: Vec<String>,
    /// The binding by which Wrangler finds it, of the first of these services that has migrations
    /// for it, or else of the first.
    pub binding: String,
    /// The configuration with that binding, and the folder of its service.
    pub config: String,
    /// The folder of that service.
    pub folder: String,
    /// The environment to name to Wrangler; `None` where there is none to name.
    pub wrangler_env: Option<String>,
    /// Its migrations; `None` where no service has any for it.
    pub migrations: Option<Migrations>,
}

/// The migrations of a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migrations {
    /// The table that remembers what has run.
    pub table: String,
    /// The names that have run, in their order; or why they are not known.
    pub applied: Result<Vec<String>, String>,
    /// The files that have not run, in the order in which they would.
    pub pending: Vec<Pending>,
    /// The names that have run, and of which there is no file.
    pub without_file: Vec<String>,
}

/// A migration that has not run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// Its name.
    pub name: String,
    /// What it takes away, in words: `drops the table a`.
    pub damage: Vec<String>,
}

/// The databases of an environment, each once, in the order of the configurations; and the bindings
/// whose database is not in the account, or nobody can see there.
pub fn databases(
    workspace: &Workspace,
    snapshot: &Snapshot,
    environment: &str,
) -> (Vec<Database>, Vec<String>) {
    let name = Some(environment).filter(|name| !name.is_empty());
    let (mut found, mut missing): (Vec<Database>, Vec<String>) = (Vec::new(), Vec::new());
    for service in &workspace.services {
        let Some(environment) = Environment::all(service).find(|one| one.name == name) else {
            continue;
        };
        let account = snapshot.account(environment.text("account_id"));
        for one in of_environment(workspace, &environment, account) {
            match one {
                Err(binding) => missing.push(format!("{} of {}", binding, service.name)),
                Ok(database) => join(&mut found, database),
            }
        }
    }
    (found, missing)
}

/// Several services are often bound to one database. Who has migrations for it speaks for all.
fn join(found: &mut Vec<Database>, database: Database) {
    let Some(known) = found.iter_mut().find(|one| one.id == database.id) else {
        return found.push(database);
    };
    let mut services = std::mem::take(&mut known.services);
    services.extend(
        database
            .services
            .iter()
            .filter(|name| !services.contains(name))
            .cloned()
            .collect::<Vec<_>>(),
    );
    if known.migrations.is_none() && database.migrations.is_some() {
        *known = database;
    }
    known.services = services;
}

/// The databases of an environment of one service, or the names of bindings that lead to none.
fn of_environment<'a>(
    workspace: &'a Workspace,
    environment: &Environment<'a>,
    account: Option<&'a Account>,
) -> Vec<Result<Database, String>> {
    let service = environment.service;
    let histories = histories(workspace, environment);
    // A generated configuration knows one environment, and a simple one has none.
    let chooses = service.redirect.is_none() && !service.environments.is_empty();
    let bindings = environment.bindings_of("d1_databases").into_iter();
    let one = bindings.map(|binding| {
        let named = binding.name.unwrap_or_default().to_owned();
        let known = account.and_then(|account| Some((account, database(&binding, account)?)));
        let Some((account, database)) = known else { return Err(named) };
        let history = histories.iter().find(|history| history.binding.path == binding.path);
        let migrations = history.filter(|history| !history.migrations.is_empty()).map(|history| {
            let ledger = Ledger::of(history.clone(), account);
            let pending = ledger.iter().flat_map(Ledger::pending);
            let without_file = ledger.iter().flat_map(Ledger::without_file).map(str::to_owned);
            Migrations {
                table: table(binding.value).to_owned(),
                pending: pending.map(|file| described(workspace, file)).collect(),
                without_file: without_file.collect(),
                applied: ledger
                    .as_ref()
                    .map(|ledger| ledger.applied.to_vec())
                    .ok_or_else(|| "the token may not look into it".to_owned()),
            }
        });
        Ok(Database {
            account: account.id.clone(),
            id: database.id.clone(),
            name: database.name.clone(),
            services: vec![service.name.to_string()],
            binding: named,
            config: workspace.file(service.config.file).path.clone(),
            folder: service.folder.to_string(),
            wrangler_env: chooses.then(|| environment.name.unwrap_or_default().to_owned()),
            migrations,
        })
    });
    one.collect()
}

fn described(workspace: &Workspace, file: &Migration) -> Pending {
    let text = file.file.map(|id| workspace.file(id).text.as_str()).unwrap_or_default();
    let damage = damage(text).into_iter().map(|damage| damage.does).collect();
    Pending { name: file.name.to_string(), damage }
}

/// The way back: a point in the history of a database, as the command that goes there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Back {
    /// The name of the database.
    pub database: String,
    /// The environment, as people name it; empty is the top level.
    pub environment: String,
    /// The bookmark.
    pub bookmark: String,
}

impl fmt::Display for Back {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { database, environment, bookmark } = self;
        let environment = if environment.is_empty() { "\"\"" } else { environment };
        write!(f, "clodo data restore {database} -e {environment} --to {bookmark}")
    }
}

/// How long the parts of a bookmark are
/// (<https://developers.cloudflare.com/d1/reference/time-travel/#bookmarks>).
const BOOKMARK: [usize; 4] = [8, 8, 8, 32];

/// Whether a text has the form of a bookmark:
/// `00000085-0000024c-00004c6d-8e61117bf38d7adb71b934ebbf891683`.
pub fn is_bookmark(text: &str) -> bool {
    let is_hexadecimal = |part: &str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.split('-').map(str::len).eq(BOOKMARK) && text.split('-').all(is_hexadecimal)
}

/// An export with all of its tables before the first row: a row may refer to a table that D1 writes
/// out after it, and SQLite wants that one to be there already.
pub fn tables_first(export: &str) -> String {
    let (mut tables, mut rest) = (String::new(), String::new());
    for statement in sql::one_by_one(export) {
        let is_table = statement.after(&["CREATE", "TABLE"]).is_some();
        let part = if is_table { &mut tables } else { &mut rest };
        part.push_str(&export[statement.range()]);
        part.push_str(";\n");
    }
    tables + &rest
}

/// What is in a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// How many rows.
    pub rows: u64,
    /// SHA-256 over all of them, in their order.
    pub digest: String,
}

/// A table in two databases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// Its name.
    pub name: String,
    /// Its rows in the one; `None` where it is not there.
    pub from: Option<u64>,
    /// Its rows in the other.
    pub to: Option<u64>,
    /// Whether both hold the same.
    pub same: bool,
}

/// Compares the tables of two databases.
pub fn compare(from: &[Table], to: &[Table]) -> Vec<Compared> {
    let names = from.iter().chain(to).map(|table| table.name.as_str());
    let names: std::collections::BTreeSet<&str> = names.collect();
    let of =
        |tables: &'_ [Table], name: &str| tables.iter().find(|table| table.name == name).cloned();
    let one = |name: &str| {
        let (from, to) = (of(from, name), of(to, name));
        Compared {
            name: name.to_owned(),
            from: from.as_ref().map(|table| table.rows),
            to: to.as_ref().map(|table| table.rows),
            same: from == to,
        }
    };
    names.into_iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_come_before_rows_and_nothing_else_moves() {
        let export = "PRAGMA defer_foreign_keys=TRUE;\n\
            CREATE TABLE kid (id, of REFERENCES \"zpa;\"(id));\n\
            INSERT INTO kid VALUES(1,'CREATE TABLE no; it''s -- text');\n\
            create table \"zpa;\" (id);\n\
            INSERT INTO \"zpa;\" VALUES(2);\n\
            CREATE TRIGGER t AFTER INSERT ON kid BEGIN DELETE FROM kid; SELECT 1; END;\n\
            CREATE INDEX i ON kid (id);\n";
        let lines: Vec<&str> = export.lines().collect();
        let order = [1, 3, 0, 2, 4, 5, 6].map(|line| lines[line]);
        assert_eq!(tables_first(export), order.join("\n") + "\n");
    }

    #[test]
    fn a_bookmark_has_four_parts_of_hexadecimal_digits() {
        let bookmark = "00000085-0000024c-00004c6d-8e61117bf38d7adb71b934ebbf891683";
        assert!(is_bookmark(bookmark));
        for odd in ["", "0", "yesterday", "1h", "2026-11-22", &bookmark[1..], &bookmark[..58]] {
            assert!(!is_bookmark(odd), "{odd}");
        }
        assert!(!is_bookmark(&bookmark.replace('c', "g")));
    }

    #[test]
    fn the_way_back_names_the_environment() {
        let [database, bookmark] = ["orders", "0-1"].map(str::to_owned);
        let back = Back { database, environment: String::new(), bookmark };
        assert_eq!(back.to_string(), "clodo data restore orders -e \"\" --to 0-1");
        let back = Back { environment: "staging".to_owned(), ..back };
        assert_eq!(back.to_string(), "clodo data restore orders -e staging --to 0-1");
    }
}
