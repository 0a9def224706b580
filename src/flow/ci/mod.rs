//! `clodo ci`: find out where this runs, check what concerns it, deliver what is due, tell those who
//! wait for it at every turn, and decide. And `clodo report`, the telling alone, of a check that
//! another run made.
//!
//! ```text
//! run           the whole, in order                               mod.rs
//!   foresee       what it would change, and who is asked            change.rs
//!   about         what a run for a comment is about                 comment.rs
//!   previews      what a pull request gets                          preview.rs
//!   deliver       the environments that are due, one by one         deliver.rs
//!   story         what other runs delivered, and where it is told   story.rs
//!   tell          the forge                                         tell.rs
//! ```

mod change;
mod comment;
mod deliver;
mod preview;
mod story;
mod tell;

use std::borrow::Cow;

use jiff::Timestamp;

pub use deliver::{Came, Delivered, NO_TOKEN, NO_TOKEN_FIX};
pub use tell::tell;

use self::change::{Change, Foreseen};
use self::deliver::Run;
use super::check::{Checked, check};
use super::deploy;
use super::environments::resolve;
use super::plan::Progress;
use super::project::{ProjectError, Request, settings};
use super::protection::Forge;
use super::publish::{self, Published};
use super::sight::Live;
use crate::core::config::clodo_yml::FailLevel;
use crate::core::delivery::{self, Choices, Deploying, Due, Nothing};
use crate::core::model::context::{CiContext, EventKind};
use crate::core::model::{Actor, Delivery, Report};
use crate::core::report::outcome::{Decision, Outcome, ReasonCode};
use crate::core::report::plan;
use crate::exit::Exit;
use crate::flow::destination::destination;
use crate::world::forge::{Credential, Kind};
use crate::world::http::Http;

/// How to tell a forge.
#[derive(Clone, Debug)]
pub struct Telling {
    /// Which of several reports on one pull request this is.
    pub key: String,
    /// How: comment, status.
    pub options: publish::Options,
    /// When this run started.
    pub started_at: Timestamp,
    /// The pull request on which it is told, where the run is for none of its own: the one that
    /// became what is deployed.
    pub pull_request: Option<u64>,
}

/// What came of a run.
#[derive(Debug)]
pub struct Ran {
    /// The check.
    pub checked: Checked,
    /// What was deployed, and what was not.
    pub delivered: Vec<Delivered>,
    /// Why nothing was due.
    pub nothing: Option<Nothing>,
    /// Where it was told.
    pub published: Published,
    /// What to do next.
    pub outcome: Outcome,
    /// How the command ends.
    pub exit: Exit,
    /// What is worth a word on the way.
    pub notes: Vec<String>,
}

/// What a run is to do.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wishes {
    /// In a pull request, report only what it concerns.
    pub changed: bool,
    /// From which severity on to fail.
    pub fail_level: Option<FailLevel>,
    /// In a pull request, say what a deployment would change.
    pub plans: bool,
    /// In a pull request, upload what changes, so that it can be visited.
    pub previews: bool,
    /// Whether to deploy.
    pub deploying: Deploying,
}

/// What a run uses, and whom it tells.
pub struct Means<'a> {
    /// How to look at all of the account; `None` without a token.
    pub live: Option<Live>,
    /// Hears how far builds are.
    pub progress: &'a dyn Fn(Progress<'_>),
    /// Who runs this.
    pub actor: Actor,
    /// The variables of our environment.
    pub variable: &'a (dyn Fn(&str) -> Option<String> + Sync),
    /// What is wanted of every deployment.
    pub deployment: deploy::Wishes,
    /// What deployments use.
    pub tools: deploy::Tools<'a>,
    /// Hears what was found before anything is deployed.
    pub checked: &'a dyn Fn(&Checked),
    /// Hears what became of an environment.
    pub delivered: &'a dyn Fn(&Delivered),
    /// How to reach the forge.
    pub http: &'a Http,
    /// The credential for a forge.
    pub credential: &'a dyn Fn(Kind) -> Option<Credential>,
}

