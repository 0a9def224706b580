//! What clodo remembers: the journal, and what is read from it.
//!
//! A [`Store`] is a [`Database`] with clodo's schema in it. There are two plugs: a file of SQLite
//! ([`sqlite`]) and a database of D1 over HTTP ([`d1`]). Both run the same text of SQL, one statement
//! at a time, because that is what D1 promises to do whole or not at all.
//!
//! ```no_run
//! # use clodo::world::store::{Place, Store};
//! # async fn example() -> Result<(), clodo::world::store::StoreError> {
//! let store = Store::open(&Place::Sqlite(".clodo/state.db".into())).await?;
//! for deployment in store.deployments(&Default::default()).await? {
//!     let _ = (deployment.id, deployment.state);
//! }
//! # Ok(())
//! # }
//! ```

mod append;
mod d1;
mod database;
mod error;
mod event;
mod filter;
mod ids;
mod lease;
mod locks;
mod queue;
mod readings;
mod schema;
mod sqlite;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

pub use d1::Databases;
pub use database::{Database, Row};
pub use error::StoreError;
pub use event::event;
pub use filter::{DeploymentFilter, EntryFilter};
pub use ids::{new_deployment, new_op};
pub use lease::{Held, Lost, Terms};
pub use locks::{Claim, Grant};
pub use queue::PATIENCE;
pub use readings::Good;
// The words of a claim.
pub use crate::core::model::lock::{Info, Mode, key};

/// Where state is kept.
#[derive(Clone, Debug)]
pub enum Place {
    /// In a file of SQLite.
    Sqlite(PathBuf),
    /// In a database of D1.
    D1 {
        /// Those of the account.
        databases: Databases,
        /// The name of the database.
        name: String,
    },
}

/// What clodo remembers. Its clones share one connection.
#[derive(Clone)]
pub struct Store {
    database: Arc<dyn Database>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the store, makes it where there is none, and brings its schema up to date.
    ///
    /// # Errors
    /// Where the place cannot be written, holds something else, or is of a newer clodo.
    pub async fn open(place: &Place) -> Result<Self, StoreError> {
        let database: Arc<dyn Database> = match place {
            Place::Sqlite(path) => Arc::new(sqlite::Sqlite::open(path)?),
            Place::D1 { databases, name } => Arc::new(d1::D1::find(databases, name).await?),
        };
        Self::on(database).await
    }

    /// Opens the store where there is one: for commands that only read, and must not make a file. A
    /// file that may not be written is read.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub async fn open_existing(place: &Place) -> Result<Option<Self>, StoreError> {
        let path = match place {
            Place::Sqlite(path) if !path.exists() => return Ok(None),
            Place::Sqlite(path) => Some(path),
            Place::D1 { .. } => None,
        };
        match (Self::open(place).await, path) {
            (Err(unwritable @ StoreError::File { .. }), Some(path)) => {
                let Ok(database) = sqlite::Sqlite::read(path) else { return Err(unwritable) };
                let store = Self { database: Arc::new(database) };
                store.has_known_schema().await.map(|()| Some(store))
            }
            (opened, _) => opened.map(Some),
        }
    }

    /// A store in this database, whose schema is brought up to date.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub async fn on(database: Arc<dyn Database>) -> Result<Self, StoreError> {
        let store = Self { database };
        store.bring_up_to_date().await?;
        Ok(store)
    }

    /// The time, by the clock that all who use the store share.
    ///
    /// # Errors
    /// Where the database does not work.
    pub async fn now(&self) -> Result<Timestamp, StoreError> {
        let rows = self.database.run("SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now')", &[]).await?;
        rows.first().ok_or_else(|| StoreError::Unreadable("no time".to_owned()))?.word(0)
    }

    /// The database, for statements of other parts of the store and for tests.
    pub fn database(&self) -> &dyn Database {
        &*self.database
    }
}
