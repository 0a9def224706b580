//! Which Wrangler a project pins, by its lock file or its manifest.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::{paths, text};
use crate::core::config::lockfile::{self, Lock};
use crate::core::model::WranglerVersion;

const MANIFEST: &str = "package.json";

/// What the folders above the projects say, each read once.
#[derive(Debug)]
pub(super) struct Versions(HashMap<PathBuf, Known>);

#[derive(Debug)]
struct Known {
    /// The range in which the manifest asks for Wrangler.
    range: Option<Box<str>>,
    locks: Vec<(&'static str, Lock)>,
}

impl Versions {
    /// Reads the manifests and lock files in and above the folders of projects.
    pub(super) fn read<'a>(projects: impl Iterator<Item = &'a Path>) -> Self {
        let mut folders = HashSet::new();
        for project in projects {
            // Where a folder is known, so are those above it.
            let _ = project.ancestors().find(|folder| !folders.insert(*folder));
        }
        let known = folders.into_par_iter().map(|folder| (folder.to_owned(), Known::read(folder)));
        Self(known.collect())
    }

    /// The version that Node finds from a project's folder: what the nearest lock file that knows
    /// Wrangler says, or a manifest that allows but one version.
    pub(super) fn of(&self, root: &Path, project: &Path) -> Option<WranglerVersion> {
        let above = || project.ancestors().filter_map(|folder| Some((folder, self.0.get(folder)?)));
        let manifest = above().find_map(|(folder, known)| Some((folder, known.range.as_deref()?)));
        let range = manifest.map(|(_, range)| range);
        let pinned = |folder: &Path, name, version| WranglerVersion {
            version,
            source: paths::shown(root, &folder.join(name)),
        };
        let locked = above()
            .map(|(folder, known)| (folder, known.answers(&paths::shown(folder, project), range)))
            .find(|(_, answers)| !answers.is_empty());
        if let Some((folder, answers)) = locked
            && let Some((name, version)) = agreed(&answers)
            && !range.is_some_and(|range| lockfile::excludes(range, version))
        {
            return Some(pinned(folder, name, version.clone()));
        }
        let (folder, range) = manifest?;
        Some(pinned(folder, MANIFEST, lockfile::exact(range)?))
    }
}

type Answer<'a> = (&'static str, &'a semver::Version);

/// The lock files of several package managers may lie side by side; nobody knows which of them is
/// forgotten, so they count where they agree.
fn agreed<'a>(answers: &[Answer<'a>]) -> Option<Answer<'a>> {
    let first = answers.first()?;
    answers.iter().all(|(_, version)| version == &first.1).then_some(*first)
}

impl Known {
    fn read(folder: &Path) -> Self {
        let read = |name| text::read_text(&folder.join(name)).ok();
        Self {
            range: read(MANIFEST).and_then(|text| lockfile::range(&text)),
            locks: lockfile::NAMES
                .into_iter()
                .filter_map(|(name, manager)| Some((name, Lock::parse(manager, &read(name)?))))
                .collect(),
        }
    }

    fn answers(&self, project: &str, range: Option<&str>) -> Vec<Answer<'_>> {
        let locks = self.locks.iter();
        locks.filter_map(|(name, lock)| Some((*name, lock.version(project, range)?))).collect()
    }
}