/// Checks, delivers, tells and decides.
///
/// # Errors
/// Where there is nothing that could be checked. What cannot be told is no error, and what cannot be
/// deployed is an outcome.
pub fn run(
    request: Request,
    wishes: &Wishes,
    context: &CiContext,
    telling: &Telling,
    means: &Means<'_>,
) -> Result<Ran, ProjectError> {
    let mut notes = Vec::new();
    let asked = request.environments.clone();
    // What was asked for is named as in clodo.yml, and configurations may name it otherwise.
    let request = if asked.is_empty() { request } else { resolve(&request)?.request };
    let forge = forge(context, telling, means);
    let checking = Request { forge, ..request.clone() };
    let mut checked = checked(checking, wishes, context, &mut notes)?;
    notes.append(&mut checked.untold);
    let fails = wishes.fail_level.unwrap_or(checked.fail_level).fails(&checked.report);

    let settings = settings(&request)?;
    let configured = configured(&checked.report);
    let choices = Choices {
        declared: &settings.environments,
        configured: &configured,
        asked: &asked,
        deploying: wishes.deploying,
    };
    let change = Change {
        request: &request,
        context,
        means,
        declared: choices.declared,
        configured: &configured,
        asked: &asked,
    };
    let Foreseen { plans, gates } = change.foresee(wishes, !fails, &mut notes);
    checked.report.plans = plans.iter().map(plan::report).collect();
    checked.report.gates = gates;
    if wishes.previews && !fails {
        let made = preview::previews(&request, &choices, &plans, context, means);
        checked.report.previews = made.unwrap_or_else(|why| {
            notes.extend(why);
            Vec::new()
        });
    }
    (means.checked)(&checked);
    let (context, due) = match comment::about(context, means) {
        Ok(context) => {
            let due = delivery::due(&choices, &context);
            (context, due)
        }
        Err(nothing) => (Cow::Borrowed(context), Due::Nothing(nothing)),
    };
    let mut telling = telling.clone();
    let (delivered, nothing) = match due {
        Due::Nothing(nothing) => (Vec::new(), Some(nothing)),
        Due::Environments(_) if fails => (Vec::new(), None),
        Due::Environments(names) => {
            telling.pull_request = story::pull_request(&context, &telling, means, &mut notes);
            let run = Run { request: &request, context: &context, telling: &telling, means };
            (run.deliver(&names, &mut checked.report), None)
        }
    };
    let exit = exit(fails, &delivered, nothing.as_ref(), wishes.deploying);
    let passes = matches!(exit, Exit::Ok | Exit::Waiting);
    // A comment that lets nothing go on is about no commit of which anything could be told.
    let published = match context.is_for(&EventKind::IssueComment) && nothing.is_some() {
        true => Published::default(),
        false => tell(&checked.report, passes, &context, &telling, means.http, means.credential),
    };
    let outcome = Outcome {
        decision: decision(exit),
        reason: reason(exit, &checked.report),
        sha: context.head_sha.as_ref().map(|sha| sha.value.to_string()),
        comment_url: published.comment_url().map(str::to_owned),
        missed: published.missed.iter().map(ToString::to_string).collect(),
    };
    Ok(Ran { checked, delivered, nothing, published, outcome, exit, notes })
}

/// How to ask the forge how it protects environments, where it is known and there is a token.
fn forge(context: &CiContext, telling: &Telling, means: &Means<'_>) -> Option<Forge> {
    let of = destination(context, &telling.key, telling.started_at).ok()?;
    let credential = (means.credential)(of.forge)?;
    Some(Forge::Asked { of: Box::new(of), credential })
}

/// Checks what concerns the run.
fn checked(
    mut request: Request,
    wishes: &Wishes,
    context: &CiContext,
    notes: &mut Vec<String>,
) -> Result<Checked, ProjectError> {
    request.changed_since = base(context).filter(|_| wishes.changed);
    match check(&request) {
        // No git, no repository, no history: more is checked than was asked for, never less.
        Err(ProjectError::Git(error)) => {
            notes.push(format!("every service is checked: {error}; fix: {}", error.hint()));
            check(&Request { changed_since: None, ..request })
        }
        result => result,
    }
}

/// What a pull request is compared with: the commit if it is known, else the branch.
fn base(context: &CiContext) -> Option<String> {
    context.pull_request.as_ref()?;
    let commit = context.base_sha.as_ref().map(|sha| sha.value.to_string());
    commit.or_else(|| Some(format!("origin/{}", context.base_branch.as_ref()?.value)))
}

/// The environments of the configurations, each once; `""` is the top level.
fn configured(report: &Report) -> Vec<String> {
    let all = report.services.iter().flat_map(|service| &service.environments);
    let mut names: Vec<String> = all.map(|one| one.name.clone().unwrap_or_default()).collect();
    names.sort();
    names.dedup();
    names
}

/// How the command ends: with what stands in the way first.
fn exit(
    fails: bool,
    delivered: &[Delivered],
    nothing: Option<&Nothing>,
    deploying: Deploying,
) -> Exit {
    let refused = deploying == Deploying::On && nothing.is_some_and(Nothing::is_refusal);
    match (fails, refused) {
        (true, _) => Exit::Findings,
        (false, true) => Exit::Denied,
        (false, false) => {
            let mut exits = delivered.iter().map(Delivered::exit);
            exits.find(|exit| *exit != Exit::Ok).unwrap_or(Exit::Ok)
        }
    }
}

fn decision(exit: Exit) -> Decision {
    match exit {
        Exit::Ok => Decision::Continue,
        Exit::Waiting => Decision::Waiting,
        Exit::Failed | Exit::NeedsPerson | Exit::Network => Decision::Failed,
        _ => Decision::Blocked,
    }
}

fn reason(exit: Exit, report: &Report) -> ReasonCode {
    match exit {
        Exit::Findings => ReasonCode::Findings,
        Exit::Denied => ReasonCode::Denied,
        Exit::Waiting => ReasonCode::Waiting,
        Exit::Failed => ReasonCode::Failed,
        Exit::NeedsPerson => ReasonCode::NeedsPerson,
        Exit::Network => ReasonCode::Unreachable,
        Exit::Ok if report.deliveries.iter().any(|one| one.state == Delivery::Deployed) => {
            ReasonCode::Deployed
        }
        Exit::Ok if report.services.is_empty() && report.coverage.unaffected > 0 => {
            ReasonCode::Unaffected
        }
        Exit::Ok => ReasonCode::Ready,
        _ => ReasonCode::Misconfigured,
    }
}
