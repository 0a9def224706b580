//! Why it cannot be told what an environment asks for.

use crate::core::config::clodo_yml::Problems;
use crate::core::gate::CalendarError;
use crate::exit::Exit;
use crate::flow::project::ProjectError;
use crate::world::forge::ForgeError;
use crate::world::git::GitError;

/// Why it cannot be told what an environment asks for. Whatever it is, the gate stays closed.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// The project cannot be read.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// git gives no answer.
    #[error("the gate cannot be read: {0}")]
    Git(#[from] GitError),
    /// The forge gives no answer.
    #[error("the gate cannot be read from {at}: {error}")]
    Forge {
        /// The branch or commit.
        at: String,
        /// Why not.
        error: Box<ForgeError>,
    },
    /// Neither git nor a forge has what is needed.
    #[error("the gate is read from {at}, which this clone does not have")]
    NotHere {
        /// The branch or commit.
        at: String,
    },
    /// The settings lie outside of the repository.
    #[error("the gate is read from the repository, and {0} lies outside of it")]
    Outside(String),
    /// A file as it lies cannot be read.
    #[error("{path} cannot be read: {why}")]
    Unreadable {
        /// The file.
        path: String,
        /// Why.
        why: String,
    },
    /// The `clodo.yml` there is wrong.
    #[error("line {line} of {problems}, at {at}")]
    Settings {
        /// The branch or commit.
        at: String,
        /// The line of the first problem, from 1.
        line: u32,
        /// What is wrong.
        problems: Problems,
    },
    /// A calendar is not there.
    #[error("the calendar {path} is not there, at {at}")]
    NoCalendar {
        /// The branch or commit.
        at: String,
        /// The file.
        path: String,
    },
    /// A calendar cannot be read.
    #[error("{path}, at {at}: {error}")]
    Calendar {
        /// The branch or commit.
        at: String,
        /// The file.
        path: String,
        /// What is wrong with it.
        error: CalendarError,
    },
}

impl PolicyError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Project(error) => error.hint().into_owned(),
            Self::Git(error) => error.hint().to_owned(),
            Self::Forge { error, .. } => error.hint(),
            Self::NotHere { .. } => {
                "fetch the whole history (fetch-depth: 0, GIT_DEPTH: 0), or give \
                                     clodo the forge's token with the permission to read contents"
                    .to_owned()
            }
            Self::Outside(_) => "keep clodo.yml in the repository that is deployed".to_owned(),
            Self::Unreadable { .. } => "make the file readable".to_owned(),
            Self::Settings { .. } => {
                "correct it there; `clodo schema` prints what the file may hold".to_owned()
            }
            Self::NoCalendar { .. } => "commit the file, or take it out of clodo.yml".to_owned(),
            Self::Calendar { .. } => "correct the file there; see docs/freezes.md".to_owned(),
        }
    }

    /// How a command ends with it.
    pub fn exit(&self) -> Exit {
        Exit::Denied
    }
}

/// A forge that gives no answer about a branch or commit.
pub(super) fn silent(at: &str) -> impl FnOnce(ForgeError) -> PolicyError {
    let at = at.to_owned();
    move |error| PolicyError::Forge { at, error: Box::new(error) }
}
