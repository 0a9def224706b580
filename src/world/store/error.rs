//! What can go wrong with the store.

use std::path::PathBuf;

use super::d1;
use crate::core::model::deployment::State;

/// Why something could not be written or read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The lock under which an event was to be written is another's now.
    #[error("the lock {key} is no longer ours: it was taken after number {token}")]
    StaleFence {
        /// The key of the lock.
        key: String,
        /// The number under which we had it.
        token: u64,
    },
    /// The lock that was to be taken away has another holder by now, or none.
    #[error("the lock has another holder by now, or none: nothing was done")]
    ChangedHands,
    /// The deployment is not in the state from which an event starts.
    #[error("deployment {deployment} is {}, and not {}", found.map_or("unknown here", State::as_str), expected.map_or("new", State::as_str))]
    StateConflict {
        /// The deployment.
        deployment: String,
        /// The state that it should be in; `None` where it should not be there yet.
        expected: Option<State>,
        /// The state that it is in; `None` where it is not there.
        found: Option<State>,
    },
    /// No deployment goes from this state to that.
    #[error("a deployment does not go from {} to {}", from.map_or("nothing", State::as_str), to.map_or("nothing", State::as_str))]
    NoSuchTransition {
        /// The state before.
        from: Option<State>,
        /// The state after.
        to: Option<State>,
    },
    /// An event with this id was written before, and said something else.
    #[error("an event with the id {op} was written before, and says something else")]
    OtherEvent {
        /// The id.
        op: String,
    },
    /// Others write so much that our turn did not come.
    #[error("the journal is written to so much that our turn did not come")]
    Busy,
    /// The schema is that of a newer clodo.
    #[error(
        "{place} was written by a newer clodo: its schema is {found}, and this clodo knows {known}"
    )]
    Newer {
        /// Where the state is.
        place: String,
        /// The version of its schema.
        found: u64,
        /// The version that we know.
        known: u64,
    },
    /// The database has tables, and not clodo's.
    #[error("{place} is not clodo's: it has a table {table:?}")]
    NotOurs {
        /// Where the state should be.
        place: String,
        /// One of its tables.
        table: String,
    },
    /// The file, or its folder, cannot be used.
    #[error("{} cannot be {what}: {why}", path.display())]
    File {
        /// Which file or folder.
        path: PathBuf,
        /// `made`, `opened`, `written`.
        what: &'static str,
        /// Why, in the words of the system or of SQLite.
        why: String,
    },
    /// The file is no database, or a damaged one.
    #[error("{} is damaged, or no database: {why}", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What SQLite says.
        why: String,
    },
    /// There is no room.
    #[error("there is no room to write {}", path.display())]
    Full {
        /// Which file.
        path: PathBuf,
    },
    /// Another process keeps the file to itself.
    #[error("another process has kept {} to itself for {seconds} seconds", path.display())]
    KeptByAnother {
        /// Which file.
        path: PathBuf,
        /// How long we waited.
        seconds: u64,
    },
    /// The state is in D1, and nobody gave a token.
    #[error("the state is in the D1 database {name}, and there is no API token to reach it with")]
    NoToken {
        /// The name of the database.
        name: String,
    },
    /// The account has no such database.
    #[error("the account has no D1 database {name}, which clodo.yml names at `state`")]
    NoDatabase {
        /// Its name.
        name: String,
    },
    /// The database refuses a statement.
    #[error("the database refuses: {0}")]
    Refused(String),
    /// What is stored cannot be read.
    #[error("what is stored cannot be read: {0}")]
    Unreadable(String),
    /// Cloudflare does not do what D1 needs.
    #[error(transparent)]
    Cloudflare(Box<d1::Error>),
}

impl From<d1::Error> for StoreError {
    fn from(error: d1::Error) -> Self {
        Self::Cloudflare(Box::new(error))
    }
}

impl StoreError {
    /// Whether the same may well succeed later.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Busy | Self::KeptByAnother { .. } => true,
            Self::Cloudflare(error) => error.is_retryable(),
            _ => false,
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::StaleFence { .. } => {
                "somebody else deploys here now, and this run must not go on: `clodo lock ls` shows \
                 who, `clodo history` what was done"
            }
            Self::ChangedHands => "look again: `clodo lock ls`",
            Self::StateConflict { .. } => {
                "another run went on with this deployment: `clodo history` shows where it stands"
            }
            Self::NoSuchTransition { .. } | Self::OtherEvent { .. } => {
                "this is a bug in clodo: report it"
            }
            Self::Busy | Self::KeptByAnother { .. } => "run it again",
            Self::Newer { .. } => "use the clodo that wrote it, or a newer one",
            Self::NotOurs { .. } => {
                "name another one at `state` in clodo.yml: clodo keeps its state in a database of its \
                 own"
            }
            Self::File { .. } => {
                "make it writable for this user, or name another place at `state` in clodo.yml"
            }
            Self::Damaged { .. } => {
                "put a copy of it back, or move it away: clodo then begins a new one"
            }
            Self::NoToken { .. } => "set CLOUDFLARE_API_TOKEN",
            Self::NoDatabase { name } => {
                return format!("make it: `clodo gaps --create`, or `wrangler d1 create {name}`");
            }
            Self::Full { .. } => "make room, and run it again: nothing was lost",
            Self::Refused(_) | Self::Unreadable(_) => {
                "`clodo audit verify` shows whether the journal is whole"
            }
            Self::Cloudflare(error) => return error.hint(),
        }
        .to_owned()
    }
}
