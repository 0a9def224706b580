//! What a commit changes.

use std::path::Path;

use super::{GitError, OF_ANYBODY, git_with};

/// What changed since another commit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// The files that differ, relative to the folder that was asked for; what lies above it
    /// begins with `..`.
    pub paths: Vec<String>,
    /// Every `package.json` that git keeps, in the same way.
    pub manifests: Vec<String>,
}

/// What the commit at hand changes, seen from where it left another commit or branch.
pub fn changes(folder: &Path, base: &str) -> Result<Changes, GitError> {
    let unknown = |error| match error {
        GitError::Refused { .. } => GitError::NoBase { base: base.to_owned() },
        other => other,
    };
    let git = |command, arguments: &[&str]| git_with(&OF_ANYBODY, folder, command, arguments, None);
    let prefix = git("rev-parse", &["--show-prefix"])?;
    // Whatever the name holds, what comes back is the id of a commit.
    let commit = format!("{base}^{{commit}}");
    let commit = git("rev-parse", &["--verify", "--end-of-options", &commit]);
    let range = format!("{}...HEAD", commit.map_err(unknown)?.trim());
    let diff = ["--name-only", "--no-renames", "--no-ext-diff", "-z", &range, "--"];
    let paths = git("diff", &diff).map_err(unknown)?;
    // The commit and not the index, whose reading may run a program that the repository names.
    let all = git("ls-tree", &["-r", "--full-tree", "--name-only", "-z", "HEAD"])?;
    let is_manifest = |path: &&str| path.rsplit('/').next() == Some("package.json");
    let manifests: Vec<&str> = all.split('\0').filter(is_manifest).collect();
    let prefix = prefix.trim_end_matches(['\n', '/']);
    let seen = |path: &str| seen_from(prefix, path);
    let paths = paths.split('\0').filter(|path| !path.is_empty()).map(seen).collect();
    Ok(Changes { paths, manifests: manifests.into_iter().map(seen).collect() })
}

/// A path from the root of the repository, as it is seen from a folder in it.
fn seen_from(prefix: &str, path: &str) -> String {
    let parts: Vec<&str> = prefix.split('/').filter(|part| !part.is_empty()).collect();
    let common = path.split('/').zip(&parts).take_while(|(a, b)| a == *b).count();
    let down: Vec<&str> = path.split('/').skip(common).collect();
    "../".repeat(parts.len() - common) + &down.join("/")
}
