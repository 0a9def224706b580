//! A state of the repository, and what is in its files.

use std::path::Path;

use super::error::{PolicyError, silent};
use crate::core::model::context::Sha;
use crate::world::files::read_text;
use crate::world::forge::evidence::Evidence;
use crate::world::git;

/// A state of the repository, and who tells what is in it.
pub(super) enum Revision<'a> {
    /// A commit that git has.
    Here { folder: &'a Path, name: String, commit: Sha },
    /// A commit of the forge; the folder lies below its root at the prefix.
    There { forge: &'a dyn Evidence, name: String, commit: String, prefix: &'a str },
    /// The files as they lie.
    AsItLies { folder: &'a Path },
}

impl Revision<'_> {
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Here { name, .. } | Self::There { name, .. } => name,
            Self::AsItLies { .. } => "the work tree",
        }
    }

    /// The text of a file, named as seen from the folder.
    pub(super) async fn text(&self, path: &str) -> Result<Option<String>, PolicyError> {
        match self {
            Self::Here { folder, commit, .. } => Ok(git::file_at(folder, commit, path)?),
            Self::There { forge, name, commit, prefix } => {
                let found = forge.file(&format!("{prefix}{path}"), commit).await;
                let found = found.map_err(silent(name))?;
                Ok(found.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
            }
            Self::AsItLies { folder } => {
                let file = folder.join(path);
                if !file.exists() {
                    return Ok(None);
                }
                let text = read_text(&file);
                let text = text.map_err(|error| PolicyError::Unreadable {
                    path: path.to_owned(),
                    why: error.why(),
                })?;
                Ok(Some(text))
            }
        }
    }
}
