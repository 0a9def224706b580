//! The D1 databases that a deployment migrates.

use crate::core::config::d1_ledger::{ledgers, table};
use crate::core::config::wrangler::Environment;
use crate::core::model::Workspace;
use crate::core::model::account::Account;

/// A database with migrations to run: once in a deployment, whoever is bound to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Database {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The service whose binding has the migrations.
    pub service: String,
    /// The name of that binding, by which Wrangler finds the database.
    pub binding: String,
    /// The table that remembers what has run.
    pub table: String,
    /// The files that have not run, in their order.
    pub pending: Vec<String>,
}

/// The databases with pending migrations of these environments, each once for each table of
/// migrations; in the order of the environments.
pub(super) fn databases<'a>(
    workspace: &'a Workspace,
    environments: impl Iterator<Item = (Environment<'a>, &'a Account)>,
) -> Vec<Database> {
    let mut found: Vec<Database> = Vec::new();
    for (environment, account) in environments {
        for ledger in ledgers(workspace, &environment, account) {
            let table = table(ledger.history.binding.value);
            let known = |one: &Database| one.id == ledger.database.id && one.table == table;
            let pending: Vec<String> = ledger.pending().map(|file| file.name.to_string()).collect();
            let Some(binding) = ledger.history.binding.name else { continue };
            if pending.is_empty() || found.iter().any(known) {
                continue;
            }
            found.push(Database {
                id: ledger.database.id.clone(),
                name: ledger.database.name.clone(),
                service: environment.service.name.to_string(),
                binding: binding.to_owned(),
                table: table.to_owned(),
                pending,
            });
        }
    }
    found
}
