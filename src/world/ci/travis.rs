//! Travis CI.
//!
//! Variables: <https://docs.travis-ci.com/user/environment-variables/#default-environment-variables>.

use super::surroundings::differ;
use super::{Detector, Marker, Surroundings};
use crate::core::model::context::{CiContext, CiSystem, EventKind};

pub(super) const DETECTOR: Detector =
    Detector { system: CiSystem::Travis, marker: Marker::Any(&["TRAVIS"]), read };

const REPOSITORY: &str = "TRAVIS_REPO_SLUG";

fn read(s: &Surroundings<'_>) -> CiContext {
    let pull_request = s.number("TRAVIS_PULL_REQUEST");
    let tag = s.text("TRAVIS_TAG");
    // Of a pull request `TRAVIS_BRANCH` is the target and `TRAVIS_COMMIT` a merge; of a tag the
    // branch is the tag.
    let (branch, base_branch, head_sha) = match pull_request {
        Some(_) => (
            s.text("TRAVIS_PULL_REQUEST_BRANCH"),
            s.text("TRAVIS_BRANCH"),
            s.sha("TRAVIS_PULL_REQUEST_SHA"),
        ),
        None => (s.text("TRAVIS_BRANCH").filter(|_| tag.is_none()), None, s.sha("TRAVIS_COMMIT")),
    };
    CiContext {
        event: s.event("TRAVIS_EVENT_TYPE", kind),
        repository: s.text(REPOSITORY),
        branch,
        tag,
        base_branch,
        head_sha,
        fork: pull_request
            .as_ref()
            .and_then(|_| differ(s.text("TRAVIS_PULL_REQUEST_SLUG"), s.text(REPOSITORY))),
        pull_request,
        run_id: s.text("TRAVIS_BUILD_ID"),
        run_url: s.text("TRAVIS_BUILD_WEB_URL"),
        job: s.first(&["TRAVIS_JOB_NAME", "TRAVIS_JOB_NUMBER"]),
        workspace: s.text("TRAVIS_BUILD_DIR"),
        ..CiContext::default()
    }
}

fn kind(event: &str) -> Option<EventKind> {
    Some(match event {
        "push" => EventKind::Push,
        "pull_request" => EventKind::PullRequest,
        "cron" => EventKind::Schedule,
        "api" => EventKind::Api,
        _ => return None,
    })
}
