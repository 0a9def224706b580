//! CircleCI.
//!
//! Variables: <https://circleci.com/docs/reference/variables/>. They say little of pull requests:
//! the orb passes what only pipeline values know as `CLODO_*`.

use super::complete::locate;
use super::{Detector, Marker, Surroundings};
use crate::core::model::context::{CiContext, CiSystem, EventKind, Known, Remote};

pub(super) const DETECTOR: Detector =
    Detector { system: CiSystem::CircleCi, marker: Marker::Any(&["CIRCLECI"]), read };

fn read(s: &Surroundings<'_>) -> CiContext {
    // Only set for pull requests from forks.
    let from_fork = s.number("CIRCLE_PR_NUMBER");
    let tag = s.text("CIRCLE_TAG");
    let mut cx = CiContext {
        event: tag
            .as_ref()
            .map(|tag| tag.so(|_| EventKind::Tag))
            .or_else(|| from_fork.as_ref().map(|number| number.so(|_| EventKind::PullRequest))),
        // The branch of a pull request from a fork is only known as `pull/12`.
        branch: s.text("CIRCLE_BRANCH").filter(|branch| !branch.value.starts_with("pull/")),
        tag,
        head_sha: s.sha("CIRCLE_SHA1"),
        fork: from_fork.as_ref().map(|number| number.so(|_| true)),
        // One of several, chosen at random, and there after the merge too: it says that there is a
        // pull request, and not that this run is about it.
        pull_request: from_fork.or_else(|| {
            s.text("CIRCLE_PULL_REQUEST")?.and_then(|url| Some(Remote::of_pull_request(&url)?.1))
        }),
        actor: s.text("CIRCLE_USERNAME"),
        run_id: s.text("CIRCLE_WORKFLOW_ID"),
        run_url: s.text("CIRCLE_BUILD_URL"),
        job: s.text("CIRCLE_JOB"),
        // As written in the configuration: with a tilde it is no path.
        workspace: s
            .text("CIRCLE_WORKING_DIRECTORY")
            .filter(|folder| !folder.value.starts_with('~')),
        ..CiContext::default()
    };
    locate(&mut cx, s.remote("CIRCLE_REPOSITORY_URL"));
    if cx.repository.is_none() && s.git.origin.is_none() {
        // Right for GitHub and Bitbucket; for other kinds of organizations the work tree is.
        cx.repository = repository(s);
    }
    cx
}

fn repository(s: &Surroundings<'_>) -> Option<Known<String>> {
    let owner = s.text("CIRCLE_PROJECT_USERNAME")?;
    Some(owner.with(s.text("CIRCLE_PROJECT_REPONAME")?, |owner, name| format!("{owner}/{name}")))
}
