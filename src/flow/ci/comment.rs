//! What a run for a comment is about. Somebody has written `/clodo approve …` on a pull request: what
//! may go on is what waits on the default branch. The code of the pull request is not run here, beside
//! tokens that can deploy; after its merge it is that of the default branch.

use std::borrow::Cow;

use super::Means;
use crate::core::delivery::Nothing;
use crate::core::model::context::{CiContext, EventKind};
use crate::flow::destination::destination;
use crate::world::forge::{self, Evidence};
use crate::world::http::block_on;

/// The variable that holds the head of the default branch in a run for a comment, in GitHub's actions
/// and in those that follow it
/// (<https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#issue_comment>).
const HEAD_OF_DEFAULT: &str = "GITHUB_SHA";

/// The run as one for the default branch, where it is for a comment on a pull request that has been
/// merged; any other run as it is.
///
/// # Errors
/// Where it deploys nothing.
pub(super) fn about<'a>(
    context: &'a CiContext,
    means: &Means<'_>,
) -> Result<Cow<'a, CiContext>, Nothing> {
    if !context.is_for(&EventKind::IssueComment) {
        return Ok(Cow::Borrowed(context));
    }
    let number = context.pull_request.as_ref().ok_or(Nothing::OnIssue)?.value;
    let branch = context.default_branch.clone().ok_or(Nothing::UnknownDefault)?;
    let head = context.checkout_sha.clone().ok_or(Nothing::UnknownRef)?;
    let expected = (means.variable)(HEAD_OF_DEFAULT).unwrap_or_default();
    if head.value.as_str() != expected {
        return Err(Nothing::Elsewhere { holds: head.value.to_string(), expected });
    }
    let about = CiContext {
        branch: Some(branch),
        head_sha: Some(head),
        // The pull request of what is deployed may be another one.
        pull_request: None,
        // Who wrote the comment has not made the change.
        actor: None,
        triggering_actor: None,
        ..context.clone()
    };
    match is_merged(&about, number, means) {
        Ok(true) => Ok(Cow::Owned(about)),
        Ok(false) => Err(Nothing::Open(number)),
        Err(why) => Err(Nothing::Unanswered { number, why }),
    }
}

/// Whether a pull request has become a commit, as the forge says.
fn is_merged(context: &CiContext, number: u64, means: &Means<'_>) -> Result<bool, String> {
    let to = destination(context, "", jiff::Timestamp::now()).map_err(|missed| missed.why)?;
    let credential = (means.credential)(to.forge)
        .ok_or_else(|| format!("there is no token for {}", to.forge))?;
    let forge = forge::open(means.http, &to, &credential);
    let evidence: &dyn Evidence =
        forge.evidence().ok_or_else(|| format!("{} is not asked", to.forge))?;
    let change = block_on(evidence.change(number)).map_err(|error| error.to_string())?;
    change.map(|change| change.merged_as.is_some()).map_err(|error| error.to_string())
}
