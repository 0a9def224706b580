//! Applies the migrations that a database has not run.

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use super::contents::quoted;
use super::{DataError, Desk, Work};
use crate::core::data::{Database, Migrations};
use crate::world::wrangler::{Access, Call, Ran};

/// How long Wrangler may take. A statement of D1 has 30 seconds, and a migration many.
pub(super) const LIMIT: Duration = Duration::from_secs(30 * 60);

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migrated {
    /// The bookmark of before.
    pub bookmark: String,
    /// The migrations that have run now.
    pub done: Vec<String>,
}

#[derive(Deserialize)]
struct Row {
    name: String,
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
    let (desk, database) = (work.desk, work.database);
    let bookmark = desk.client.d1_bookmark(&database.account, &database.id).await?;
    let pending: Vec<&str> = migrations.pending.iter().map(|one| one.name.as_str()).collect();
    work.note("migrate", json!({ "bookmark": bookmark, "migrations": pending })).await?;
    work.held.check().await?;
    let ran = wrangler(desk, database, &["d1", "migrations", "apply", &database.binding]).await;
    // Whatever Wrangler says: the table tells what has run.
    let sql = format!("SELECT name FROM {} ORDER BY id", quoted(&migrations.table));
    let applied = desk.client.d1_select::<Row>(&database.account, &database.id, &sql).await;
    let applied: Vec<String> = match applied {
        Ok(rows) => rows.into_iter().map(|row| row.name).collect(),
        // There is no table before the first.
        Err(_) if ran.as_ref().is_ok_and(|ran| !ran.status.success()) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    let has_run = |name: &&str| applied.iter().any(|applied| applied == name);
    let (done, missing): (Vec<&str>, Vec<&str>) = pending.into_iter().partition(has_run);
    work.note("migrated", json!({ "bookmark": bookmark, "migrations": done, "not_run": missing }))
        .await?;
    if missing.is_empty() {
        return Ok(Migrated { bookmark, done: done.into_iter().map(str::to_owned).collect() });
    }
    let said = ran?.complaint();
    Err(DataError::Failed { said, bookmark, database: database.name.clone() })
}

/// Runs Wrangler on a database of the account.
pub(super) async fn wrangler(
    desk: Desk<'_>,
    database: &Database,
    arguments: &[&str],
) -> Result<Ran, DataError> {
    let folder = desk.root.join(&database.folder);
    let config = desk.root.join(&database.config);
    let mut arguments: Vec<_> = arguments.iter().map(std::ffi::OsString::from).collect();
    arguments.extend(["--remote".into(), "--config".into(), config.into()]);
    arguments.extend(database.wrangler_env.iter().map(|name| format!("--env={name}").into()));
    let variables = vec![("CLOUDFLARE_ACCOUNT_ID".to_owned(), (&database.account).into())];
    let call =
        Call { folder: &folder, arguments, access: Access::Account, variables, timeout: LIMIT };
    Ok((desk.wrangler)(&folder)?.run(&call).await?)
}
