//! D1 databases, for people and for programs.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::table::table;
use super::{safe, words};
use crate::core::data::{Compared, Database, Migrations, Pending};

/// The version of the form.
pub const DATA_SCHEMA: &str = "clodo.data/1";

/// What databases have run, and what not.
pub fn status(databases: &[Database], missing: &[String]) -> String {
    let mut out = String::new();
    for database in databases {
        let services: Vec<String> =
            database.services.iter().map(|name| words::name(name)).collect();
        let (name, id) = (words::name(&database.name), safe::line(&database.id));
        let _ = writeln!(out, "{name} ({id}), of {}", words::some_of(&services, 5));
        match &database.migrations {
            None => out.push_str("  no migrations\n"),
            Some(migrations) => about(&mut out, migrations),
        }
    }
    for one in missing {
        let _ = writeln!(out, "{}: not in the account, or cannot be seen", safe::line(one));
    }
    if out.is_empty() {
        out.push_str("No D1 databases.\n");
    }
    out
}

fn about(out: &mut String, migrations: &Migrations) {
    let Migrations { applied, pending, without_file, .. } = migrations;
    match applied {
        Err(why) => {
            let _ = writeln!(out, "  ? what has run is unknown: {}", safe::line(why));
            return;
        }
        Ok(applied) => {
            let last = applied.last().map(|last| format!(", the last {}", safe::line(last)));
            let _ = writeln!(out, "  {} applied{}", applied.len(), last.unwrap_or_default());
        }
    }
    for Pending { name, damage } in pending {
        let damage = match damage.as_slice() {
            [] => String::new(),
            damage => format!("  {}  [destructive]", safe::line(&damage.join("; "))),
        };
        let _ = writeln!(out, "  + {}{damage}", safe::line(name));
    }
    for name in without_file {
        let _ = writeln!(out, "  = {} has run, and there is no such file", safe::line(name));
    }
}

/// The same as JSON.
pub fn status_json(environment: &str, databases: &[Database], missing: &[String]) -> Value {
    let database = |one: &Database| {
        let migrations = one.migrations.as_ref().map(|migrations| {
            let pending = migrations
                .pending
                .iter()
                .map(|pending| json!({ "name": pending.name, "destructive": pending.damage }));
            json!({
                "table": migrations.table,
                "applied": migrations.applied.as_ref().ok(),
                "unknown": migrations.applied.as_ref().err(),
                "pending": pending.collect::<Vec<_>>(),
                "without_file": migrations.without_file,
            })
        });
        json!({
            "name": one.name, "id": one.id, "binding": one.binding, "services": one.services,
            "account": one.account, "migrations": migrations,
        })
    };
    json!({
        "schema": DATA_SCHEMA,
        "clodo": env!("CARGO_PKG_VERSION"),
        "environment": environment,
        "databases": databases.iter().map(database).collect::<Vec<_>>(),
        "missing": missing,
    })
}

/// Two databases, table by table.
pub fn comparison(tables: &[Compared]) -> String {
    let rows = |rows: Option<u64>| rows.map_or_else(|| "-".to_owned(), |rows| rows.to_string());
    let row = |one: &Compared| {
        let verdict = if one.same { "the same" } else { "differs" };
        [words::name(&one.name), rows(one.from), rows(one.to), verdict.to_owned()]
    };
    let head = ["TABLE", "ROWS", "COPIED", "CONTENT"].map(str::to_owned);
    table(std::iter::once(head).chain(tables.iter().map(row)).collect())
}
