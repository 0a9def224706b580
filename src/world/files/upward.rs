//! The search upwards, each folder asked once however many services lie below it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::walk::look;
use crate::core::config::discover::{Here, Nearest};

/// What is found upwards, by folder.
#[derive(Debug, Default)]
pub(super) struct Upward {
    walked: HashMap<PathBuf, Here>,
    known: HashMap<PathBuf, Nearest>,
}

impl Upward {
    /// Starts with what a walk has seen.
    pub(super) fn new(found: &[(PathBuf, Here)]) -> Self {
        Self { walked: found.iter().cloned().collect(), known: HashMap::new() }
    }

    /// What Wrangler finds when it is started in a folder.
    pub(super) fn from(&mut self, folder: &Path) -> Nearest {
        let mut nearest = Nearest::default();
        let mut unknown = Vec::new();
        for folder in folder.ancestors() {
            if let Some(known) = self.known.get(folder) {
                nearest = known.clone();
                break;
            }
            unknown.push(folder);
        }
        for folder in unknown.into_iter().rev() {
            let here = self.walked.get(folder).copied().unwrap_or_else(|| look(folder).0);
            nearest = nearest.below(folder, here);
            self.known.insert(folder.to_owned(), nearest.clone());
        }
        nearest
    }
}
