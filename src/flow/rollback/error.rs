//! Why nothing was rolled back.

use std::io;

use crate::core::plan::Obstacle;
use crate::exit::Exit;
use crate::flow::plan::PlanError;
use crate::flow::turn::TurnError;
use crate::world::cloudflare::CloudflareError;
use crate::world::files::ReadError;
use crate::world::probe::ProberError;
use crate::world::store::{Lost, StoreError};

/// Why nothing was rolled back, or it cannot be told any more what was.
#[derive(Debug, thiserror::Error)]
pub enum RollbackError {
    /// There is no project, or no such environment.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The configurations cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The account does not answer.
    #[error(transparent)]
    Cloudflare(#[from] CloudflareError),
    /// The record cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Somebody else has the lock.
    #[error(transparent)]
    Turn(#[from] TurnError),
    /// The lock was lost on the way.
    #[error(transparent)]
    Lost(#[from] Lost),
    /// Checks cannot be made.
    #[error(transparent)]
    Prober(#[from] ProberError),
    /// The system does not give what is needed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// There is no Worker in this environment.
    #[error("no Worker has the environment {0:?}")]
    NoWorkers(String),
    /// A service is not there.
    #[error("there is no service {0} in this environment")]
    NoService(String),
    /// Nothing was ever deployed there.
    #[error("nothing of this environment is live")]
    NothingServes,
    /// Nothing says which services are meant.
    #[error(
        "what serves was not deployed by clodo, so that it is not known which services belong \
             together"
    )]
    WhichServices,
    /// There is no such deployment or version.
    #[error("there is no deployment {0} in the record, and no such version of a service")]
    NoTarget(String),
    /// The deployment is of another place, whose lock is another one.
    #[error(
        "{id} is a deployment of the environment {environment:?} of the account {account}, not of this one"
    )]
    Elsewhere {
        /// The deployment.
        id: String,
        /// Its account.
        account: String,
        /// Its environment.
        environment: String,
    },
    /// A rollback has no good end yet, and is of other services than those that are named.
    #[error("{id} is not done, and is a rollback of {}", .services.join(", "))]
    Left {
        /// The rollback.
        id: String,
        /// Its services.
        services: Vec<String>,
    },
    /// What serves is not recorded, and came after what is.
    #[error(
        "somebody else deployed {service} after {deployment}, so that it is not known what is to be \
         taken back"
    )]
    Overtaken {
        /// The service.
        service: String,
        /// The newest deployment that is recorded of it.
        deployment: String,
    },
    /// There is nothing to go back to.
    #[error("{0} has no version to go back to")]
    NothingBefore(String),
    /// Something stands in the way.
    #[error("{}", blocked(.0))]
    Blocked(Vec<Blocked>),
    /// The person said no.
    #[error("nothing was rolled back")]
    NotAgreed,
}

/// What stands in the way of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocked {
    /// The service.
    pub service: String,
    /// What.
    pub obstacle: Obstacle,
    /// Its names.
    pub names: Vec<String>,
}

fn blocked(blocked: &[Blocked]) -> String {
    let one = |Blocked { service, obstacle, names }: &Blocked| {
        format!("{service} cannot go back: {}: {}", obstacle.why(), names.join(", "))
    };
    blocked.iter().map(one).collect::<Vec<_>>().join("\n")
}

impl RollbackError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Plan(error) => return error.hint(),
            Self::Read(error) => error.hint(),
            Self::Cloudflare(error) => return error.hint(),
            Self::Store(error) => return error.hint(),
            Self::Turn(error) => return error.hint(),
            Self::Lost(error) => error.hint(),
            Self::Prober(_) | Self::Io(_) => "this may be a bug in clodo: report it",
            Self::NoWorkers(_) => "name one of the configurations' `env`; -e \"\" is the top level",
            Self::NoService(_) => "name services as `clodo check` lists them",
            Self::NothingServes => "deploy it first: clodo deploy",
            Self::WhichServices | Self::Overtaken { .. } => {
                "name what goes back: --service NAME, once for each"
            }
            Self::Elsewhere { .. } => "name its environment: -e NAME",
            Self::Left { .. } => {
                "go on with it first, without --service; or say where to go: --to VERSION"
            }
            Self::NoTarget(_) => "`clodo history` lists deployments, `wrangler versions list` versions",
            Self::NothingBefore(_) => "deploy a version that works",
            Self::Blocked(blocked) if blocked.iter().all(|one| one.obstacle.can_be_passed()) => {
                "look whether the version of before works with the secrets of now; --force goes back \
                 all the same"
            }
            Self::Blocked(_) => "choose another with --to, or deploy a version that works",
            Self::NotAgreed => "run it again",
        }
        .to_owned()
    }

    /// How the command ends.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Cloudflare(_) | Self::Store(StoreError::Cloudflare(_)) => Exit::Network,
            Self::Turn(TurnError::Busy(_) | TurnError::Superseded { .. }) => Exit::Waiting,
            Self::Turn(TurnError::Store(StoreError::Cloudflare(_))) => Exit::Network,
            Self::Turn(_) | Self::Lost(_) | Self::Store(StoreError::StaleFence { .. }) => {
                Exit::NeedsPerson
            }
            Self::NothingBefore(_) | Self::Blocked(_) | Self::NotAgreed => Exit::Failed,
            _ => Exit::Usage,
        }
    }
}
