//! Data that a deployment touches: migrations of D1 databases, and the life of Durable Object
//! classes.

use super::change::{Aspect, Change, Changes};
use super::target::Target;
use crate::core::canonical::sha256;
use crate::core::config::d1_damage::damage;
use crate::core::config::d1_ledger::{Ledger, database, table};
use crate::core::config::d1_migrations::{History, histories};
use crate::core::config::wrangler::lifecycle::{self, Change as Life, Step};
use crate::core::model::account::{Account, Seen, Worker};
use crate::core::model::{Migration, Value};
use crate::core::sql::statements;

/// A D1 migration that a deployment would run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pending {
    /// The database.
    pub(super) database: String,
    /// The name of the file.
    pub(super) name: String,
    /// SHA-256 of its text, if it could be read.
    pub(super) digest: Option<String>,
}

/// The migrations that the databases of an environment have not run.
pub(super) fn compare_d1(
    target: &Target<'_>,
    account: &Account,
    out: &mut Changes,
) -> Vec<Pending> {
    let mut pending = Vec::new();
    for history in histories(target.workspace, &target.environment) {
        if history.migrations.is_empty() {
            continue;
        }
        pending.extend(compare_history(target, account, history, out));
    }
    pending
}

fn compare_history(
    target: &Target<'_>,
    account: &Account,
    history: History<'_>,
    out: &mut Changes,
) -> Vec<Pending> {
    if out.see(Aspect::D1, &account.d1_databases, true).is_none() {
        return Vec::new();
    }
    let binding = history.binding.name.unwrap_or_default().to_owned();
    let named = history.binding.value.get("database_name").and_then(Value::as_str);
    let Some(database) = database(&history.binding, account) else {
        // A binding to what does not exist is said where the binding is.
        return Vec::new();
    };
    let name = if database.name.is_empty() { named.unwrap_or(&binding) } else { &database.name };
    let table = table(history.binding.value);
    let unknown = Seen::NotAsked;
    let remembered = database.migrations.get(table).unwrap_or(&unknown);
    let Some(applied) = out.see(Aspect::D1, remembered, true) else { return Vec::new() };
    let ledger = Ledger { history, database, applied };
    let files: Vec<&Migration> = ledger.pending().collect();
    for file in &files {
        out.push(described(target, name, file));
    }
    for lost in ledger.without_file() {
        let note = format!("has run on {name}, and there is no such file");
        out.push(Change::keep(Aspect::D1, lost, note));
    }
    let text = |file: &Migration| {
        let text = &target.workspace.file(file.file?).text;
        Some(sha256(text.as_bytes()))
    };
    let pending = files.into_iter().map(|file| Pending {
        database: database.id.clone(),
        name: file.name.to_string(),
        digest: text(file),
    });
    pending.collect()
}

fn described(target: &Target<'_>, database: &str, file: &Migration) -> Change {
    let change = Change::add(Aspect::D1, &*file.name, format!("on {database}"));
    let Some(text) = file.file.map(|id| &target.workspace.file(id).text) else {
        return change.note("could not be read").destructive();
    };
    let damage = damage(text);
    if damage.is_empty() {
        let count = statements(text).len();
        return change.note(match count {
            1 => "1 statement".to_owned(),
            count => format!("{count} statements"),
        });
    }
    let does: Vec<String> = damage.into_iter().map(|damage| damage.does).collect();
    change.note(does.join("; ")).destructive()
}

/// The migrations of Durable Objects that Wrangler would send (`getMigrationsToUpload`,
/// cli.js:172703), and the classes that `exports` declares anew.
pub(super) fn compare_durable_objects(
    target: &Target<'_>,
    account: &Account,
    live: Option<&Worker>,
    out: &mut Changes,
) {
    if let Some(migrations) = target.environment.get("migrations") {
        let list = migrations.value();
        let tag = live.and_then(|live| live.migration_tag.as_deref());
        let tag_of = |item: &Value| item.get("tag").and_then(Value::as_str).map(str::to_owned);
        let at = tag.map(|tag| list.items().iter().position(|i| tag_of(i).as_deref() == Some(tag)));
        let first = match at {
            None => 0,
            Some(Some(last)) => last + 1,
            Some(None) => {
                let tag = tag.unwrap_or_default();
                let why = "applied, and not in the configuration: Wrangler sends all migrations";
                out.push(Change::refused(Aspect::DurableObjects, tag, why));
                0
            }
        };
        for step in lifecycle::steps(list).iter().filter(|step| step.migration >= first) {
            out.push(lived(step));
        }
    }
    let Some(exports) = target.environment.get("exports") else { return };
    let declared: Vec<&str> = exports
        .value()
        .entries()
        .iter()
        .filter(|entry| lifecycle::is_live(&entry.value))
        .map(|entry| &*entry.key)
        .collect();
    let seen = out.see(Aspect::DurableObjects, &account.durable_objects, !declared.is_empty());
    let Some(namespaces) = seen else { return };
    for class in declared {
        let exists = namespaces.iter().any(|n| n.script == target.worker && n.class == class);
        if !exists {
            out.push(Change::add(Aspect::DurableObjects, class, "declared in `exports`"));
        }
    }
}

fn lived(step: &Step<'_>) -> Change {
    let title = step.title();
    let aspect = Aspect::DurableObjects;
    match step.change {
        Life::Create { sqlite } => {
            let storage = if sqlite { "SQLite storage" } else { "key-value storage" };
            Change::add(aspect, step.class, storage).note(title)
        }
        Life::Delete => Change::remove(aspect, step.class, "the class and all its objects' data")
            .note(title)
            .destructive(),
        Life::Rename(to) => Change::replace(aspect, step.class, step.class, to).note(title),
        Life::Receive => Change::add(aspect, step.class, "from another Worker").note(title),
    }
}
