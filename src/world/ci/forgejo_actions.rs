//! Forgejo Actions and Gitea Actions.
//!
//! Their runner speaks GitHub's words: every `FORGEJO_*` variable is there as `GITHUB_*` too, and
//! before version 7 of the runner only so. `GITEA_ACTIONS` is the one word of its own that both
//! have had all along. See <https://forgejo.org/docs/latest/user/actions/reference/#env> and
//! <https://docs.gitea.com/usage/actions/actions-variables>.

use super::{Detector, Marker, Surroundings, actions};
use crate::core::model::context::{CiContext, CiSystem, EventKind, ForgeKind, Known};

pub(super) const DETECTOR: Detector = Detector {
    system: CiSystem::ForgejoActions,
    marker: Marker::Any(&["FORGEJO_ACTIONS", "GITEA_ACTIONS"]),
    read,
};

fn read(s: &Surroundings<'_>) -> CiContext {
    let mut cx = actions::read(s);
    cx.forge = cx.server_url.as_ref().map(|server| server.so(|_| ForgeKind::Gitea));
    cx.run_url = run_url(s, &cx);
    // Secrets are withheld from forks: <https://forgejo.org/docs/latest/user/actions/reference/#secrets>.
    let is_pull_request = cx.is_for(&EventKind::PullRequest);
    cx.restricted = cx.fork.clone().filter(|_| is_pull_request);
    cx
}

/// The page of the run, which is named by its number in the repository, and not by its id.
fn run_url(s: &Surroundings<'_>, cx: &CiContext) -> Option<Known<String>> {
    let number = s.text("GITHUB_RUN_NUMBER")?;
    Some(actions::page(cx)?.with(number, |page, number| format!("{page}/actions/runs/{number}")))
}
