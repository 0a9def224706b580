//! Which migrations D1 databases have run.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use serde::Deserialize;

use super::account::Look;
use super::unseen::seen;
use crate::core::model::account::{D1Database, Part, Seen};
use crate::world::cloudflare::{Cloudflare, CloudflareError, Refusal};

#[derive(Deserialize)]
struct Row {
    name: String,
}

/// The databases, each with what the tables remember that its bindings use.
///
/// `wrangler d1 migrations list --remote` would create the table; a `SELECT` of our own does not.
pub(super) async fn migrations(
    client: &Cloudflare,
    account: &str,
    look: Look<'_>,
    databases: Seen<Vec<D1Database>>,
) -> Seen<Vec<D1Database>> {
    let Seen::Known(mut databases) = databases else { return databases };
    if !look.wanted.parts.contains(&Part::D1Migrations) {
        return Seen::Known(databases);
    }
    join_all(databases.iter_mut().map(async |database| {
        let by_name = look.wanted.migrations.get(&database.name);
        let by_id = look.wanted.migrations.get(&database.id);
        let tables = by_name.into_iter().chain(by_id).flatten();
        let remembered = tables.map(async |table| {
            let names = client.d1_migrations(account, &database.id, table).await;
            (table.clone(), seen(Part::D1Migrations, names))
        });
        let migrations: BTreeMap<_, _> = join_all(remembered).await.into_iter().collect();
        database.migrations = migrations;
    }))
    .await;
    Seen::Known(databases)
}

impl Cloudflare {
    /// The migrations that a table remembers, in their order. One that does not exist remembers none.
    ///
    /// # Errors
    /// Where it cannot be told.
    pub async fn d1_migrations(
        &self,
        account: &str,
        database: &str,
        table: &str,
    ) -> Result<Vec<String>, CloudflareError> {
        match self.d1_select::<Row>(account, database, &remembered(table)).await {
            Ok(rows) => Ok(rows.into_iter().map(|row| row.name).collect()),
            Err(error) if is_missing(&error, table) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }
}

/// Asks for all columns that such a table has (cli.js, `initMigrationsTable`), and takes the names:
/// who configures another table learns nothing of what is in it.
fn remembered(table: &str) -> String {
    let table = table.replace('"', "\"\"");
    format!("SELECT name, id, applied_at FROM \"{table}\" ORDER BY id")
}

fn is_missing(error: &CloudflareError, table: &str) -> bool {
    let missing = format!("no such table: {table}");
    let says_so = |refusal: &Refusal| {
        refusal.problems.iter().any(|problem| problem.message.contains(&missing))
    };
    error.refusal().is_some_and(says_so)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_quotes() {
        assert_eq!(
            remembered("a\"; DROP TABLE users; --"),
            "SELECT name, id, applied_at FROM \"a\"\"; DROP TABLE users; --\" ORDER BY id"
        );
    }
}
