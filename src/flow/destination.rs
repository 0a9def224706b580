//! Where the repository of a run is: its forge, the commit, the pull request, and the run itself.

use jiff::Timestamp;

use super::publish::Missed;
use crate::core::model::context::{CiContext, CiSystem, EventKind, ForgeKind, Known};
use crate::world::forge::{Destination, Kind, Run};

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
        seek_pull_request: context.is_for(&EventKind::WorkflowRun),
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

/// What keeps a report from being told.
pub(super) fn missed(why: String, fix: &str, minor: bool) -> Missed {
    Missed { what: "status and no comment", why, fix: fix.to_owned(), minor }
}

/// Whether the token of the run can only read.
fn has_rights_of_a_fork(context: &CiContext) -> Option<bool> {
    if context.is_for(&EventKind::PullRequestTarget) || context.is_for(&EventKind::WorkflowRun) {
        return Some(false);
    }
    context.restricted.as_ref().map(|known| known.value)
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
