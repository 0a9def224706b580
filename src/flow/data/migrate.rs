//! Applies the migrations that a database has not run.

use serde_json::json;

use super::{DataError, Desk, Work};
use crate::core::data::{Back, Database, Migrations};

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migrated {
    /// The way back to what was before.
    pub back: Back,
    /// The migrations that have run now.
    pub done: Vec<String>,
}

/// Applies them, after a bookmark. Nothing where there is none to apply.
///
/// # Errors
/// Where it cannot be done, or not all have run; the journal has the bookmark.
pub async fn migrate(
    desk: Desk<'_>,
    environment: &str,
    database: &Database,
) -> Result<Option<Migrated>, DataError> {
    let Some(migrations) = database.migrations.as_ref().filter(|one| !one.pending.is_empty())
    else {
        return Ok(None);
    };
    let work = Work::begin(desk, environment, database).await?;
    let migrated = apply(&work, migrations).await;
    work.end().await;
    migrated.map(Some)
}

async fn apply(work: &Work<'_>, migrations: &Migrations) -> Result<Migrated, DataError> {
    let Database { account, id, binding, .. } = work.database;
    let bookmark = work.desk.client.d1_bookmark(account, id).await?;
    let pending: Vec<&str> = migrations.pending.iter().map(|one| one.name.as_str()).collect();
    work.note("migrate", json!({ "bookmark": bookmark, "migrations": pending })).await?;
    let applying = async {
        let ran = work.wrangler(work.database, &["d1", "migrations", "apply", binding]).await;
        // Whatever Wrangler says: the table tells what has run.
        let applied = work.desk.client.d1_migrations(account, id, &migrations.table).await;
        let why = match ran {
            Ok(ran) if ran.interrupted => Some(DataError::Interrupted),
            Ok(ran) if ran.status.success() => None,
            Ok(ran) => Some(DataError::Failed(ran.complaint())),
            Err(error) => Some(error),
        };
        match applied {
            Ok(applied) => Ok((applied, why)),
            Err(error) => {
                let said = why.map(|why| why.to_string());
                Err(DataError::Unknown { error: Box::new(error), said })
            }
        }
    };
    let (applied, why) = work.change("migrate", &bookmark, applying).await?;
    let has_run = |name: &&str| applied.iter().any(|applied| applied == name);
    let (done, missing): (Vec<&str>, Vec<&str>) = pending.into_iter().partition(has_run);
    let more = json!({ "bookmark": bookmark, "migrations": done, "not_run": missing });
    let noted = work.note("migrated", more).await;
    noted.map_err(|error| work.changed(error, &bookmark))?;
    if missing.is_empty() {
        let done = done.into_iter().map(str::to_owned).collect();
        return Ok(Migrated { back: work.back(&bookmark), done });
    }
    let why = why.unwrap_or_else(|| {
        DataError::Failed(format!("it says nothing about {}", missing.join(", ")))
    });
    Err(work.changed(why, &bookmark))
}
