//! Why the gate cannot even be asked. Whatever it is, it stays closed.

use super::freezes::FreezesError;
use super::policy::PolicyError;
use crate::exit::Exit;
use crate::world::forge::{ForgeError, Kind};
use crate::world::store::StoreError;

/// Why there is no verdict.
#[derive(Debug, thiserror::Error)]
pub enum GateError {
    /// The policy cannot be read.
    #[error("the gate stays closed: {0}")]
    Policy(#[from] PolicyError),
    /// The freezes cannot be read.
    #[error("the gate stays closed: {0}")]
    Freezes(#[from] FreezesError),
    /// Nobody can be asked who approved.
    #[error("the gate stays closed, as nobody tells who approved: {why}")]
    NoForge {
        /// Why.
        why: String,
        /// What would help.
        fix: String,
    },
    /// A forge that clodo does not ask.
    #[error("the gate stays closed: clodo cannot ask {0} who approved")]
    Silent(Kind),
    /// The forge gave no usable answer.
    #[error("the gate stays closed, as it cannot be told {what}: {error}")]
    Evidence {
        /// What was asked.
        what: &'static str,
        /// Why there is no answer.
        error: ForgeError,
    },
    /// What would be deployed comes from another repository.
    #[error("pull request #{0} comes from another repository, and is not deployed from here")]
    Fork(u64),
    /// The pull request has a newer commit.
    #[error("pull request #{number} is at {head} by now")]
    Moved {
        /// Which.
        number: u64,
        /// Its newest commit.
        head: String,
    },
    /// Nobody can tell who claims something.
    #[error("the gate stays closed, as nobody can tell who asks for {0}")]
    Nameless(&'static str),
    /// The record cannot be read or written.
    #[error("the gate stays closed: {0}")]
    Store(#[from] StoreError),
}

impl GateError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Policy(error) => error.hint(),
            Self::Freezes(error) => error.hint(),
            Self::NoForge { fix, .. } => fix.clone(),
            Self::Silent(_) => {
                "approve with GitHub or GitLab, or protect the environment there".to_owned()
            }
            Self::Evidence { error, .. } => error.hint(),
            Self::Fork(_) => "merge it first: its commits are deployed from its base".to_owned(),
            Self::Moved { .. } => "the run of that commit deploys it".to_owned(),
            Self::Nameless(_) => {
                "run it in a pipeline of the forge, or give clodo a token of your own".to_owned()
            }
            Self::Store(error) => error.hint(),
        }
    }

    /// How a command ends with it.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Policy(error) => error.exit(),
            Self::Freezes(error) => error.exit(),
            Self::Evidence { .. } => Exit::Network,
            Self::Store(error) if error.is_retryable() => Exit::Network,
            Self::Moved { .. } | Self::Fork(_) => Exit::Denied,
            Self::NoForge { .. } | Self::Silent(_) | Self::Nameless(_) | Self::Store(_) => {
                Exit::Denied
            }
        }
    }
}
