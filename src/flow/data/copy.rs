//! Copies a database into that of another environment, and compares the two.

use std::path::Path;
use std::{fs, io};

use serde_json::json;
use tempfile::TempDir;

use super::contents::quoted;
use super::{DataError, Desk, Site, Work, inside};
use crate::core::config::clodo_yml::is_production;
use crate::core::data::{Back, Compared, Database, compare, tables_first};

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// The way back to what the target was before.
    pub back: Back,
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
    let (client, into) = (work.desk.client, work.database);
    let bookmark = client.d1_bookmark(&into.account, &into.id).await?;
    let source = json!({ "database": from.id, "name": from.name });
    work.note("copy", json!({ "bookmark": bookmark, "from": source })).await?;
    // Gone with the end of this function, whatever that is.
    let folder = private_folder()?;
    let import = folder.path().join("import.sql");
    let reading = async {
        let tables = inside(client, from).tables().await?;
        write(work, from, folder.path(), &import).await?;
        Ok(tables)
    };
    let wanted = work.prepare("copy", reading).await?;
    work.change("copy", &bookmark, execute(work, &import)).await?;
    let looking = async { Ok(inside(client, into).tables().await?) };
    let tables = compare(&wanted, &work.look("copy", &bookmark, looking).await?);
    let copied = Copied { back: work.back(&bookmark), tables };
    let more = json!({ "bookmark": bookmark, "from": source, "same": copied.is_same() });
    let noted = work.note("copied", more).await;
    noted.map_err(|error| work.changed(error, &bookmark))?;
    Ok(copied)
}

/// A folder that nobody else can look into: what goes through it belongs to the end users.
fn private_folder() -> io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("clodo-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o700));
    }
    builder.tempdir()
}

/// Writes the file that replaces the target: what removes what it has, and then the source.
async fn write(
    work: &Work<'_>,
    from: &Database,
    folder: &Path,
    import: &Path,
) -> Result<(), DataError> {
    let export = folder.join("export.sql");
    let output = export.to_string_lossy();
    let ran = work.wrangler(from, &["d1", "export", &from.binding, "--output", &output]).await?;
    if !ran.status.success() || !export.exists() {
        return Err(DataError::Failed(ran.complaint()));
    }
    let text = clearing(work).await? + &tables_first(&fs::read_to_string(&export)?);
    Ok(fs::write(import, text)?)
}

async fn execute(work: &Work<'_>, import: &Path) -> Result<(), DataError> {
    let (into, file) = (work.database, import.to_string_lossy());
    let arguments = ["d1", "execute", &into.binding, "--yes", "--file", &file];
    match work.wrangler(into, &arguments).await? {
        // An import goes on without Wrangler once it was begun.
        ran if ran.interrupted => Err(DataError::Interrupted),
        ran if ran.status.success() => Ok(()),
        ran => Err(DataError::Failed(ran.complaint())),
    }
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
