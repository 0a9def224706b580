//! The commits between two.

use std::path::Path;

use super::{GitError, OF_ANYBODY, git_with};
use crate::core::comparison::{Commit, Commits};
use crate::core::model::context::Sha;

/// How many commits are named.
const MOST: usize = 50;

/// What is between two commits, if the repository in which a folder lies has both.
///
/// # Errors
/// Where it has not, as in a shallow clone, or where there is none.
pub fn between(folder: &Path, from: &Sha, to: &Sha) -> Result<Commits, GitError> {
    if from == to {
        return Ok(Commits::Same);
    }
    let git = |command, arguments: &[&str]| {
        git_with(&OF_ANYBODY, folder, command, arguments, None).map_err(|error| match error {
            GitError::Refused { .. } => GitError::NoBase { base: from.to_string() },
            other => other,
        })
    };
    // A clone that is not whole would give a part for the whole.
    for commit in [from, to] {
        git("cat-file", &["-e", &format!("{commit}^{{commit}}")])?;
    }
    let (ahead, behind) = (format!("{from}..{to}"), format!("{to}..{from}"));
    let most = format!("--max-count={MOST}");
    let log = git("log", &["--no-show-signature", "--format=%H %s", &most, &ahead, "--"])?;
    let came = log.lines().filter_map(|line| {
        let (sha, subject) = line.split_once(' ').unwrap_or((line, ""));
        (!sha.is_empty()).then(|| Commit { sha: sha.to_owned(), subject: subject.to_owned() })
    });
    let went = git("rev-list", &["--count", &behind, "--"])?;
    Ok(Commits::Between { came: came.collect(), went: went.trim().parse().unwrap_or_default() })
}
