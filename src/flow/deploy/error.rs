//! Why nothing was deployed, or not all of it.

use std::io;

use crate::core::config::shape::closest;
use crate::core::config::wrangler::flags::FlagError;
use crate::core::deployment::Obstacle;
use crate::core::gate::{Decision, Judged};
use crate::core::model::Report;
use crate::core::report::gate::{headline, next};
use crate::core::rules::ALL;
use crate::exit::Exit;
use crate::flow::gate::GateError;
use crate::flow::plan::PlanError;
use crate::flow::project::ProjectError;
use crate::flow::turn::TurnError;
use crate::world::cloudflare::CloudflareError;
use crate::world::git::GitError;
use crate::world::probe::ProberError;
use crate::world::store::{Lost, StoreError};
use crate::world::wrangler::WranglerError;

/// Why a deployment did not begin, or could not go on. What was deployed and failed is no error of
/// this kind: it is an outcome.
#[derive(Debug, thiserror::Error)]
pub enum DeployError {
    /// The project cannot be looked at.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// There is no plan.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The run is for a stranger's code, and has what only our own may have.
    #[error("a run for `pull_request_target` deploys nothing of another repository")]
    Foreign,
    /// The check found what stands in the way.
    #[error("{}", errors(.0))]
    Findings(Box<Report>),
    /// A rule is to be passed over, and nobody said why.
    #[error("--force-rule needs a reason")]
    NoReason,
    /// What is to be passed over is no rule.
    #[error("there is no rule {0}")]
    NoRule(String),
    /// The plan cannot be carried out.
    #[error(transparent)]
    Obstacle(#[from] Obstacle),
    /// Services of the environment are deployed to several accounts.
    #[error("the services of this environment are deployed to several accounts: {}", .0.join(", "))]
    Accounts(Vec<String>),
    /// A saved plan cannot be used.
    #[error("the plan {path} cannot be used: {why}")]
    SavedPlan {
        /// The file.
        path: String,
        /// Why.
        why: String,
    },
    /// The plan is another than the one that was saved.
    #[error("the plan is not the one that was saved: {} instead of {}", .is, .was)]
    OtherPlan {
        /// The hash of the saved one.
        was: String,
        /// The hash of this one.
        is: String,
        /// What differs, field by field.
        differences: Vec<String>,
    },
    /// Somebody deployed since the plan was made.
    #[error("somebody else deployed {service} meanwhile: {difference}")]
    Stale {
        /// The service.
        service: String,
        /// What serves now instead.
        difference: String,
        /// The deployment of clodo's that brought it, by its marker.
        by: Option<String>,
    },
    /// What would be deployed was taken back, and must not come back by itself.
    #[error("{0}")]
    Held(String),
    /// What is live is newer.
    #[error("what is live is newer than what would be deployed: {0}")]
    Older(String),
    /// It cannot be told which is newer.
    #[error("it cannot be told whether what is live is newer than what would be deployed: {0}")]
    Unclear(String),
    /// The gate cannot be asked.
    #[error(transparent)]
    Gate(#[from] GateError),
    /// The gate is not open.
    #[error("{}", headline(.0))]
    Closed(Box<Judged>),
    /// git does not tell which is newer.
    #[error(transparent)]
    Git(#[from] GitError),
    /// The checks cannot be made.
    #[error(transparent)]
    Prober(#[from] ProberError),
    /// The lock was lost while it ran.
    #[error(transparent)]
    Lost(#[from] Lost),
    /// The lock was taken, and has no number.
    #[error("the lock was taken without a number; this is a bug in clodo")]
    NoFence,
    /// A signal came before anything was done.
    #[error("it was interrupted before anything was deployed")]
    Interrupted,
    /// Somebody was asked, and said no.
    #[error("nothing was deployed")]
    NotAgreed,
    /// The flags for Wrangler cannot be passed on.
    #[error(transparent)]
    Flags(#[from] FlagError),
    /// A rollback was left on the way, and has to come to its end first.
    #[error("the rollback {0} was left unfinished")]
    RollbackLeft(String),
    /// There is nothing to go on with.
    #[error("no deployment of this environment was left unfinished")]
    NothingToResume,
    /// What was left is of another commit.
    #[error("{id} was left of commit {was}, and this is {is}")]
    LeftOfAnother {
        /// The deployment.
        id: String,
        /// Its commit.
        was: String,
        /// The commit of this run.
        is: String,
    },
    /// What was left has services that this run does not deploy.
    #[error("{id} was left with {}, which this run would not bring to an end", .services.join(", "))]
    LeftWith {
        /// The deployment.
        id: String,
        /// The services.
        services: Vec<String>,
    },
    /// The lock was not to be had, or was lost.
    #[error(transparent)]
    Turn(#[from] TurnError),
    /// The record cannot be written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It had begun, and could not go on.
    #[error("{0}; the deployment had begun, and what it did is not all written down")]
    Left(Box<DeployError>),
    /// Cloudflare could not be asked.
    #[error(transparent)]
    Cloudflare(#[from] CloudflareError),
    /// Wrangler does not run.
    #[error(transparent)]
    Wrangler(#[from] WranglerError),
    /// The system gives no queue for events, or no temporary folder.
    #[error("the system does not let it run: {0}")]
    Io(#[from] io::Error),
}

fn errors(report: &Report) -> String {
    match report.findings.len() {
        1 => "1 error stands in the way".to_owned(),
        count => format!("{count} errors stand in the way"),
    }
}

impl DeployError {
    /// This, where the deployment had begun. Who lost the lock says so already.
    pub(super) fn left(self) -> Self {
        match self.exit() {
            Exit::NeedsPerson => self,
            _ => Self::Left(Box::new(self)),
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Project(error) => error.hint().into_owned(),
            Self::Plan(error) => error.hint(),
            Self::Obstacle(error) => error.hint(),
            Self::Turn(error) => error.hint(),
            Self::Store(error) => error.hint(),
            Self::Left(error) => {
                format!("{}; then `clodo deploy --resume` goes on with it", error.hint())
            }
            Self::Cloudflare(error) => error.hint(),
            Self::Wrangler(error) => error.hint().to_owned(),
            Self::Findings(_) => {
                "put them right, or pass one over: --force-rule RULE --reason TEXT".to_owned()
            }
            Self::Foreign => {
                "deploy in a workflow for `push`, and check in one for `pull_request`".to_owned()
            }
            Self::NoReason => "say why: --reason TEXT; it is written down".to_owned(),
            Self::NoRule(rule) => match closest(rule, ALL.iter().map(|rule| rule.id)) {
                Some(meant) => format!("did you mean --force-rule {meant}?"),
                None => "`clodo rules` lists them all".to_owned(),
            },
            Self::Accounts(_) => "deploy one account at a time: clodo deploy PATH…".to_owned(),
            Self::SavedPlan { .. } => "make one with `clodo plan --out plan.json`".to_owned(),
            Self::OtherPlan { .. } => "look at what differs, and plan again".to_owned(),
            Self::Stale { .. } => "see what they deployed, and run it again: clodo plan".to_owned(),
            Self::Held(_) => "clear the hold when it may go live again: clodo rollback -e ENV \
                              --clear-hold --reason TEXT"
                .to_owned(),
            Self::Unclear(_) => "fetch the whole history (fetch-depth: 0), or deploy it all the \
                                 same: --allow-downgrade"
                .to_owned(),
            Self::Gate(error) => error.hint(),
            Self::Closed(judged) => next(judged),
            Self::Git(error) => error.hint().to_owned(),
            Self::Prober(_) => "unset CLODO_EDGE_URL, which is for a sandbox".to_owned(),
            Self::Older(_) => "deploy it all the same: --allow-downgrade".to_owned(),
            Self::Lost(error) => error.hint().to_owned(),
            Self::NoFence => "report it".to_owned(),
            Self::Interrupted => "run it again".to_owned(),
            Self::NotAgreed => "run it again, and say yes".to_owned(),
            Self::Flags(_) => "`clodo deploy --help` shows clodo's own flags".to_owned(),
            Self::RollbackLeft(_) => {
                "let it come to its end first: clodo rollback -e ENV".to_owned()
            }
            Self::NothingToResume => "start one: clodo deploy".to_owned(),
            Self::LeftOfAnother { was, .. } => format!(
                "go on with it where {was} is checked out, or run it without --resume: that takes it \
                 back first"
            ),
            Self::LeftWith { .. } => {
                "go on with all of it: clodo deploy --resume, without a PATH; or \
                                      run it without --resume: that takes it back first"
                    .to_owned()
            }
            Self::Io(_) => "see whether the folder for temporary files can be written".to_owned(),
        }
    }

    /// How a command ends with it. Only where a person is needed was anything of what serves touched.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Project(ProjectError::Cloudflare(_)) | Self::Cloudflare(_) => Exit::Network,
            Self::Findings(_) | Self::Obstacle(Obstacle::NotBuilt { .. }) => Exit::Findings,
            Self::Gate(error) => error.exit(),
            Self::Closed(judged) => match judged.verdict.decision {
                Decision::Waiting(_) => Exit::Waiting,
                Decision::Open | Decision::Denied(_) => Exit::Denied,
            },
            Self::Foreign
            | Self::RollbackLeft(_)
            | Self::Held(_)
            | Self::Older(_)
            | Self::Unclear(_) => Exit::Denied,
            Self::Turn(TurnError::Store(error)) | Self::Store(error) if error.is_retryable() => {
                Exit::Network
            }
            Self::Turn(TurnError::Store(_)) => Exit::Usage,
            Self::Turn(_) => Exit::Waiting,
            Self::Stale { .. } | Self::OtherPlan { .. } | Self::Interrupted => Exit::Failed,
            // Something may have been done under the lock, or as the deployment, that is another's
            // now.
            Self::Lost(_)
            | Self::Left(_)
            | Self::Store(StoreError::StaleFence { .. } | StoreError::StateConflict { .. }) => {
                Exit::NeedsPerson
            }
            _ => Exit::Usage,
        }
    }
}
