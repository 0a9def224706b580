//! Commits that come after those of a seed, whichever forge takes them.

use std::collections::BTreeMap;

use crate::server::sandbox::source::Source;
use crate::server::sandbox::state::git::{Change, Commit, File, Git};

/// What a new commit says, and what it changes.
pub(super) struct New {
    pub(super) author: String,
    pub(super) committer: String,
    pub(super) message: String,
    /// What is in each file then; nothing where it is to be gone.
    pub(super) files: BTreeMap<String, Option<String>>,
}

/// A commit on top of another, if there is one.
pub(super) fn commit(git: &Git, parent: Option<&str>, new: New, source: &Source) -> Commit {
    let before = parent.map(|sha| git.files(sha)).unwrap_or_default();
    let file = |(path, content): (String, Option<String>)| {
        let change = match (&content, before.contains_key(&*path)) {
            (None, _) => Change::Removed,
            (Some(_), true) => Change::Modified,
            (Some(_), false) => Change::Added,
        };
        File { path, change, content, ..File::default() }
    };
    Commit {
        sha: name(source),
        tree: name(source),
        parents: parent.map(str::to_owned).into_iter().collect(),
        message: new.message,
        author: new.author,
        committer: new.committer,
        date: date(source),
        files: new.files.into_iter().map(file).collect(),
    }
}

/// What a merge of one commit into another makes; nothing where they have nothing in common. With
/// `squash` only the first is its parent.
pub(super) fn merge(
    git: &Git,
    base: &str,
    head: &str,
    new: New,
    squash: bool,
    source: &Source,
) -> Option<Commit> {
    let compared = git.compare(base, head)?;
    // Where the base has nothing of its own, the files are those of the head.
    let same = compared.behind == 0;
    let tree = git.commit(head).filter(|_| same).map(|head| head.tree.clone());
    let parents = [base, head].into_iter().take(if squash { 1 } else { 2 });
    Some(Commit {
        tree: tree.unwrap_or_else(|| name(source)),
        parents: parents.map(str::to_owned).collect(),
        files: compared.files().into_iter().cloned().collect(),
        ..commit(git, None, new, source)
    })
}

/// 40 hexadecimal digits.
pub(super) fn name(source: &Source) -> String {
    let mut name = source.id() + &source.id();
    name.truncate(40);
    name
}

/// The time as Git's commits are dated.
pub(super) fn date(source: &Source) -> String {
    source.timestamp().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
