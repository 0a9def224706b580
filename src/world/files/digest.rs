//! Digests of files, for those who compare what they hold with what they held.

use std::fs;
use std::io;
use std::path::Path;

use ignore::WalkBuilder;
use rayon::prelude::*;

use crate::core::canonical::sha256;

/// SHA-256 of each of these files below a folder, in their order, as 64 hexadecimal digits.
///
/// # Errors
/// The first that cannot be read.
pub fn digests(folder: &Path, files: &[&str]) -> io::Result<Vec<String>> {
    files.par_iter().map(|file| Ok(sha256(&fs::read(folder.join(file))?))).collect()
}

/// Every file below a folder, dotfiles too, in the order of the paths: its path from there, with `/`
/// between the parts, and its size in bytes. What has one of the names is left out, at any depth, and
/// links are not followed.
///
/// # Errors
/// The first folder that cannot be read, and the first name that is no text.
pub fn below(folder: &Path, left_out: &'static [&'static str]) -> io::Result<Vec<(String, u64)>> {
    let mut walk = WalkBuilder::new(folder);
    walk.standard_filters(false);
    walk.filter_entry(|entry| !left_out.iter().any(|name| entry.file_name() == *name));
    let mut files = Vec::new();
    for entry in walk.build() {
        let entry = entry.map_err(io::Error::other)?;
        if !entry.file_type().is_some_and(|kind| kind.is_file()) {
            continue;
        }
        let path = entry.path().strip_prefix(folder).map_err(io::Error::other)?;
        let parts = path.iter().map(|part| part.to_str());
        let parts: Option<Vec<&str>> = parts.collect();
        let name =
            parts.ok_or_else(|| io::Error::other(format!("{} is no text", path.display())))?;
        let bytes = entry.metadata().map_err(io::Error::other)?.len();
        files.push((name.join("/"), bytes));
    }
    files.sort();
    Ok(files)
}
