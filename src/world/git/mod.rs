//! The git repository in which a work tree lies, asked through the program `git`.

mod ancestry;
mod answers;
mod between;
mod changes;
mod file;
mod index;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, io};

pub use ancestry::{ancestry, committed_at};
pub use answers::answers;
pub use between::between;
pub use changes::{Changes, changes};
pub use file::{commit, file_at, prefix};
pub use index::Index;

/// The variables that git gets from ours: where programs and settings are, and what a hook of git
/// says about the repository's objects.
const PASSED_ON: [&str; 7] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_OBJECT_DIRECTORY",
    "HOME",
    "PATH",
    "SYSTEMROOT",
    "USERPROFILE",
    "XDG_CONFIG_HOME",
];

/// Names the index that a hook is to look at: for `git commit FILE` it is not the usual one.
const INDEX_FILE: &str = "GIT_INDEX_FILE";

/// In a container the work tree often belongs to another user, and git then says nothing about it.
/// What is asked here only reads, and runs nothing that the repository's own settings name, so that
/// it may be asked of any work tree. Documented to count on the command line:
/// <https://git-scm.com/docs/git-config#Documentation/git-config.txt-safedirectory>.
const OF_ANYBODY: [&str; 2] = ["-c", "safe.directory=*"];

/// Why git does not do what it was asked to do.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// There is no such program.
    #[error("cannot run git: {0}")]
    NoGit(io::Error),
    /// git refuses.
    #[error("git {command}: {message}")]
    Refused {
        /// What was asked of it.
        command: &'static str,
        /// What it says.
        message: String,
    },
    /// The commit to compare with is not here.
    #[error("git does not know {base}, to which this commit would be compared")]
    NoBase {
        /// The commit or branch, as it was asked for.
        base: String,
    },
    /// The copy cannot be made.
    #[error("cannot copy the index: {0}")]
    Copy(#[from] io::Error),
}

impl GitError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoGit(_) => "install git, or check the work tree: clodo check",
            Self::Refused { command: "rev-parse", .. } => {
                "only the work tree of a git repository can be asked; clodo check alone needs none"
            }
            Self::NoBase { .. } => "fetch the whole history: fetch-depth: 0, GIT_DEPTH: 0",
            Self::Refused { .. } => "repair the index, or check the work tree: clodo check",
            Self::Copy(_) => "make room in the folder for temporary files; TMPDIR names another",
        }
    }
}

fn git(
    folder: &Path,
    command: &'static str,
    arguments: &[&str],
    index: Option<PathBuf>,
) -> Result<String, GitError> {
    git_with(&[], folder, command, arguments, index)
}

fn git_with(
    options: &[&str],
    folder: &Path,
    command: &'static str,
    arguments: &[&str],
    index: Option<PathBuf>,
) -> Result<String, GitError> {
    let passed_on = PASSED_ON.iter().filter_map(|name| Some((*name, env::var_os(name)?)));
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(options)
        .arg(command)
        .args(arguments)
        .env_clear()
        .envs(passed_on)
        .envs(index.map(|index| (INDEX_FILE, index)))
        // Neither fetch large files nor ask anybody anything, and answer in English.
        .envs([("GIT_LFS_SKIP_SMUDGE", "1"), ("GIT_TERMINAL_PROMPT", "0"), ("LC_ALL", "C")])
        .stdin(Stdio::null())
        .output()
        .map_err(GitError::NoGit)?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let line = said.lines().find(|line| !line.trim().is_empty()).unwrap_or("failed");
    let message = line.trim_start_matches("fatal: ").to_owned();
    Err(GitError::Refused { command, message })
}
