//! Reading one text file, with the eyes of Wrangler.

use std::path::{Path, PathBuf};
use std::{fs, io};

use super::paths;

/// The byte order marks that Wrangler refuses (`UNSUPPORTED_BOMS` in its `parse.ts`). UTF-32 comes
/// first: its little-endian mark begins with that of UTF-16.
const REFUSED: [(&[u8], &str); 4] = [
    (&[0x00, 0x00, 0xfe, 0xff], "UTF-32 BE"),
    (&[0xff, 0xfe, 0x00, 0x00], "UTF-32 LE"),
    (&[0xfe, 0xff], "UTF-16 BE"),
    (&[0xff, 0xfe], "UTF-16 LE"),
];

/// UTF-8's byte order mark: a file that has one keeps it.
pub(super) const UTF8_MARK: &[u8] = "\u{feff}".as_bytes();

/// Why a text file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum TextError {
    /// The system will not hand it out.
    #[error("cannot read `{}`: {}", path.display(), paths::why(source))]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It is written in an encoding that Wrangler refuses.
    #[error("`{}` is encoded as {encoding}; save it as UTF-8", path.display())]
    Encoding {
        /// The file.
        path: PathBuf,
        /// The encoding.
        encoding: &'static str,
    },
}

impl TextError {
    /// The reason alone, for where the path stands beside it.
    pub fn why(&self) -> String {
        match self {
            Self::Io { source, .. } => paths::why(source),
            Self::Encoding { encoding, .. } => {
                format!("the file is encoded as {encoding}; save it as UTF-8")
            }
        }
    }
}

/// Reads a text file as Wrangler does: a UTF-8 byte order mark is dropped, other marks are refused,
/// and what is not UTF-8 becomes U+FFFD, so that both see the same text and come to one verdict.
pub fn read_text(path: &Path) -> Result<String, TextError> {
    let bytes = fs::read(path).map_err(|source| TextError::Io { path: path.to_owned(), source })?;
    decode(path, bytes)
}

/// The text of the bytes of a file.
pub(super) fn decode(path: &Path, mut bytes: Vec<u8>) -> Result<String, TextError> {
    if let Some((_, encoding)) = REFUSED.iter().find(|(mark, _)| bytes.starts_with(mark)) {
        return Err(TextError::Encoding { path: path.to_owned(), encoding });
    }
    if bytes.starts_with(UTF8_MARK) {
        bytes.drain(..UTF8_MARK.len());
    }
    Ok(String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}
