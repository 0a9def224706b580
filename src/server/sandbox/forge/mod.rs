//! The forges beside the account: the parts of GitHub's and GitLab's API that clodo uses.
//!
//! GitHub is below `/github`, as `https://api.github.com` is; GitLab below `/gitlab/api/v4`. Each
//! has its routes by subject, its tokens with what they may, and its words for what it refuses. A
//! request is [`Asked`] for at a [`Gate`], which says who asks and whether they may; the handler
//! gives an [`Answer`](answer::Answer) or a [`Refusal`](answer::Refusal).
//!
//! What the published descriptions of both do not ask for and no client of theirs needs is left
//! out; links lead to the sandbox.

mod answer;
mod asked;
mod github;
mod gitlab;
mod meter;
mod route;
pub mod seed;

use axum::Router;

use super::Shared;
use answer::{Answer, Refusal, Reply};
use asked::Asked;
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

/// Whether a path is one of theirs.
pub(super) fn answers(path: &str) -> bool {
    [GITHUB, GITLAB].iter().any(|prefix| {
        path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}
