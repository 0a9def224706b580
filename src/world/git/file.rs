//! Files as a commit has them.

use std::path::Path;

use super::{GitError, OF_ANYBODY, git_with};
use crate::core::model::context::Sha;

/// The commit that a name stands for; `None` where git does not have it, as in a shallow clone.
///
/// # Errors
/// Where git cannot be asked.
pub fn commit(folder: &Path, name: &str) -> Result<Option<Sha>, GitError> {
    let commit = format!("{name}^{{commit}}");
    let arguments = ["--verify", "--quiet", "--end-of-options", &commit];
    match git_with(&OF_ANYBODY, folder, "rev-parse", &arguments, None) {
        Ok(answer) => Ok(Sha::parse(answer.trim())),
        Err(GitError::Refused { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Where a folder lies below the root of its repository: `apps/api/`, or nothing at the root itself.
/// `None` where it lies in no repository, or there is no git.
pub fn prefix(folder: &Path) -> Option<String> {
    let answer = git_with(&OF_ANYBODY, folder, "rev-parse", &["--show-prefix"], None).ok()?;
    Some(answer.trim_end_matches(['\r', '\n']).to_owned())
}

/// The text of a file, named as seen from the folder, as a commit has it; `None` where the commit has
/// no such file.
///
/// # Errors
/// Where git does not have the commit, or cannot be asked.
pub fn file_at(folder: &Path, commit: &Sha, path: &str) -> Result<Option<String>, GitError> {
    let git = |command, arguments: &[&str]| git_with(&OF_ANYBODY, folder, command, arguments, None);
    let listed = git("ls-tree", &["-z", commit.as_str(), "--", path])?;
    // `100644 blob <id>\t<path>`, and nothing where there is none.
    let blob = listed.split('\0').find_map(|entry| {
        let (about, found) = entry.split_once('\t')?;
        let mut words = about.split(' ').skip(1);
        (found == path && words.next() == Some("blob")).then(|| words.next()).flatten()
    });
    blob.map(|id| git("cat-file", &["blob", id])).transpose()
}
