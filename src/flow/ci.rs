//! `clodo ci`: find out where this runs, check what concerns it, tell those who wait for it, and
//! decide. And `clodo report`, the second half alone, of a check that another run made.

use jiff::Timestamp;

use super::check::{Checked, check};
use super::plan::{Building, plans};
use super::project::{ProjectError, Request};
use super::publish::{self, Missed, Published, publish};
use super::sight::Live;
use crate::core::config::clodo_yml::FailLevel;
use crate::core::model::context::{CiContext, CiSystem, EventKind, ForgeKind, Known};
use crate::core::model::{PlanReport, Report};
use crate::core::report::outcome::{Decision, Outcome, ReasonCode};
use crate::core::report::plan;
use crate::world::forge::{Credential, Destination, Kind, Run};
use crate::world::http::{Http, block_on};

/// How to tell a forge.
#[derive(Clone, Debug)]
pub struct Telling {
    /// Which of several reports on one pull request this is.
    pub key: String,
    /// How: comment, status.
    pub options: publish::Options,
    /// When this run started.
    pub started_at: Timestamp,
}

/// What came of a run.
#[derive(Debug)]
pub struct Ran {
    /// The check.
    pub checked: Checked,
    /// Where it was told.
    pub published: Published,
    /// What to do next.
    pub outcome: Outcome,
    /// What is worth a word on the way.
    pub notes: Vec<String>,
}

/// What a run is to do.
#[derive(Default)]
pub struct Wishes<'a> {
    /// In a pull request, report only what it concerns.
    pub changed: bool,
    /// From which severity on to fail.
    pub fail_level: Option<FailLevel>,
    /// How to make plans for a pull request; `None`: not at all.
    pub planning: Option<Planning<'a>>,
}

/// How to make plans.
pub struct Planning<'a> {
    /// How to look at all of the account.
    pub live: Option<Live>,
    /// How to build.
    pub building: Building<'a>,
}

/// Checks, tells and decides.
///
/// # Errors
/// Where there is nothing that could be checked. What cannot be told is no error.
pub fn run(
    mut request: Request,
    wishes: &Wishes<'_>,
    context: &CiContext,
    telling: &Telling,
    http: &Http,
    credential: &dyn Fn(Kind) -> Option<Credential>,
) -> Result<Ran, ProjectError> {
    let mut notes = Vec::new();
    let plans = wishes.planning.as_ref().and_then(|planning| {
        let plans = plans_for(&request, planning, context)?;
        plans.map_err(|why| notes.push(why)).ok()
    });
    request.changed_since = base(context).filter(|_| wishes.changed);
    let mut checked = match check(&request) {
        // No git, no repository, no history: more is checked than was asked for, never less.
        Err(ProjectError::Git(error)) => {
            notes.push(format!("every service is checked: {error}; fix: {}", error.hint()));
            check(&Request { changed_since: None, ..request })?
        }
        result => result?,
    };
    checked.report.plans = plans.unwrap_or_default();
    let fails = wishes.fail_level.unwrap_or(checked.fail_level).fails(&checked.report);
    let published = tell(&checked.report, !fails, context, telling, http, credential);
    let unaffected = checked.report.services.is_empty() && checked.report.coverage.unaffected > 0;
    let outcome = Outcome {
        decision: if fails { Decision::Blocked } else { Decision::Continue },
        reason: match (fails, unaffected) {
            (true, _) => ReasonCode::Findings,
            (false, true) => ReasonCode::Unaffected,
            (false, false) => ReasonCode::Ready,
        },
        sha: context.head_sha.as_ref().map(|sha| sha.value.to_string()),
        comment_url: published.comment_url().map(str::to_owned),
        missed: published.missed.iter().map(ToString::to_string).collect(),
    };
    Ok(Ran { checked, published, outcome, notes })
}

/// The plans for a pull request, or why there are none. `None` where nobody expects one: beside pull
/// requests, and without an account.
fn plans_for(
    request: &Request,
    planning: &Planning<'_>,
    context: &CiContext,
) -> Option<Result<Vec<PlanReport>, String>> {
    context.pull_request.as_ref()?;
    if planning.live.is_none() && request.account.is_none() {
        return None;
    }
    // Here a stranger's code would run beside a token that can do more than read.
    let foreign =
        is(context, &EventKind::PullRequestTarget) || is(context, &EventKind::WorkflowRun);
    let building = (!foreign).then_some(&planning.building);
    let request = Request { live: planning.live.clone(), ..request.clone() };
    let plans = plans(&request, building)
        .map_err(|error| format!("the comment shows no plan: {error}; fix: {}", error.hint()));
    Some(plans.map(|plans| plans.iter().map(plan::report).collect()))
}

