//! The D1 databases of an environment, and how their contents compare.

use super::config::d1_damage::damage;
use super::config::d1_ledger::{Ledger, database, table};
use super::config::d1_migrations::histories;
use super::config::wrangler::Environment;
use super::model::account::{Account, Snapshot};
use super::model::{Migration, Workspace};

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
