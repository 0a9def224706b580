//! What the forges have from the start: the sections `github` and `gitlab` of a seed.

mod git;
mod github;
mod gitlab;

pub use github::GitHubSeed;
pub(super) use github::know_user;
pub use gitlab::GitLabSeed;

use crate::server::sandbox::envelope::ApiError;

/// Something in a seed that cannot be.
fn wrong(what: impl std::fmt::Display) -> ApiError {
    ApiError::new(400, 10013, format!("the seed: {what}"))
}

/// What is true unless it is said otherwise.
fn main_branch() -> String {
    "main".into()
}
