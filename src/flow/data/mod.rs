//! `clodo data`: the D1 databases of an environment. Their migrations, the way back to an earlier
//! time, and copies from one environment into another.
//!
//! Wrangler does what it can do: it applies migrations, writes a database out and reads one in.
//! Before anything is changed, a Time Travel bookmark is noted in the journal.

mod contents;
mod copy;
mod error;
mod migrate;
mod restore;
mod work;

use futures_util::future::join_all;

pub use copy::{Copied, allow, copy};
pub use error::DataError;
pub use migrate::{Migrated, migrate};
pub use restore::{Point, restore};
pub use work::Desk;

use contents::Inside;
use work::Work;

use super::environments::{Resolved, resolve};
use super::plan::chosen;
use super::project::{Project, Request};
use crate::core::data::{Database, databases};
use crate::world::cloudflare::Cloudflare;

/// The databases of an environment.
#[derive(Debug)]
pub struct Site {
    /// The environment, as people name it.
    pub environment: String,
    /// Its databases.
    pub databases: Vec<Database>,
    /// Bindings whose database is not there, or cannot be seen: `DB of api`.
    pub missing: Vec<String>,
}

/// Looks at the databases of an environment.
///
/// # Errors
/// Where the project, or the account, cannot be looked at.
pub fn look(request: &Request) -> Result<Site, DataError> {
    let Resolved { request, environments } = resolve(request)?;
    let [environment] = environments.as_slice() else { return Err(DataError::NotChosen) };
    let project = Project::read(&request)?;
    let name = chosen(&request, &project.workspace).map_err(DataError::Environment)?;
    let snapshot = project.snapshot.as_ref().ok_or(DataError::NoToken)?;
    let (databases, missing) = databases(&project.workspace, snapshot, &name);
    Ok(Site { environment: environment.name.clone(), databases, missing })
}

impl Site {
    /// A database by its name, its binding or its id; without one, the only one.
    ///
    /// # Errors
    /// Where it is not clear which.
    pub fn database(&self, wanted: Option<&str>) -> Result<&Database, DataError> {
        let names = || {
            let names = self.databases.iter().map(|database| database.name.as_str());
            names.collect::<Vec<_>>().join(", ")
        };
        match (wanted, self.databases.as_slice()) {
            (None, [only]) => Ok(only),
            (None, [_, _, ..]) => Err(DataError::Several(names())),
            (wanted, all) => {
                let wanted = wanted.unwrap_or_default();
                let is = |one: &&Database| {
                    [&one.name, &one.binding, &one.id].contains(&&wanted.to_owned())
                };
                all.iter().find(is).ok_or_else(|| DataError::NoSuchDatabase {
                    wanted: wanted.to_owned(),
                    known: if all.is_empty() { "none".to_owned() } else { names() },
                })
            }
        }
    }
}

/// Bookmarks of databases: where their history is now.
///
/// # Errors
/// Where Cloudflare does not tell one.
pub async fn bookmarks(
    client: &Cloudflare,
    databases: &[&Database],
) -> Result<Vec<String>, DataError> {
    let ask = databases.iter().map(|one| client.d1_bookmark(&one.account, &one.id));
    Ok(join_all(ask).await.into_iter().collect::<Result<_, _>>()?)
}

/// Whether anything is in a database.
///
/// # Errors
/// Where one cannot look.
pub async fn is_empty(client: &Cloudflare, database: &Database) -> Result<bool, DataError> {
    Ok(inside(client, database).objects().await?.is_empty())
}

fn inside<'a>(client: &'a Cloudflare, database: &'a Database) -> Inside<'a> {
    Inside { client, account: &database.account, database: &database.id }
}
