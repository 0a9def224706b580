//! GitHub Actions.
//!
//! Variables: <https://docs.github.com/en/actions/reference/workflows-and-actions/variables>.

use super::{Detector, Marker, Surroundings, actions};
use crate::core::model::context::{CiContext, CiSystem, EventKind, ForgeKind, Known};

pub(super) const DETECTOR: Detector =
    Detector { system: CiSystem::GithubActions, marker: Marker::Any(&["GITHUB_ACTIONS"]), read };

fn read(s: &Surroundings<'_>) -> CiContext {
    let mut cx = actions::read(s);
    cx.forge = cx.server_url.as_ref().map(|server| server.so(|_| ForgeKind::Github));
    cx.run_url = run_url(&cx);
    cx.restricted = restricted(&cx);
    cx
}

/// The page of the run, which is that of its latest attempt unless an attempt is named.
fn run_url(cx: &CiContext) -> Option<Known<String>> {
    let page =
        actions::page(cx)?.with(cx.run_id.clone()?, |page, id| format!("{page}/actions/runs/{id}"));
    Some(match cx.run_attempt.clone() {
        Some(attempt) => page.with(attempt, |page, n| format!("{page}/attempts/{n}")),
        None => page,
    })
}

/// From forks, and for Dependabot, the token only reads and there are no secrets, whoever runs it
/// again. `pull_request_target` is the exception that makes it dangerous. See
/// <https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#pull_request>
/// and <https://docs.github.com/en/code-security/dependabot/troubleshooting-dependabot/troubleshooting-dependabot-on-github-actions>.
fn restricted(cx: &CiContext) -> Option<Known<bool>> {
    let dependabot = cx.actor.as_ref().filter(|actor| actor.value == "dependabot[bot]");
    match &cx.event.as_ref()?.value {
        EventKind::PullRequest if dependabot.is_none() => cx.fork.clone(),
        EventKind::PullRequest | EventKind::Push => dependabot.map(|actor| actor.so(|_| true)),
        EventKind::Other(name)
            if matches!(&**name, "create" | "deployment" | "deployment_status") =>
        {
            dependabot.map(|actor| actor.so(|_| true))
        }
        _ => None,
    }
}
