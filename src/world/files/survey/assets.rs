//! Folders of static assets.

use std::fs::{self, DirEntry};
use std::path::Path;

use rayon::prelude::*;

use super::surveyor::{Surveyor, Text, name_of};
use crate::core::model::Asset;

/// Folders that hold more than anybody means to publish. That they are there is enough to know.
const NOT_ENTERED: [&str; 2] = [".git", "node_modules"];

/// How many folders are listed before the ceiling is looked at.
const AT_ONCE: usize = 256;

/// What is in a folder of assets.
#[derive(Debug)]
pub(super) struct Listing {
    pub files: Vec<Asset>,
    pub ignore: Option<Text>,
    pub headers: Option<Text>,
    pub redirects: Option<Text>,
    pub complete: bool,
}

/// Lists a folder of assets, one floor of folders after the other, so that the same files come
/// first in every run.
pub(super) fn list(surveyor: &Surveyor<'_>, folder: &Path) -> Listing {
    let ceiling = surveyor.ceilings.assets;
    let mut files = Vec::new();
    let mut complete = true;
    let mut folders = 0;
    let mut floor = vec![String::new()];
    while !floor.is_empty() {
        let mut below = Vec::new();
        for some in floor.chunks(AT_ONCE) {
            let listed: Vec<_> = some.par_iter().map(|path| look(surveyor, folder, path)).collect();
            for entries in listed {
                complete &= entries.is_some();
                for entry in entries.into_iter().flatten() {
                    match entry {
                        Seen::Asset(asset) => files.push(asset),
                        Seen::Folder(path) => below.push(path),
                    }
                }
            }
            folders += some.len();
            if files.len() > ceiling || folders > ceiling {
                let why = format!(
                    "it holds more than {ceiling} files or folders; the rest was not looked at"
                );
                surveyor.skip(folder, why);
                complete = false;
                files.truncate(ceiling);
                below.clear();
                break;
            }
        }
        floor = below;
    }
    files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    let read = |name: &str| {
        let there = files.binary_search_by(|asset| (*asset.path).cmp(name)).is_ok();
        there.then(|| surveyor.read(folder.join(name))).flatten()
    };
    Listing {
        ignore: read(".assetsignore"),
        headers: read("_headers"),
        redirects: read("_redirects"),
        files,
        complete,
    }
}

/// What stands in a folder of assets.
enum Seen {
    Asset(Asset),
    /// A folder that is to be entered: its path, with `/` at the end.
    Folder(String),
}

/// What stands in the folder at `path`, which is empty or ends with `/`.
fn look(surveyor: &Surveyor<'_>, folder: &Path, path: &str) -> Option<Vec<Seen>> {
    let entries = surveyor.list(&folder.join(path))?;
    Some(entries.iter().filter_map(|entry| see(path, entry)).collect())
}

/// What an entry is; nothing where it is a pipe, a device, or a link that leads nowhere.
fn see(path: &str, entry: &DirEntry) -> Option<Seen> {
    let kind = entry.file_type().ok()?;
    let name = name_of(entry);
    if kind.is_dir() && !NOT_ENTERED.contains(&&*name) {
        return Some(Seen::Folder([path, &name, "/"].concat()));
    }
    let metadata = match kind.is_symlink() {
        true => fs::metadata(entry.path()).ok()?,
        false => entry.metadata().ok()?,
    };
    let (end, bytes) = match metadata.file_type() {
        kind if kind.is_dir() => ("/", 0),
        kind if kind.is_file() => ("", metadata.len()),
        _ => return None,
    };
    Some(Seen::Asset(Asset { path: [path, &name, end].concat().into(), bytes }))
}
