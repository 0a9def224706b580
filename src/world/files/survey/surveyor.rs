//! Looking at places, and keeping a note of those that cannot be looked at.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, DirEntry, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::super::{paths, text};
use super::Ceilings;
use crate::core::model::{PathKind, Skipped};

/// A file that was read.
#[derive(Debug)]
pub(super) struct Text {
    pub path: PathBuf,
    pub text: String,
}

/// Looks at places. What it cannot look at, it notes.
#[derive(Debug)]
pub(super) struct Surveyor<'a> {
    pub root: &'a Path,
    pub ceilings: Ceilings,
    skipped: Mutex<Vec<Skipped>>,
}

impl<'a> Surveyor<'a> {
    pub(super) fn new(root: &'a Path, ceilings: Ceilings) -> Self {
        Self { root, ceilings, skipped: Mutex::default() }
    }

    /// What was not looked at.
    pub(super) fn skipped(self) -> Vec<Skipped> {
        self.skipped.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn skip(&self, path: &Path, why: String) {
        let path = paths::shown(self.root, path);
        let mut skipped = self.skipped.lock().unwrap_or_else(PoisonError::into_inner);
        skipped.push(Skipped { path, why, minor: false });
    }

    /// What stands at each path. A path at which nothing can stand has nothing; one that nobody
    /// may look at is left out.
    pub(super) fn look(&self, paths: BTreeSet<String>) -> BTreeMap<String, Option<PathKind>> {
        let look = |path: String| {
            let absolute = self.root.join(&path);
            let kind = match fs::metadata(&absolute) {
                Ok(metadata) if metadata.is_dir() => Some(PathKind::Folder),
                Ok(metadata) => Some(PathKind::File { bytes: metadata.len() }),
                Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                    self.skip(&absolute, paths::why(&error));
                    return None;
                }
                Err(_) => None,
            };
            Some((path, kind))
        };
        paths.into_par_iter().filter_map(look).collect()
    }

    /// The entries of a folder; none where there is no such folder. `None` where it cannot be read.
    pub(super) fn list(&self, folder: &Path) -> Option<Vec<DirEntry>> {
        let entries = fs::read_dir(folder).and_then(Iterator::collect);
        match entries {
            Err(error) if is_absence(&error) => Some(Vec::new()),
            Err(error) => {
                self.skip(folder, paths::why(&error));
                None
            }
            Ok(entries) => Some(entries),
        }
    }

    /// Reads a file, if there is one, and it is not too large. Whoever may hand it a pipe asks
    /// [`is_file`] first: it would wait for somebody to write.
    pub(super) fn read(&self, path: PathBuf) -> Option<Text> {
        match self.text(&path) {
            Ok(text) => Some(Text { text: text?, path }),
            Err(why) => {
                self.skip(&path, why);
                None
            }
        }
    }

    /// The text of a file, if there is one, or why it was not read.
    fn text(&self, path: &Path) -> Result<Option<String>, String> {
        let why = |error: io::Error| paths::why(&error);
        let file = match File::open(path) {
            Err(error) if is_absence(&error) => return Ok(None),
            opened => opened.map_err(why)?,
        };
        let metadata = file.metadata().map_err(why)?;
        let ceiling = self.ceilings.text;
        if !metadata.is_file() {
            return Ok(None);
        }
        if metadata.len() > ceiling {
            return Err(format!("it is larger than {}", size(ceiling)));
        }
        // With room for one byte more, its end is found without asking for more.
        let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0) + 1);
        file.take(ceiling).read_to_end(&mut bytes).map_err(why)?;
        text::decode(path, bytes).map(Some).map_err(|error| error.why())
    }
}

/// Whether an error says that there is nothing at a path.
fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// The name of an entry.
pub(super) fn name_of(entry: &DirEntry) -> String {
    entry.file_name().to_string_lossy().into_owned()
}

/// Whether an entry is a file, or a link to one.
pub(super) fn is_file(entry: &DirEntry) -> bool {
    let is_file = |kind: fs::FileType| match kind.is_symlink() {
        true => fs::metadata(entry.path()).is_ok_and(|target| target.is_file()),
        false => kind.is_file(),
    };
    entry.file_type().is_ok_and(is_file)
}

/// A ceiling in words.
fn size(bytes: u64) -> String {
    match bytes >> 20 {
        0 => format!("{bytes} bytes"),
        mebibytes => format!("{mebibytes} MiB"),
    }
}
