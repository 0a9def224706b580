//! What a D1 database remembers of a binding's migrations: which of the files it has run, and which
//! it has not.
//!
//! Source: Wrangler 4.164.0, `getUnappliedMigrationNames` (cli.js:241522). A migration is known by
//! its name alone, and what has not run is run in the order of the files, also where later files
//! have run before.

use super::d1_migrations::{History, histories, number};
use super::wrangler::{Binding, Environment};
use crate::core::model::account::{Account, D1Database};
use crate::core::model::{Migration, Value, Workspace};

/// The table of a binding that names none.
pub const DEFAULT_TABLE: &str = "d1_migrations";

/// The table in which a binding's database remembers its migrations.
pub fn table<'a>(binding: &'a Value) -> &'a str {
    let named = binding.get("migrations_table").and_then(Value::as_str);
    named.filter(|name| !name.is_empty()).unwrap_or(DEFAULT_TABLE)
}

/// The database that a binding leads to: the one of its id, else of its name, as Wrangler connects
/// what has no id. `None` where the account has none such, and where its databases are not known.
pub fn database<'a>(binding: &Binding<'_>, account: &'a Account) -> Option<&'a D1Database> {
    let text = |key: &str| binding.value.get(key)?.as_str().filter(|text| !text.is_empty());
    let mut databases = account.d1_databases.known()?.iter();
    match (text("database_id"), text("database_name")) {
        (Some(id), _) => databases.find(|database| database.id.eq_ignore_ascii_case(id)),
        (None, Some(name)) => databases.find(|database| database.name == name),
        (None, None) => None,
    }
}

/// The migrations of a binding, against what its database remembers.
#[derive(Clone, Debug)]
pub struct Ledger<'a> {
    /// The migrations that lie in the folder.
    pub history: History<'a>,
    /// The database.
    pub database: &'a D1Database,
    /// The names of those that have run, in their order.
    pub applied: &'a [String],
}

/// A migration that has run, and the file that seems to be the same under another name.
#[derive(Clone, Copy, Debug)]
pub struct Renamed<'a> {
    /// The name under which it has run.
    pub from: &'a str,
    /// The file, which has not run.
    pub to: &'a Migration,
}

/// The ledgers of an environment: one for each D1 binding whose folder exists and whose database
/// told what it remembers.
pub fn ledgers<'a>(
    workspace: &'a Workspace,
    environment: &Environment<'a>,
    account: &'a Account,
) -> Vec<Ledger<'a>> {
    let histories = histories(workspace, environment).into_iter();
    histories.filter_map(|history| Ledger::of(history, account)).collect()
}

impl<'a> Ledger<'a> {
    /// What the database of a binding remembers of its migrations, where it told.
    pub fn of(history: History<'a>, account: &'a Account) -> Option<Self> {
        let database = database(&history.binding, account)?;
        let applied = database.migrations.get(table(history.binding.value))?.known()?;
        Some(Self { history, database, applied })
    }

    /// The files that have not run, in the order in which they would.
    pub fn pending(&self) -> impl Iterator<Item = &'a Migration> {
        self.history.migrations.iter().copied().filter(|file| !self.has_run(&file.name))
    }

    /// The names that have run, and of which there is no file.
    pub fn without_file(&self) -> impl Iterator<Item = &'a str> {
        let exists = |name: &str| self.history.migrations.iter().any(|file| &*file.name == name);
        self.applied.iter().map(String::as_str).filter(move |name| !exists(name))
    }

    /// The files that have not run, and whose number is that of one that has run and has no file.
    pub fn renamed(&self) -> Vec<Renamed<'a>> {
        let same = |from: &str, to: &Migration| {
            number(from).is_some_and(|from| Some(from) == number(&to.name))
        };
        let pending: Vec<&Migration> = self.pending().collect();
        let pairs = self.without_file().filter_map(|from| {
            let to = pending.iter().find(|to| same(from, to))?;
            Some(Renamed { from, to })
        });
        pairs.collect()
    }

    /// The files that have not run although a later one has, each with the last that has.
    pub fn overtaken(&self) -> Option<(Vec<&'a Migration>, &'a Migration)> {
        let files = &self.history.migrations;
        let last = files.iter().rposition(|file| self.has_run(&file.name))?;
        let renamed = self.renamed();
        let is_renamed =
            |file: &&Migration| renamed.iter().any(|renamed| std::ptr::eq(renamed.to, *file));
        let earlier = files[..last].iter().copied();
        let skipped: Vec<&Migration> =
            earlier.filter(|file| !self.has_run(&file.name) && !is_renamed(file)).collect();
        (!skipped.is_empty()).then(|| (skipped, files[last]))
    }

    fn has_run(&self, name: &str) -> bool {
        self.applied.iter().any(|applied| applied == name)
    }
}
