//! Buildkite.
//!
//! Variables: <https://buildkite.com/docs/pipelines/configure/environment-variables>.

use super::complete::locate;
use super::{Detector, Marker, Surroundings};
use crate::core::model::context::{CiContext, CiSystem, EventKind, ForgeKind, Known};

pub(super) const DETECTOR: Detector =
    Detector { system: CiSystem::Buildkite, marker: Marker::Any(&["BUILDKITE"]), read };

fn read(s: &Surroundings<'_>) -> CiContext {
    let tag = s.text("BUILDKITE_TAG");
    let pull_request = s.number("BUILDKITE_PULL_REQUEST");
    let remote = s.remote("BUILDKITE_REPO");
    let queue = s.text("BUILDKITE_MERGE_QUEUE_BASE_BRANCH");
    let mut cx = CiContext {
        event: event(s, tag.as_ref(), pull_request.as_ref(), queue.as_ref()),
        forge: s.text("BUILDKITE_PIPELINE_PROVIDER").and_then(|name| name.and_then(|n| forge(&n))),
        branch: s.text("BUILDKITE_BRANCH").filter(|_| tag.is_none()).map(without_owner),
        tag,
        base_branch: s.text("BUILDKITE_PULL_REQUEST_BASE_BRANCH").or(queue),
        default_branch: s.text("BUILDKITE_PIPELINE_DEFAULT_BRANCH"),
        // `HEAD` where a person asked for the newest commit: then it is what was checked out.
        head_sha: s
            .sha("BUILDKITE_COMMIT")
            .or_else(|| s.git_head().filter(|_| pull_request.is_none())),
        base_sha: s.sha("BUILDKITE_MERGE_QUEUE_BASE_COMMIT"),
        fork: s
            .remote("BUILDKITE_PULL_REQUEST_REPO")
            .zip(remote.clone())
            .map(|(from, to)| from.with(to, |from, to| from.repository != to.repository)),
        pull_request,
        // A name, and of a webhook's build that of a commit's author, which nobody verified.
        actor: s.text("BUILDKITE_BUILD_CREATOR"),
        triggering_actor: s.text("BUILDKITE_UNBLOCKER"),
        run_id: s.text("BUILDKITE_BUILD_ID"),
        run_attempt: s
            .number("BUILDKITE_RETRY_COUNT")
            .and_then(|n| n.and_then(|n| n.checked_add(1))),
        run_url: s.text("BUILDKITE_BUILD_URL"),
        job: s.first(&["BUILDKITE_STEP_KEY", "BUILDKITE_LABEL"]),
        workspace: s.text("BUILDKITE_BUILD_CHECKOUT_PATH"),
        ..CiContext::default()
    };
    locate(&mut cx, remote);
    cx
}

fn event(
    s: &Surroundings<'_>,
    tag: Option<&Known<String>>,
    pull_request: Option<&Known<u64>>,
    queue: Option<&Known<String>>,
) -> Option<Known<EventKind>> {
    queue
        .map(|queue| queue.so(|_| EventKind::MergeQueue))
        .or_else(|| pull_request.map(|number| number.so(|_| EventKind::PullRequest)))
        .or_else(|| tag.map(|tag| tag.so(|_| EventKind::Tag)))
        .or_else(|| s.event("BUILDKITE_SOURCE", kind))
}

fn kind(source: &str) -> Option<EventKind> {
    Some(match source {
        "webhook" => EventKind::Push,
        "schedule" => EventKind::Schedule,
        "ui" => EventKind::Manual,
        "api" | "trigger_job" => EventKind::Api,
        _ => return None,
    })
}

fn forge(provider: &str) -> Option<ForgeKind> {
    match provider {
        "github" | "github_enterprise" => Some(ForgeKind::Github),
        "gitlab" | "gitlab_ee" => Some(ForgeKind::Gitlab),
        "bitbucket" | "bitbucket_server" => Some(ForgeKind::Bitbucket),
        _ => None,
    }
}

/// Of a pull request from a fork the branch is `owner:branch`. No branch has a colon in its name.
fn without_owner(branch: Known<String>) -> Known<String> {
    branch.map(|name| name.rsplit_once(':').map_or(name.clone(), |(_, branch)| branch.to_owned()))
}
