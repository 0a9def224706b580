//! Why something could not be done with databases.

use std::io;

use crate::core::data::Back;
use crate::exit::Exit;
use crate::flow::plan::PlanError;
use crate::flow::project::ProjectError;
use crate::flow::turn::TurnError;
use crate::world::cloudflare::CloudflareError;
use crate::world::store::{Lost, StoreError};
use crate::world::wrangler::WranglerError;

/// Why something could not be done. But for [`DataError::Changed`], databases are as they were.
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
    /// It cannot be told which environment is meant.
    #[error(transparent)]
    Environment(PlanError),
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
    #[error("the data of {0} are those of end users")]
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
    /// A signal came.
    #[error("it was interrupted")]
    Interrupted,
    /// Cloudflare does not do it.
    #[error(transparent)]
    Cloudflare(#[from] CloudflareError),
    /// Wrangler does not run.
    #[error(transparent)]
    Wrangler(#[from] WranglerError),
    /// Wrangler failed.
    #[error("Wrangler failed: {0}")]
    Failed(String),
    /// Nobody can tell which migrations have run.
    #[error("it is not known which migrations have run: {error}{}", said.as_ref().map(|said| format!("; {said}")).unwrap_or_default())]
    Unknown {
        /// Why.
        error: Box<CloudflareError>,
        /// What went wrong before.
        said: Option<String>,
    },
    /// Something went wrong after the database may have been changed.
    #[error("{error}; {} may not be as it was before", back.database)]
    Changed {
        /// What.
        error: Box<DataError>,
        /// The way back.
        back: Back,
    },
    /// The system gives no queue for events, or no temporary folder.
    #[error("the system does not let it run: {0}")]
    Io(#[from] io::Error),
}

impl DataError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Project(error) => error.hint().into_owned(),
            Self::NoToken => "set CLOUDFLARE_API_TOKEN".to_owned(),
            Self::NotChosen => "-e NAME; -e \"\" is the top level".to_owned(),
            Self::Environment(error) => error.hint(),
            Self::NoSuchDatabase { .. } | Self::Several(_) => {
                "name it: its name, its binding or its id".to_owned()
            }
            Self::IntoProduction(_) => "if they are really to be replaced: --into-production".into(),
            Self::IntoItself(_) => "name two environments with databases of their own".to_owned(),
            Self::Store(error) => error.hint(),
            Self::Turn(error) => error.hint(),
            Self::Lost(_) => {
                "`clodo lock ls` shows who has it now, `clodo audit ls` who took it".to_owned()
            }
            Self::Interrupted => "nothing was changed: run it again".to_owned(),
            Self::Cloudflare(error) => error.hint(),
            Self::Unknown { error, .. } => error.hint(),
            Self::Wrangler(error) => error.hint().to_owned(),
            Self::Failed(_) => "what Wrangler says tells why".to_owned(),
            Self::Changed { back, .. } => {
                let environment = match back.environment.as_str() {
                    "" => "\"\"",
                    name => name,
                };
                format!("see what has run: clodo data status -e {environment}; as it was before: {back}")
            }
            Self::Io(_) => "see whether the folder for temporary files can be written, and has room; TMPDIR names another".to_owned(),
        }
    }

    /// How a command ends with it.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Cloudflare(CloudflareError::Account(_)) => Exit::Usage,
            Self::Project(ProjectError::Cloudflare(_))
            | Self::Cloudflare(_)
            | Self::Unknown { .. }
            | Self::Store(StoreError::Cloudflare(_))
            | Self::Turn(TurnError::Store(StoreError::Cloudflare(_))) => Exit::Network,
            Self::Turn(TurnError::Store(_)) => Exit::Usage,
            Self::Turn(_) => Exit::Waiting,
            Self::Failed(_) => Exit::Findings,
            Self::Interrupted | Self::Lost(_) | Self::Store(StoreError::StaleFence { .. }) => {
                Exit::Failed
            }
            Self::Changed { error, .. } => match error.exit() {
                // Wrangler and Cloudflare say how it ended; of all else only a look tells.
                exit @ (Exit::Findings | Exit::Network) => exit,
                _ => Exit::NeedsPerson,
            },
            _ => Exit::Usage,
        }
    }

    /// Whether Cloudflare was asked to change something, and did not.
    pub(super) fn is_refusal(&self) -> bool {
        matches!(self, Self::Cloudflare(error) if !matches!(error, CloudflareError::Unsettled(_)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What went wrong is one thing, and whether the database is as it was another.
    #[test]
    fn how_it_ends_says_whether_a_person_is_needed() {
        let key = || "acme/production".to_owned();
        let away = || DataError::from(CloudflareError::Account("none".to_owned()));
        let down = || StoreError::from(CloudflareError::Endless { asked: String::new(), most: 1 });
        let changed = |error: DataError| {
            let [database, environment, bookmark] = ["orders", "production", "0-1"].map(Into::into);
            let back = Back { database, environment, bookmark };
            DataError::Changed { error: Box::new(error), back }
        };
        let lost = || DataError::from(Lost::Taken(key()));
        let stale = || DataError::from(StoreError::StaleFence { key: key(), token: 1 });
        for (error, exit) in [
            (lost(), Exit::Failed),
            (stale(), Exit::Failed),
            (DataError::Interrupted, Exit::Failed),
            (changed(lost()), Exit::NeedsPerson),
            (changed(stale()), Exit::NeedsPerson),
            (changed(DataError::Interrupted), Exit::NeedsPerson),
            (changed(DataError::Failed("why".to_owned())), Exit::Findings),
            (changed(down().into()), Exit::Network),
            (DataError::Turn(down().into()), Exit::Network),
            (DataError::Turn(TurnError::Busy(Default::default())), Exit::Waiting),
            (away(), Exit::Usage),
        ] {
            assert_eq!(error.exit(), exit, "{error}");
        }
        let told = changed(lost()).hint();
        assert!(told.contains("clodo data restore orders -e production --to 0-1"), "{told}");
    }
}
