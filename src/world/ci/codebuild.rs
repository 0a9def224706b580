//! AWS CodeBuild.
//!
//! Variables: <https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html>.

use super::complete::locate;
use super::{Detector, Marker, Surroundings};
use crate::core::model::context::{CiContext, CiSystem, EventKind, Known};

pub(super) const DETECTOR: Detector =
    Detector { system: CiSystem::CodeBuild, marker: Marker::Any(&["CODEBUILD_BUILD_ID"]), read };

const HEAD_REF: &str = "CODEBUILD_WEBHOOK_HEAD_REF";

fn read(s: &Surroundings<'_>) -> CiContext {
    let pull_request = pull_request(s, "CODEBUILD_WEBHOOK_TRIGGER")
        .or_else(|| pull_request(s, "CODEBUILD_SOURCE_VERSION"));
    let tag = s.tag_ref(HEAD_REF);
    let mut cx = CiContext {
        event: s.event("CODEBUILD_WEBHOOK_EVENT", kind),
        branch: s.branch(HEAD_REF),
        tag,
        base_branch: s.branch("CODEBUILD_WEBHOOK_BASE_REF").filter(|_| pull_request.is_some()),
        // Of a pull request, `pr/12`, CodeBuild checks out the head: its documentation speaks of no
        // merge.
        head_sha: s.sha("CODEBUILD_RESOLVED_SOURCE_VERSION"),
        base_sha: s.sha("CODEBUILD_WEBHOOK_PREV_COMMIT"),
        pull_request,
        // An id, and not a name.
        actor: s.text("CODEBUILD_WEBHOOK_ACTOR_ACCOUNT_ID"),
        run_id: s.text("CODEBUILD_BUILD_ID"),
        run_url: s.first(&["CODEBUILD_PUBLIC_BUILD_URL", "CODEBUILD_BUILD_URL"]),
        workspace: s.text("CODEBUILD_SRC_DIR"),
        ..CiContext::default()
    };
    locate(&mut cx, s.remote("CODEBUILD_SOURCE_REPO_URL"));
    cx
}

/// `pr/12`. The trigger says so for the first build of a pull request and `branch/x` for those
/// after it.
fn pull_request(s: &Surroundings<'_>, name: &'static str) -> Option<Known<u64>> {
    s.text(name)?.and_then(|text| text.strip_prefix("pr/")?.parse().ok())
}

/// The words are those of the filters of webhooks:
/// <https://docs.aws.amazon.com/codebuild/latest/userguide/github-webhook.html>.
fn kind(event: &str) -> Option<EventKind> {
    match event {
        "PUSH" => Some(EventKind::Push),
        "RELEASED" | "PRERELEASED" => Some(EventKind::Release),
        _ => event.starts_with("PULL_REQUEST_").then_some(EventKind::PullRequest),
    }
}
