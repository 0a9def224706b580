//! Copies a database into that of another environment, and compares the two.

use std::fs;

use serde_json::json;

use super::contents::quoted;
use super::migrate::wrangler;
use super::{DataError, Desk, Site, Work, inside};
use crate::core::config::clodo_yml::is_production;
use crate::core::data::{Compared, Database, compare};

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// The bookmark of the target before.
    pub bookmark: String,
    /// Table by table, what both hold now.
    pub tables: Vec<Compared>,
}

impl Copied {
    /// Whether both hold the same.
    pub fn is_same(&self) -> bool {
        self.tables.iter().all(|table| table.same)
    }
}

/// Whether one database may be copied into another.
///
/// # Errors
/// Where it may not.
pub fn allow(from: &Database, into: (&Site, &Database), production: bool) -> Result<(), DataError> {
    let (site, database) = into;
    if from.id == database.id {
        return Err(DataError::IntoItself(database.name.clone()));
    }
    if is_production(&site.environment) && !production {
        let name = if site.environment.is_empty() { "the top level" } else { &site.environment };
        return Err(DataError::IntoProduction(name.to_owned()));
    }
    Ok(())
}

/// Replaces all that is in a database by what is in another, and compares them afterwards.
///
/// # Errors
/// Where it cannot be done; the journal has the bookmark.
pub async fn copy(
    desk: Desk<'_>,
    from: &Database,
    into: (&Site, &Database),
) -> Result<Copied, DataError> {
    let (site, database) = into;
    let work = Work::begin(desk, &site.environment, database).await?;
    let copied = replace(&work, from).await;
    work.end().await;
    copied
}

async fn replace(work: &Work<'_>, from: &Database) -> Result<Copied, DataError> {
    let (desk, into) = (work.desk, work.database);
    let failed = |said: &str, bookmark: &str| DataError::Failed {
        said: said.to_owned(),
        bookmark: bookmark.to_owned(),
        database: into.name.clone(),
    };
    let bookmark = desk.client.d1_bookmark(&into.account, &into.id).await?;
    let source = json!({ "database": from.id, "name": from.name });
    work.note("copy", json!({ "bookmark": bookmark, "from": source })).await?;
    let wanted = inside(desk.client, from).tables().await?;

    // Gone with the end of this function, whatever that is.
    let folder = tempfile::tempdir()?;
    let (out, in_) = (folder.path().join("export.sql"), folder.path().join("import.sql"));
    let (export, import) = (out.to_string_lossy(), in_.to_string_lossy());
    let ran = wrangler(desk, from, &["d1", "export", &from.binding, "--output", &export]).await?;
    if !ran.status.success() || !out.exists() {
        return Err(failed(&ran.complaint(), &bookmark));
    }
    let text = clearing(work).await? + &fs::read_to_string(&out)?;
    fs::write(&in_, text)?;
    work.held.check().await?;
    let execute = ["d1", "execute", &into.binding, "--yes", "--file", &import];
    let ran = wrangler(desk, into, &execute).await?;
    if !ran.status.success() {
        return Err(failed(&ran.complaint(), &bookmark));
    }
    let tables = compare(&wanted, &inside(desk.client, into).tables().await?);
    let copied = Copied { bookmark, tables };
    let same = copied.is_same();
    work.note("copied", json!({ "bookmark": copied.bookmark, "from": source, "same": same }))
        .await?;
    Ok(copied)
}

/// What removes all that is in the target: in one file with what comes in its place, so that both
/// happen or neither.
async fn clearing(work: &Work<'_>) -> Result<String, DataError> {
    let mut objects = inside(work.desk.client, work.database).objects().await?;
    // A view may be of a table, and a virtual table has tables of its own.
    objects.sort_by_key(|one| match one.kind.as_str() {
        "view" => 0,
        "virtual" => 1,
        _ => 2,
    });
    let drop = objects.iter().map(|one| {
        let kind = if one.kind == "view" { "VIEW" } else { "TABLE" };
        format!("DROP {kind} {};\n", quoted(&one.name))
    });
    Ok(format!("PRAGMA defer_foreign_keys=TRUE;\n{}", drop.collect::<String>()))
}
