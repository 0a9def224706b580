//! The schema: the files of `migrations`, in order.
//!
//! A file is applied statement by statement, each of which does no harm when it runs again. So two
//! processes may bring the same database up to date at once, and one that is killed in the middle
//! leaves nothing behind that the next does not mend.

use super::{Database, Store, StoreError};
use crate::core::sql;

const MIGRATIONS: [&str; 4] = [
    include_str!("migrations/0001_journal.sql"),
    include_str!("migrations/0002_locks.sql"),
    include_str!("migrations/0003_deployments.sql"),
    include_str!("migrations/0004_gate.sql"),
];

/// The table that tells clodo's databases from others. It is made first.
const TABLE: &str = "clodo_schema";

/// What `sqlite_schema` says when there is no such table.
const NO_TABLE: &str = "no such table";

impl Store {
    /// Brings the schema up to date. It is when a store is opened.
    ///
    /// # Errors
    /// Where the database is of a newer clodo or somebody else's, or does not work.
    pub async fn bring_up_to_date(&self) -> Result<(), StoreError> {
        let database = self.database();
        let applied = match applied(database).await {
            Err(StoreError::Refused(why)) if why.contains(NO_TABLE) => {
                begin(database).await?;
                0
            }
            applied => applied?,
        };
        not_newer(database, applied)?;
        for (index, migration) in MIGRATIONS.iter().enumerate().skip(applied) {
            for statement in sql::statements(migration) {
                database.run(&migration[statement.range()], &[]).await?;
            }
            let version = (index + 1).to_string();
            let done = "INSERT OR IGNORE INTO clodo_schema (version) VALUES (?1)";
            database.run(done, &[&version]).await?;
        }
        Ok(())
    }

    /// Looks whether the schema is one that we know, and changes nothing: an older one can be read
    /// as it is.
    ///
    /// # Errors
    /// Where the database is of a newer clodo or somebody else's.
    pub(super) async fn has_known_schema(&self) -> Result<(), StoreError> {
        let database = self.database();
        not_newer(database, applied(database).await?)
    }
}

fn not_newer(database: &dyn Database, applied: usize) -> Result<(), StoreError> {
    let (found, known) = (applied as u64, MIGRATIONS.len() as u64);
    match found > known {
        true => Err(StoreError::Newer { place: database.place(), found, known }),
        false => Ok(()),
    }
}

/// The version of the schema.
async fn applied(database: &dyn Database) -> Result<usize, StoreError> {
    let rows = database.run("SELECT COALESCE(MAX(version), 0) FROM clodo_schema", &[]).await?;
    let version = rows.first().map(|row| row.number(0)).transpose()?.unwrap_or_default();
    Ok(usize::try_from(version).unwrap_or(usize::MAX))
}

/// Makes an empty database clodo's.
async fn begin(database: &dyn Database) -> Result<(), StoreError> {
    // `_cf_` are D1's own tables. Where ours is there by now, another process was quicker, and the
    // tables beside it are its.
    let strangers = "SELECT name FROM sqlite_master WHERE type = 'table' \
        AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\' \
        AND NOT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?1) LIMIT 1";
    if let Some(stranger) = database.run(strangers, &[TABLE]).await?.first() {
        let table = stranger.text(0)?.to_owned();
        return Err(StoreError::NotOurs { place: database.place(), table });
    }
    let table = "CREATE TABLE IF NOT EXISTS clodo_schema (version INTEGER PRIMARY KEY, \
        applied_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')))";
    database.run(table, &[]).await?;
    Ok(())
}
