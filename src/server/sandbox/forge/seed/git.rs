//! Commits of a seed.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::wrong;
use crate::server::sandbox::envelope::ApiError;
use crate::server::sandbox::forge::push::{date, name};
use crate::server::sandbox::source::Source;
use crate::server::sandbox::state::git::{Change, Commit, File, Git};

/// A commit, which becomes the newest of its branch.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct CommitSeed {
    /// Without one, the default branch.
    branch: Option<String>,
    /// Where a new branch begins; without one, at the newest commit of the default branch.
    from: Option<String>,
    /// 40 hexadecimal digits.
    sha: Option<String>,
    /// 40 hexadecimal digits: commits with the same files have the same.
    tree: Option<String>,
    message: Option<String>,
    pub(super) author: Option<String>,
    /// Without one, the author.
    pub(super) committer: Option<String>,
    files: BTreeMap<String, Change>,
    /// Files with what is in them.
    contents: BTreeMap<String, String>,
}

impl CommitSeed {
    /// Those whom it names, where that is not by an address.
    pub(super) fn people(&self) -> impl Iterator<Item = &String> {
        self.author.iter().chain(&self.committer).filter(|name| !name.contains('@'))
    }
}

/// Makes commits, one after the other. There is at least one.
pub(super) fn fill(
    git: &mut Git,
    seeds: Vec<CommitSeed>,
    default_branch: &str,
    owner: &str,
    source: &Source,
) -> Result<(), ApiError> {
    let first = git.commits.is_empty() && seeds.is_empty();
    for seed in first.then(CommitSeed::default).into_iter().chain(seeds) {
        let branch = seed.branch.unwrap_or_else(|| default_branch.to_owned());
        let from = match seed.from {
            Some(from) if git.resolve(&from).is_none() => {
                return Err(wrong(format_args!("there is no `{from}` to begin `{branch}` from")));
            }
            Some(from) => git.resolve(&from),
            None => git.resolve(&branch).or_else(|| git.resolve(default_branch)),
        };
        let file = |(path, change)| File { path, change, ..File::default() };
        let known = |(path, content)| File { path, content: Some(content), ..File::default() };
        let commit = Commit {
            sha: seed.sha.unwrap_or_else(|| name(source)),
            tree: seed.tree.unwrap_or_else(|| name(source)),
            parents: from.map(|commit| commit.sha.clone()).into_iter().collect(),
            message: seed.message.unwrap_or_else(|| format!("Change {branch}")),
            author: seed.author.unwrap_or_else(|| owner.to_owned()),
            committer: seed.committer.unwrap_or_default(),
            date: date(source),
            files: seed
                .files
                .into_iter()
                .map(file)
                .chain(seed.contents.into_iter().map(known))
                .collect(),
        };
        git.push(&branch, commit);
    }
    Ok(())
}
