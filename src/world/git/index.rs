//! The index of a git repository: what a commit would hold, whatever the work tree holds.

use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use tempfile::TempDir;

use super::{GitError, INDEX_FILE, git};

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

/// The index that our caller, a hook of this repository, is to look at.
fn index_of(git_folder: &Path) -> Option<PathBuf> {
    let named = env::current_dir().ok()?.join(env::var_os(INDEX_FILE)?);
    // A hook may look at other repositories too, whose index is their own.
    named.starts_with(git_folder).then_some(named)
}