/// What a pull request is compared with: the commit if it is known, else the branch.
fn base(context: &CiContext) -> Option<String> {
    context.pull_request.as_ref()?;
    let commit = context.base_sha.as_ref().map(|sha| sha.value.to_string());
    commit.or_else(|| Some(format!("origin/{}", context.base_branch.as_ref()?.value)))
}

/// Tells the forge of a run what a report says.
pub fn tell(
    report: &Report,
    passes: bool,
    context: &CiContext,
    telling: &Telling,
    http: &Http,
    credential: &dyn Fn(Kind) -> Option<Credential>,
) -> Published {
    let to = match destination(context, &telling.key, telling.started_at) {
        Ok(to) => to,
        Err(missed) => return Published { missed: vec![missed], ..Published::default() },
    };
    let credential = credential(to.forge);
    let options = publish::Options { passes, ..telling.options };
    let report = report.in_repository();
    let telling = publish(http, &report, &to, credential.as_ref(), &options);
    block_on(telling).unwrap_or_else(|error| {
        let why = format!("the system gives no queue for events ({error})");
        Published { missed: vec![missed(why, "try again", false)], ..Published::default() }
    })
}

/// Where a report goes; what is not known of it, and how to say it, where it goes nowhere.
pub(super) fn destination(
    context: &CiContext,
    key: &str,
    started_at: Timestamp,
) -> Result<Destination, Missed> {
    let to = address(context, key, started_at)?;
    if context.ci.is_none() {
        // What is tried at a desk is nobody else's business.
        return Err(missed("this is not a pipeline".to_owned(), "nothing", true));
    }
    Ok(to)
}

/// Where the repository of a run is, also where that is no pipeline.
pub(super) fn address(
    context: &CiContext,
    key: &str,
    started_at: Timestamp,
) -> Result<Destination, Missed> {
    fn unknown(what: &str, variable: &str, minor: bool) -> Missed {
        missed(
            format!("{what} is not known"),
            &format!("set {variable}; clodo env --explain"),
            minor,
        )
    }
    let is_ci = context.ci.is_some();
    let forge = context.forge.as_ref().and_then(|known| kind(known.value));
    let forge = forge.ok_or_else(|| unknown("the forge", "CLODO_FORGE", !is_ci))?;
    let text = |known: &Option<Known<String>>| known.as_ref().map(|known| known.value.clone());
    let repository = text(&context.repository);
    let repository = repository.ok_or_else(|| unknown("the repository", "CLODO_REPO", !is_ci))?;
    let head = context.head_sha.as_ref().map(|sha| sha.value.to_string());
    let head_sha = head.ok_or_else(|| unknown("the commit", "CLODO_SHA", !is_ci))?;
    let api_url = text(&context.api_url).or_else(|| forge.public_api().map(str::to_owned));
    let api_url = api_url.ok_or_else(|| unknown("the forge's API", "CLODO_API_URL", !is_ci))?;
    let run_id = text(&context.run_id);
    // Another CI system's run is no pipeline of GitLab's.
    let is_pipeline = context.ci.as_ref().is_some_and(|ci| ci.value == CiSystem::GitlabCi);
    Ok(Destination {
        forge,
        api_url,
        web_url: text(&context.server_url).unwrap_or_default(),
        repository,
        head_sha,
        pull_request: context.pull_request.as_ref().map(|number| number.value),
        seek_pull_request: is(context, &EventKind::WorkflowRun),
        fork: has_rights_of_a_fork(context),
        gitlab_pipeline: run_id.as_deref().filter(|_| is_pipeline).and_then(|id| id.parse().ok()),
        run: Run {
            id: run_id.unwrap_or_default(),
            attempt: context
                .run_attempt
                .as_ref()
                .map_or(1, |n| u32::try_from(n.value).unwrap_or(1)),
            url: text(&context.run_url),
            started_at,
        },
        key: key.to_owned(),
    })
}

fn missed(why: String, fix: &str, minor: bool) -> Missed {
    Missed { what: "status and no comment", why, fix: fix.to_owned(), minor }
}

/// Whether the token of the run can only read.
fn has_rights_of_a_fork(context: &CiContext) -> Option<bool> {
    if is(context, &EventKind::PullRequestTarget) || is(context, &EventKind::WorkflowRun) {
        return Some(false);
    }
    context.restricted.as_ref().map(|known| known.value)
}

fn is(context: &CiContext, event: &EventKind) -> bool {
    context.event.as_ref().is_some_and(|known| known.value == *event)
}

fn kind(forge: ForgeKind) -> Option<Kind> {
    Some(match forge {
        ForgeKind::Github => Kind::GitHub,
        ForgeKind::Gitlab => Kind::GitLab,
        ForgeKind::Bitbucket => Kind::Bitbucket,
        ForgeKind::AzureDevops => Kind::AzureDevOps,
        ForgeKind::Gitea => Kind::Gitea,
        ForgeKind::None => return None,
    })
}
