//! The forges beside the account: the parts of GitHub's and GitLab's API that clodo uses.
//!
//! GitHub is below `/github`, as `https://api.github.com` is; GitLab below `/gitlab/api/v4`. Each
//! has its routes by subject, its tokens with what they may, and its words for what it refuses. A
//! request is [`Asked`] for at a [`Gate`], which says who asks and whether they may; the handler
//! gives an [`Answer`](answer::Answer) or a [`Refusal`].
//!
//! What the published descriptions of both do not ask for and no client of theirs needs is left
//! out; links lead to the sandbox.

mod answer;
mod asked;
mod control;
mod faults;
mod github;
mod gitlab;
mod meter;
mod push;
mod route;
pub mod seed;

use axum::Router;

use super::Shared;
use super::state::State;
use answer::{Refusal, Reply};
use asked::Asked;
pub(super) use control::routes as control;
pub(super) use faults::refusal;
pub(crate) use meter::Meter;
use route::{Gate, Routes};

/// Where GitHub's API begins.
pub(super) const GITHUB: &str = "/github";
/// Where GitLab's API begins.
pub(super) const GITLAB: &str = "/gitlab/api/v4";

/// Both.
pub(super) fn routes() -> Router<Shared> {
    Router::new().nest(GITHUB, github::routes()).nest(GITLAB, gitlab::routes())
}

/// What a client of those that were seeded has to find in its environment.
pub(super) fn environment(state: &State, origin: &str) -> Vec<(&'static str, String)> {
    let mut variables = Vec::new();
    if let Some(token) = state.github.tokens.first() {
        variables.push(("GITHUB_API_URL", format!("{origin}{GITHUB}")));
        variables.push(("GITHUB_SERVER_URL", origin.to_owned()));
        variables.push(("GITHUB_TOKEN", token.value.clone()));
    }
    if let Some(token) = state.gitlab.tokens.iter().find(|token| !token.job) {
        variables.push(("CI_API_V4_URL", format!("{origin}{GITLAB}")));
        variables.push(("CI_SERVER_URL", format!("{origin}/gitlab")));
        variables.push(("GITLAB_TOKEN", token.value.clone()));
    }
    variables
}

/// Whether a path is one of theirs.
pub(super) fn answers(path: &str) -> bool {
    [GITHUB, GITLAB].iter().any(|prefix| {
        path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}
