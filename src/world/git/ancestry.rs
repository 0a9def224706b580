//! How two commits lie to each other.

use std::path::Path;

use jiff::Timestamp;

use super::{GitError, OF_ANYBODY, git_with};
use crate::core::downgrade::Ancestry;
use crate::core::model::context::Sha;

/// How a commit lies to the one that is live, in the history of the repository at hand.
///
/// A shallow clone knows that one commit holds another where it has the way between them, and else
/// nothing.
pub fn ancestry(folder: &Path, live: &Sha, wanted: &Sha) -> Result<Ancestry, GitError> {
    if live == wanted {
        return Ok(Ancestry::Same);
    }
    let range = format!("{live}...{wanted}");
    let counted = match git(folder, "rev-list", &["--left-right", "--count", &range, "--"]) {
        Ok(counted) => counted,
        // It does not have one of them.
        Err(GitError::Refused { .. }) => return Ok(Ancestry::Unknown),
        Err(error) => return Err(error),
    };
    let mut counts = counted.split_whitespace();
    let (only_live, only_wanted) = (counts.next(), counts.next());
    Ok(match (only_live == Some("0"), only_wanted == Some("0")) {
        (true, true) => Ancestry::Same,
        (true, false) => Ancestry::Ahead,
        (false, true) => Ancestry::Behind,
        (false, false) if is_shallow(folder)? => Ancestry::Unknown,
        (false, false) => Ancestry::Diverged,
    })
}

/// When a commit was made; `None` where it is not here.
pub fn committed_at(folder: &Path, commit: &Sha) -> Option<Timestamp> {
    let arguments = ["--max-count=1", "--timestamp", commit.as_str(), "--"];
    let line = git(folder, "rev-list", &arguments).ok()?;
    Timestamp::from_second(line.split_whitespace().next()?.parse().ok()?).ok()
}

fn is_shallow(folder: &Path) -> Result<bool, GitError> {
    Ok(git(folder, "rev-parse", &["--is-shallow-repository"])?.trim() == "true")
}

fn git(folder: &Path, command: &'static str, arguments: &[&str]) -> Result<String, GitError> {
    git_with(&OF_ANYBODY, folder, command, arguments, None)
}
