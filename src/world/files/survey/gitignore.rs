//! What `.gitignore` files keep out of a repository.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use ignore::Match;
use ignore::gitignore::Gitignore;

use super::super::paths::parent;

/// The `.gitignore` files below a folder, each read once.
#[derive(Debug)]
pub(super) struct Gitignores<'a> {
    top: &'a Path,
    known: HashMap<PathBuf, Gitignore>,
}

impl<'a> Gitignores<'a> {
    /// Those of a repository, by its folder. What lies outside of it is judged by the one in its
    /// own folder alone.
    pub(super) fn below(top: &'a Path) -> Self {
        Self { top, known: HashMap::new() }
    }

    /// Whether a file is excluded. As for git, what lies in an excluded folder is out, whatever a
    /// `.gitignore` further down says.
    pub(super) fn exclude(&mut self, file: &Path) -> bool {
        let folder = parent(file);
        let top = if folder.starts_with(self.top) { self.top } else { folder };
        // The folders above the file, the nearest first.
        let above: Vec<&Path> = folder.ancestors().take_while(|f| f.starts_with(top)).collect();
        (0..above.len()).rev().any(|at| match at {
            0 => self.excludes(&above, file, false),
            at => self.excludes(&above[at..], above[at - 1], true),
        })
    }

    /// Whether the first of the folders that has an opinion excludes a path.
    fn excludes(&mut self, folders: &[&Path], path: &Path, is_folder: bool) -> bool {
        let opinion =
            folders.iter().find_map(|folder| match self.of(folder).matched(path, is_folder) {
                Match::None => None,
                found => Some(found.is_ignore()),
            });
        opinion.unwrap_or(false)
    }

    fn of(&mut self, folder: &Path) -> &Gitignore {
        // A line that is nonsense, or no file at all, is no reason to say anything.
        let read = |folder: &PathBuf| Gitignore::new(folder.join(".gitignore")).0;
        self.known.entry(folder.to_owned()).or_insert_with_key(read)
    }
}
