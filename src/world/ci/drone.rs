//! Drone.
//!
//! Variables: <https://docs.drone.io/pipeline/environment/reference/>.

use super::complete::locate;
use super::{Detector, Marker, Surroundings};
use crate::core::model::context::{CiContext, CiSystem, EventKind};

pub(super) const DETECTOR: Detector =
    Detector { system: CiSystem::Drone, marker: Marker::Any(&["DRONE"]), read };

fn read(s: &Surroundings<'_>) -> CiContext {
    let pull_request = s.number("DRONE_PULL_REQUEST");
    let tag = s.text("DRONE_TAG");
    // Of a pull request `DRONE_BRANCH` is the target; of a push the source is the target too.
    let (branch, base_branch) = match pull_request {
        Some(_) => (s.text("DRONE_SOURCE_BRANCH"), s.text("DRONE_TARGET_BRANCH")),
        None => (s.text("DRONE_BRANCH").filter(|_| tag.is_none()), None),
    };
    let mut cx = CiContext {
        event: s.event("DRONE_BUILD_EVENT", kind),
        repository: s.text("DRONE_REPO"),
        git_ref: s.text("DRONE_COMMIT_REF"),
        branch,
        tag,
        base_branch,
        default_branch: s.text("DRONE_REPO_BRANCH"),
        head_sha: s.sha("DRONE_COMMIT_SHA"),
        base_sha: s.sha("DRONE_COMMIT_BEFORE"),
        pull_request,
        actor: s.text("DRONE_COMMIT_AUTHOR"),
        run_id: s.text("DRONE_BUILD_NUMBER"),
        run_url: s.text("DRONE_BUILD_LINK"),
        job: s.text("DRONE_STEP_NAME"),
        workspace: s.text("DRONE_WORKSPACE"),
        ..CiContext::default()
    };
    locate(&mut cx, s.remote("DRONE_REPO_LINK"));
    cx
}

fn kind(event: &str) -> Option<EventKind> {
    Some(match event {
        "push" => EventKind::Push,
        "pull_request" => EventKind::PullRequest,
        "tag" => EventKind::Tag,
        "cron" => EventKind::Schedule,
        "custom" => EventKind::Manual,
        _ => return None,
    })
}
