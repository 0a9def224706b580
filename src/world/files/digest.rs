//! Digests of files, for those who compare what they hold with what they held.

use std::fs;
use std::io;
use std::path::Path;

use rayon::prelude::*;

use crate::core::canonical::sha256;

/// SHA-256 of each of these files below a folder, in their order, as 64 hexadecimal digits.
///
/// # Errors
/// The first that cannot be read.
pub fn digests(folder: &Path, files: &[&str]) -> io::Result<Vec<String>> {
    files.par_iter().map(|file| Ok(sha256(&fs::read(folder.join(file))?))).collect()
}
