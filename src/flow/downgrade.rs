//! Whether a deployment would put older code over newer.

use std::path::Path;

use crate::core::downgrade::{Ancestry, Live, Verdict, Wanted, compare};
use crate::core::model::context::{CiContext, Sha};
use crate::core::model::deployment::Deployment;
use crate::world::git::{GitError, ancestry, committed_at};

/// Holds the commit that is to be deployed against that of the live deployment. `None` where one of
/// the two is not known: then there is nothing to compare.
///
/// # Errors
/// Where git cannot be run.
pub fn look(
    folder: &Path,
    live: &Deployment,
    context: &CiContext,
) -> Result<Option<Verdict>, GitError> {
    let before = live.cause.commit.as_deref().and_then(Sha::parse);
    let wanted = context.head_sha.as_ref().map(|known| &known.value);
    let Some((before, wanted)) = before.zip(wanted) else { return Ok(None) };
    let ancestry = match ancestry(folder, &before, wanted) {
        // Not a repository, as in a container that was given the files only.
        Err(GitError::Refused { .. }) => Ancestry::Unknown,
        ancestry => ancestry?,
    };
    let live = Live { run_url: live.cause.run_url.as_deref(), started_at: live.started_at };
    let run_url = context.run_url.as_ref().map(|known| known.value.as_str());
    let wanted = Wanted { run_url, committed_at: committed_at(folder, wanted) };
    Ok(Some(compare(ancestry, live, wanted)))
}
