//! What git knows of a repository: its index, which a commit would hold, and what changed since
//! another commit.

use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs, io};

use tempfile::TempDir;

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

/// A copy of the index in a private folder, which is removed with this.
#[derive(Debug)]
pub struct Index {
    top: PathBuf,
    work_tree: PathBuf,
    root: PathBuf,
    _private: Private,
}

/// A private folder for temporary files.
#[derive(Debug)]
struct Private {
    /// Held as long as the folder is in use. The system lets go of it when the process is killed.
    _lock: File,
    folder: TempDir,
}

const PREFIX: &str = "clodo-staged-";
const LOCK: &str = "lock";

impl Private {
    fn new() -> io::Result<Self> {
        Self::sweep();
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir()?;
        // It is locked before it has its name: nobody ever sees one that is free.
        let unnamed = folder.path().join("unnamed");
        let lock = File::create(&unnamed)?;
        lock.lock()?;
        fs::rename(unnamed, folder.path().join(LOCK))?;
        Ok(Self { _lock: lock, folder })
    }

    /// Removes what earlier runs left behind that were killed. What cannot be removed stays.
    fn sweep() {
        let entries = fs::read_dir(env::temp_dir()).into_iter().flatten().flatten();
        let ours = entries.filter(|entry| {
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            is_folder && entry.file_name().to_string_lossy().starts_with(PREFIX)
        });
        for entry in ours {
            let lock = File::open(entry.path().join(LOCK));
            if lock.is_ok_and(|lock| lock.try_lock().is_ok()) {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }
}

/// Why there is no copy.
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
                "--staged needs the work tree of a git repository; clodo check needs none"
            }
            Self::NoBase { .. } => "fetch the whole history: fetch-depth: 0, GIT_DEPTH: 0",
            Self::Refused { .. } => "repair the index, or check the work tree: clodo check",
            Self::Copy(_) => "make room in the folder for temporary files; TMPDIR names another",
        }
    }
}

impl Index {
    /// Copies the index of the repository in which a folder lies.
    ///
    /// The whole of it, because configurations name files anywhere in the repository: 20,000 files
    /// take about two seconds. The copy looks like a fresh clone: what git does not know is absent.
    pub fn copy(folder: &Path) -> Result<Self, GitError> {
        let answer = git(
            folder,
            "rev-parse",
            &["--absolute-git-dir", "--show-toplevel", "--show-prefix"],
            None,
        )?;
        let mut lines = answer.lines();
        let mut line = || lines.next().unwrap_or_default();
        let (own, work_tree, prefix) = (PathBuf::from(line()), PathBuf::from(line()), line());

        let private = Private::new()?;
        let name = work_tree.file_name().map_or_else(|| "repository".into(), OsString::from);
        let top = fs::canonicalize(private.folder.path())?.join(name);
        // Those who look for a repository find one.
        fs::create_dir_all(top.join(".git"))?;
        let root = top.join(prefix);
        fs::create_dir_all(&root)?;

        let mut target = OsString::from("--prefix=");
        target.push(&top);
        target.push("/");
        let target = target.to_string_lossy();
        let arguments = ["--all", "--force", "--quiet", "--ignore-skip-worktree-bits", &target];
        git(&work_tree, "checkout-index", &arguments, index_of(&own))?;
        Ok(Self { top, work_tree, root, _private: private })
    }

    /// The copy of the folder that was asked for.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where a path of the work tree leads in the copy. Relative paths, and those outside of the
    /// repository, stay as they are.
    pub fn inside(&self, path: &Path) -> PathBuf {
        match path.strip_prefix(&self.work_tree) {
            Ok(inside) if path.is_absolute() => self.top.join(inside),
            _ => path.to_owned(),
        }
    }
}

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
    let prefix = git(folder, "rev-parse", &["--show-prefix"], None)?;
    // Whatever the name holds, what comes back is the id of a commit.
    let commit = format!("{base}^{{commit}}");
    let commit = git(folder, "rev-parse", &["--verify", "--end-of-options", &commit], None);
    let range = format!("{}...HEAD", commit.map_err(unknown)?.trim());
    let diff = ["--name-only", "--no-renames", "--no-ext-diff", "-z", &range, "--"];
    let paths = git(folder, "diff", &diff, None).map_err(unknown)?;
    let listed = ["--full-name", "-z", "--", ":(top)package.json", ":(top)**/package.json"];
    let manifests = git(folder, "ls-files", &listed, None)?;
    let seen = |list: &str| seen_from(prefix.trim_end_matches(['\n', '/']), list);
    Ok(Changes { paths: seen(&paths), manifests: seen(&manifests) })
}

/// Paths from the root of the repository, as they are seen from a folder in it.
fn seen_from(prefix: &str, list: &str) -> Vec<String> {
    let parts: Vec<&str> = prefix.split('/').filter(|part| !part.is_empty()).collect();
    let paths = list.split('\0').filter(|path| !path.is_empty());
    paths
        .map(|path| {
            let common = path.split('/').zip(&parts).take_while(|(a, b)| a == *b).count();
            let down: Vec<&str> = path.split('/').skip(common).collect();
            "../".repeat(parts.len() - common) + &down.join("/")
        })
        .collect()
}

/// The index that our caller, a hook of this repository, is to look at.
fn index_of(git_folder: &Path) -> Option<PathBuf> {
    let named = env::current_dir().ok()?.join(env::var_os(INDEX_FILE)?);
    // A hook may look at other repositories too, whose index is their own.
    named.starts_with(git_folder).then_some(named)
}

fn git(
    folder: &Path,
    command: &'static str,
    arguments: &[&str],
    index: Option<PathBuf>,
) -> Result<String, GitError> {
    let passed_on = PASSED_ON.iter().filter_map(|name| Some((*name, env::var_os(name)?)));
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
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
