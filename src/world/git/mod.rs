//! The git repository in which a work tree lies, asked through the program `git`.

mod answers;
mod index;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, io};

pub use answers::answers;
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
                "--staged needs the work tree of a git repository; clodo check needs none"
            }
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
