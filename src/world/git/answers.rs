//! What git says of a work tree.

use std::path::Path;

use super::{OF_ANYBODY, git_with};
use crate::core::model::context::{GitAnswers, Remote, Sha};

/// What git says of the work tree in which a folder lies. Nothing where there is none, or no git:
/// what is asked for is a help, and never needed.
pub fn answers(folder: &Path) -> GitAnswers {
    let ask = |command: &'static str, arguments: &[&str]| {
        let answer = git_with(&OF_ANYBODY, folder, command, arguments, None).ok()?;
        let line = answer.trim_end_matches(['\r', '\n']);
        (!line.is_empty()).then(|| line.to_owned())
    };
    let top = ask("rev-parse", &["--show-toplevel"]);
    if top.is_none() {
        return GitAnswers::default();
    }
    let default_branch = ask("symbolic-ref", &["--quiet", "--short", "refs/remotes/origin/HEAD"]);
    GitAnswers {
        top,
        head: ask("rev-parse", &["--verify", "--quiet", "HEAD^{commit}"])
            .and_then(|sha| Sha::parse(&sha)),
        branch: ask("symbolic-ref", &["--quiet", "--short", "HEAD"]),
        origin: ask("remote", &["get-url", "origin"]).and_then(|url| Remote::parse(&url)),
        default_branch: default_branch
            .and_then(|branch| Some(branch.strip_prefix("origin/")?.to_owned())),
    }
}
