//! Files of environment variables.

use std::collections::BTreeSet;
use std::path::PathBuf;

use rayon::prelude::*;

use super::surveyor::{Surveyor, Text, is_file, name_of};
use crate::core::config::dotenv;
use crate::core::model::DotEnvKey;

/// A file that was read.
#[derive(Debug)]
pub(super) struct Found {
    pub text: Text,
    pub example: bool,
    pub keys: Vec<DotEnvKey>,
}

/// Reads those in the folders of projects.
pub(super) fn read(surveyor: &Surveyor<'_>, projects: &BTreeSet<PathBuf>) -> Vec<Found> {
    let list = |folder: &PathBuf| {
        let entries = surveyor.list(folder).unwrap_or_default();
        let mut names: Vec<String> = entries
            .iter()
            .map(|entry| (name_of(entry), entry))
            .filter(|(name, entry)| dotenv::is_dotenv(name) && is_file(entry))
            .map(|(name, _)| name)
            .collect();
        names.sort_unstable();
        let read = |name: String| {
            let text = surveyor.read(folder.join(&name))?;
            let keys = dotenv::parse(&text.text);
            Some(Found { text, example: dotenv::is_example(&name), keys })
        };
        names.into_iter().filter_map(read).collect::<Vec<_>>()
    };
    projects.par_iter().flat_map_iter(list).collect()
}
