//! What Wrangler notes of what it did, for programs: a file with an object of JSON on each line.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempPath;

use crate::core::mask::Secrets;

/// Names the file to append to (cli.js:65422). It counts more than the folder.
pub(super) const FILE: &str = "WRANGLER_OUTPUT_FILE_PATH";

/// Names a folder to make such a file in.
const FOLDER: &str = "WRANGLER_OUTPUT_FILE_DIRECTORY";

/// The notes of one run.
pub(super) struct Notes {
    kept: Kept,
    /// The file that the user asked for, to get the same lines.
    wanted: Option<File>,
}

/// Where they are.
enum Kept {
    /// In a file of ours, removed with its last use.
    Ours(TempPath),
    /// In the folder that the user asked for.
    Theirs(PathBuf),
}

impl Notes {
    /// Of a run in a folder. `variable` is the environment in which the user asks for such notes.
    pub(super) fn new(
        folder: &Path,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> io::Result<Self> {
        let asked = |name| variable(name).filter(|path| !path.is_empty()).map(|p| folder.join(p));
        let wanted = asked(FILE).map(|path| open(&path)).transpose()?;
        let kept = match asked(FOLDER).filter(|_| wanted.is_none()) {
            Some(folder) => {
                fs::create_dir_all(&folder)?;
                let mut builder = tempfile::Builder::new();
                // As Wrangler calls its own, which others look for.
                let file =
                    builder.prefix("wrangler-output-").suffix(".json").tempfile_in(folder)?;
                Kept::Theirs(file.into_temp_path().keep()?)
            }
            None => Kept::Ours(tempfile::NamedTempFile::new()?.into_temp_path()),
        };
        Ok(Self { kept, wanted })
    }

    /// What Wrangler is to append to.
    pub(super) fn path(&self) -> &Path {
        match &self.kept {
            Kept::Ours(path) => path,
            Kept::Theirs(path) => path,
        }
    }

    /// What was noted, without secrets. A line that was cut off is left out.
    pub(super) fn read(mut self, secrets: &Secrets) -> io::Result<Vec<Value>> {
        let noted = fs::read(self.path())?;
        if let Some(wanted) = &mut self.wanted {
            // The file could be opened before the run. What the run did counts more than a copy of
            // its notes, and is told either way.
            let _ = wanted.write_all(&noted);
        }
        let shown = secrets.hide_in(&String::from_utf8_lossy(&noted));
        Ok(shown.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
    }
}

fn open(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    OpenOptions::new().create(true).append(true).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The events that are read, and what is in the folder afterwards.
    fn noted(asked: &str, value: &str) -> (Vec<Value>, Vec<(String, String)>) {
        let folder = tempfile::tempdir().expect("a folder");
        let variable = |name: &str| (name == asked).then(|| value.into());
        let notes = Notes::new(folder.path(), variable).expect("notes");
        fs::write(notes.path(), "{\"type\":\"deploy\",\"key\":\"s3cret\"}\n{\"ty")
            .expect("written");
        let secrets = Secrets::new(["s3cret".to_owned()]);
        let events = notes.read(&secrets).expect("read");
        let mut left = Vec::new();
        let mut folders = vec![folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                match path.is_dir() {
                    true => folders.push(path),
                    false => left.push((
                        path.file_name().expect("a name").to_string_lossy().into_owned(),
                        fs::read_to_string(&path).expect("text"),
                    )),
                }
            }
        }
        (events, left)
    }

    #[test]
    fn the_user_gets_the_lines_too() {
        let expected = [serde_json::json!({ "type": "deploy", "key": "***" })];
        let (events, left) = noted("", "");
        assert_eq!((&*events, &*left), (&expected[..], &[][..]));

        let (events, left) = noted(FILE, "out/notes.json");
        assert_eq!(events, expected);
        assert_eq!(left[0].0, "notes.json");
        assert!(left[0].1.starts_with("{\"type\":\"deploy\",\"key\":\"s3cret\"}\n"));

        let (events, left) = noted(FOLDER, "out");
        assert_eq!(events, expected);
        assert!(left[0].0.starts_with("wrangler-output-") && left[0].0.ends_with(".json"));
    }
}
