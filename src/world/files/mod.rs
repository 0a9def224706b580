//! Walking and reading the work tree: paths in, [`Workspace`] out.
//!
//! In this order: [`walk`] finds the folders that hold something, [`plan`] decides which
//! configuration Wrangler would use for each, [`load`] reads and parses them side by side,
//! [`versions`] asks the lock files which Wrangler will read them. What cannot be looked at is
//! noted in the workspace; only a path that was asked for and is not there is an error. Then
//! [`survey`] looks at what the configurations name, and at what stands beside them.

mod deploy;
mod digest;
mod load;
mod paths;
mod plan;
mod replace;
mod sources;
mod survey;
mod text;
mod upward;
mod versions;
mod walk;

use std::path::{Path, PathBuf};
use std::{fs, io};

pub use digest::{below, digests};
pub use replace::{ReplaceError, replace_text};
pub use sources::{fill_texts, read_sources};
pub use survey::survey;
pub use text::{TextError, read_text};

use crate::core::config::discover::{GlobError, ServiceGlobs};
use crate::core::model::Workspace;

/// What to read.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The folder that shown paths are relative to: the working folder, or the one of `-C`.
    pub root: PathBuf,
    /// Folders to walk, and configurations to read alone. None: walk the root.
    pub paths: Vec<PathBuf>,
    /// The `services` of `clodo.yml`: globs for the folders that count in a walk.
    pub services: Vec<String>,
}

/// Why nothing could be read: the request itself is wrong.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A path that was asked for is not there.
    #[error("`{path}` does not exist")]
    Missing {
        /// The path, as it was asked for.
        path: String,
    },
    /// A path that was asked for is a device or a pipe.
    #[error("`{path}` is neither a file nor a folder")]
    Special {
        /// The path, as it was asked for.
        path: String,
    },
    /// A path that was asked for cannot be reached.
    #[error("cannot look at `{path}`: {why}")]
    Unreachable {
        /// The path, as it was asked for.
        path: String,
        /// Why, in words.
        why: String,
    },
    /// A glob of `services` cannot be understood.
    #[error(transparent)]
    Glob(#[from] GlobError),
}

impl ReadError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Missing { .. } | Self::Special { .. } | Self::Unreachable { .. } => {
                "name a folder, or one Wrangler configuration; paths are relative to the working \
                 folder, or to the one of `-C`"
            }
            Self::Glob(_) => "name folders, for example `services: [\"apps/*\"]`",
        }
    }
}

/// Finds and reads the Wrangler configurations that a request means.
pub fn read(request: &Request) -> Result<Workspace, ReadError> {
    let globs = ServiceGlobs::new(&request.services)?;
    let root = folder(&request.root, &request.root)?;
    let mut folders = Vec::new();
    let mut files = Vec::new();
    for path in &request.paths {
        let absolute = paths::resolve(&root, path);
        let metadata = fs::metadata(&absolute).map_err(|error| unreachable(path, &error))?;
        if metadata.is_dir() {
            folders.push(folder(&absolute, path)?);
        } else if metadata.is_file() {
            files.push(absolute);
        } else {
            return Err(ReadError::Special { path: path.display().to_string() });
        }
    }
    if request.paths.is_empty() {
        folders.push(root.clone());
    }
    let walked = walk::walk(&root, &folders);
    let plan = plan::plan(&root, &globs, walked, &folders, files);
    Ok(load::load(&root, plan))
}

/// A folder by its true path: the one in which Wrangler would find itself, and search upwards.
fn folder(absolute: &Path, asked: &Path) -> Result<PathBuf, ReadError> {
    fs::canonicalize(absolute).map_err(|error| unreachable(asked, &error))
}

fn unreachable(path: &Path, error: &io::Error) -> ReadError {
    let path = path.display().to_string();
    match error.kind() {
        io::ErrorKind::NotFound => ReadError::Missing { path },
        _ => ReadError::Unreachable { path, why: paths::why(error) },
    }
}
