//! Putting a new text in the place of a file's, and never half of it.

use std::io::{self, Write as _};
use std::path::Path;
use std::{fs, process};

use super::text::UTF8_MARK;
use super::{TextError, read_text};

/// Why a file keeps its text.
#[derive(Debug, thiserror::Error)]
pub enum ReplaceError {
    /// Somebody else changed it since it was read.
    #[error("the file changed meanwhile")]
    Changed,
    /// It cannot be read.
    #[error(transparent)]
    Unreadable(#[from] TextError),
    /// It cannot be written.
    #[error("cannot write it: {0}")]
    Io(#[from] io::Error),
}

/// Replaces the text of a file. The new one is written beside it and moved there, so that a kill
/// leaves one of the two whole. Permissions, a byte order mark and a link to the file stay.
///
/// # Errors
/// Where the file no longer has the text `before`, or cannot be read or written.
pub fn replace_text(path: &Path, before: &str, after: &str) -> Result<(), ReplaceError> {
    let path = fs::canonicalize(path)?;
    if read_text(&path)? != before {
        return Err(ReplaceError::Changed);
    }
    let mark = fs::read(&path)?.starts_with(UTF8_MARK);
    let folder = path.parent().unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let beside = folder.join(format!(".{name}.clodo-{}", process::id()));
    let written = (|| {
        let mut file = fs::File::create(&beside)?;
        if mark {
            file.write_all(UTF8_MARK)?;
        }
        file.write_all(after.as_bytes())?;
        file.set_permissions(fs::metadata(&path)?.permissions())?;
        file.sync_all()?;
        fs::rename(&beside, &path)
    })();
    if written.is_err() {
        // It may not exist; then there is nothing to take away.
        let _ = fs::remove_file(&beside);
    }
    Ok(written?)
}
