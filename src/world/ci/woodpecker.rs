//! Woodpecker.
//!
//! Variables: <https://woodpecker-ci.org/docs/usage/environment>.

use super::complete::locate;
use super::{Detector, Marker, Surroundings};
use crate::core::model::context::{CiContext, CiSystem, EventKind, ForgeKind};

pub(super) const DETECTOR: Detector =
    Detector { system: CiSystem::Woodpecker, marker: Marker::Is("CI", "woodpecker"), read };

fn read(s: &Surroundings<'_>) -> CiContext {
    let pull_request = s.number("CI_COMMIT_PULL_REQUEST");
    let tag = s.text("CI_COMMIT_TAG");
    // Of a pull request `CI_COMMIT_BRANCH` is the target.
    let (branch, base_branch) = match pull_request {
        Some(_) => (s.text("CI_COMMIT_SOURCE_BRANCH"), s.text("CI_COMMIT_TARGET_BRANCH")),
        None => (s.text("CI_COMMIT_BRANCH").filter(|_| tag.is_none()), None),
    };
    let mut cx = CiContext {
        event: s.event("CI_PIPELINE_EVENT", kind),
        forge: s.text("CI_FORGE_TYPE").and_then(|kind| kind.and_then(|kind| forge(&kind))),
        server_url: s.url("CI_FORGE_URL"),
        repository: s.text("CI_REPO"),
        repository_id: s.text("CI_REPO_REMOTE_ID"),
        git_ref: s.text("CI_COMMIT_REF"),
        branch,
        tag,
        base_branch,
        default_branch: s.text("CI_REPO_DEFAULT_BRANCH"),
        head_sha: s.sha("CI_COMMIT_SHA"),
        pull_request,
        actor: s.first(&["CI_PIPELINE_AUTHOR", "CI_COMMIT_AUTHOR"]),
        run_id: s.text("CI_PIPELINE_NUMBER"),
        run_url: s.text("CI_PIPELINE_URL"),
        job: s.first(&["CI_WORKFLOW_NAME", "CI_STEP_NAME"]),
        workspace: s.text("CI_WORKSPACE"),
        ..CiContext::default()
    };
    locate(&mut cx, s.remote("CI_REPO_URL"));
    cx
}

fn kind(event: &str) -> Option<EventKind> {
    Some(match event {
        "push" => EventKind::Push,
        "pull_request" | "pull_request_closed" => EventKind::PullRequest,
        "tag" => EventKind::Tag,
        "cron" => EventKind::Schedule,
        "manual" => EventKind::Manual,
        "release" => EventKind::Release,
        _ => return None,
    })
}

fn forge(kind: &str) -> Option<ForgeKind> {
    match kind {
        "github" => Some(ForgeKind::Github),
        "gitlab" => Some(ForgeKind::Gitlab),
        "bitbucket" | "bitbucket_dc" => Some(ForgeKind::Bitbucket),
        "forgejo" | "gitea" => Some(ForgeKind::Gitea),
        _ => None,
    }
}
