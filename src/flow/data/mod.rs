//! `clodo data`: the D1 databases of an environment. Their migrations, the way back to an earlier
//! time, and copies from one environment into another.
//!
//! Wrangler does what it can do: it applies migrations, writes a database out and reads one in.
//! Before anything is changed, a Time Travel bookmark is noted in the journal.

mod contents;
mod copy;
mod migrate;
mod restore;

use std::path::Path;

use futures_util::future::join_all;
use serde_json::{Value, json};

pub use copy::{Copied, allow, copy};
pub use migrate::{Migrated, migrate};
pub use restore::{Point, restore};

use contents::Inside;

use super::environments::{Resolved, resolve};
use super::project::{Project, ProjectError, Request};
use super::turn::{Manner, TurnError, take};
use crate::core::data::{Database, databases};
use crate::core::model::Actor;
use crate::core::model::journal::{Action, Event};
use crate::core::model::lock::{Info, key};
use crate::world::cloudflare::{Cloudflare, CloudflareError};
use crate::world::store::{Claim, Held, Lost, Store, StoreError, new_op};
use crate::world::wrangler::{Wrangler, WranglerError};

/// Why something could not be done.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// The project cannot be looked at.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// Nobody looked at the account.
    #[error("databases can only be seen with an API token")]
    NoToken,
    /// No environment was chosen, or several were.
    #[error("name one environment")]
    NotChosen,
    /// There is no such database.
    #[error("the environment has no database {wanted:?}; it has {known}")]
    NoSuchDatabase {
        /// What was asked for.
        wanted: String,
        /// What there is.
        known: String,
    },
    /// There are several, and none was chosen.
    #[error("the environment has several databases: {0}")]
    Several(String),
    /// The environment is one where end users are.
    #[error("{0} is production")]
    IntoProduction(String),
    /// Both are the same database.
    #[error("{0} is the same database in both environments")]
    IntoItself(String),
    /// The state does not work.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Somebody else works on the environment.
    #[error(transparent)]
    Turn(#[from] TurnError),
    /// The lock was lost while it was needed.
    #[error(transparent)]
    Lost(#[from] Lost),
    /// Cloudflare does not do it.
    #[error(transparent)]
    Cloudflare(#[from] CloudflareError),
    /// Wrangler does not run.
    #[error(transparent)]
    Wrangler(#[from] WranglerError),
    /// Wrangler failed.
    #[error("Wrangler failed: {said}")]
    Failed {
        /// What it says.
        said: String,
        /// The bookmark to go back to.
        bookmark: String,
        /// The database.
        database: String,
    },
    /// A file between the two cannot be made.
    #[error("a temporary file cannot be used: {0}")]
    Io(#[from] std::io::Error),
}

impl DataError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Project(error) => error.hint().into_owned(),
            Self::NoToken => "set CLOUDFLARE_API_TOKEN".to_owned(),
            Self::NotChosen => "-e NAME; -e \"\" is the top level".to_owned(),
            Self::NoSuchDatabase { .. } | Self::Several(_) => {
                "name it: its name, its binding or its id".to_owned()
            }
            Self::IntoProduction(_) => {
                "if its data are really to be replaced: --into-production".to_owned()
            }
            Self::IntoItself(_) => "name two environments with databases of their own".to_owned(),
            Self::Store(error) => error.hint(),
            Self::Turn(error) => error.hint(),
            Self::Lost(lost) => lost.hint().to_owned(),
            Self::Cloudflare(error) => error.hint(),
            Self::Wrangler(error) => error.hint().to_owned(),
            Self::Failed { bookmark, database, .. } => format!(
                "see what has run: clodo data status; as it was before: clodo data restore \
                 {database} --to {bookmark}"
            ),
            Self::Io(_) => {
                "make room in the folder for temporary files; TMPDIR names another".into()
            }
        }
    }
}

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
    let snapshot = project.snapshot.as_ref().ok_or(DataError::NoToken)?;
    let (databases, missing) = databases(&project.workspace, snapshot, &environment.wrangler);
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

/// What changes data, and notes it.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
    /// The journal and the locks.
    pub store: &'a Store,
    /// The account.
    pub client: &'a Cloudflare,
    /// Who does it.
    pub actor: &'a Actor,
    /// The page of the run.
    pub run_url: Option<&'a str>,
    /// The folder of the project.
    pub root: &'a Path,
    /// The Wrangler of a service's folder.
    pub wrangler: &'a (dyn Fn(&Path) -> Result<Wrangler, WranglerError> + 'a),
}

/// Work on a database under the lock of its environment.
struct Work<'a> {
    desk: Desk<'a>,
    environment: &'a str,
    database: &'a Database,
    held: Held,
}

impl<'a> Work<'a> {
    /// Begins, once nobody else works on the environment.
    async fn begin(
        desk: Desk<'a>,
        environment: &'a str,
        database: &'a Database,
    ) -> Result<Self, DataError> {
        let claim = Claim {
            keys: vec![key(&database.account, environment, None)],
            op: new_op(),
            holder: desk.actor.id.clone(),
            info: Info { run_url: desk.run_url.map(str::to_owned) },
        };
        let held = take(desk.store, &claim, Manner::default(), &|_| ()).await?;
        Ok(Self { desk, environment, database, held })
    }

    /// Notes what is about to be done, or was.
    async fn note(&self, what: &str, more: Value) -> Result<(), DataError> {
        let Database { id, name, account, .. } = self.database;
        let mut details = json!({ "database": id, "name": name, "what": what });
        if let (Value::Object(details), Value::Object(more)) = (&mut details, more) {
            details.extend(more);
        }
        let event = Event {
            op: new_op(),
            action: Action::DataChanged,
            actor: self.desk.actor.clone(),
            account: account.clone(),
            environment: self.environment.to_owned(),
            deployment: None,
            service: self.database.services.first().cloned(),
            from: None,
            to: None,
            fence: self.held.fence(&key(account, self.environment, None)),
            details: details.as_object().cloned().unwrap_or_default(),
        };
        self.desk.store.append(&event).await?;
        Ok(())
    }

    /// Ends. The lock runs out by itself where it cannot be given back.
    async fn end(self) {
        let _ = self.held.release().await;
    }
}
