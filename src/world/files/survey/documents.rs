//! CI definitions and package manifests.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::surveyor::{Surveyor, Text, is_file, name_of};
use crate::core::config::{jsonc, yaml};
use crate::core::model::{DocumentKind, Value};
use crate::core::pipeline::gitlab_content;

/// CI definitions that stand alone, by their path.
const FILES: [(&str, DocumentKind); 2] =
    [(".gitlab-ci.yml", DocumentKind::GitlabCi), (".circleci/config.yml", DocumentKind::CircleCi)];

/// Folders of CI definitions.
const FOLDERS: [(&str, DocumentKind); 2] =
    [(".github/workflows", DocumentKind::GithubWorkflow), (".gitlab/ci", DocumentKind::GitlabCi)];

const MANIFEST: &str = "package.json";

/// A document that was read.
#[derive(Debug)]
pub(super) struct Found {
    pub kind: DocumentKind,
    pub folder: PathBuf,
    pub text: Text,
    pub value: Option<Value>,
}

/// Reads the CI definitions of the root and of the repository, and the manifests in and above the
/// folders of projects, as far up as the repository reaches.
pub(super) fn read(
    surveyor: &Surveyor<'_>,
    repository: Option<&Path>,
    projects: &BTreeSet<PathBuf>,
) -> Vec<Found> {
    let top = repository.unwrap_or(surveyor.root);
    let mut wanted = BTreeSet::new();
    for folder in BTreeSet::from([surveyor.root, top]) {
        for (name, kind) in FILES {
            wanted.insert((folder.join(name), kind, folder));
        }
        for (name, kind) in FOLDERS {
            let inside = folder.join(name);
            for entry in surveyor.list(&inside).into_iter().flatten() {
                let name = name_of(&entry);
                let is_yaml = name.ends_with(".yml") || name.ends_with(".yaml");
                if is_yaml && is_file(&entry) {
                    wanted.insert((inside.join(name), kind, folder));
                }
            }
        }
    }
    for folder in manifests(top, projects) {
        wanted.insert((folder.join(MANIFEST), DocumentKind::PackageJson, folder));
    }
    let read = |(path, kind, folder): (PathBuf, DocumentKind, &Path)| {
        let text = surveyor.read(path)?;
        let value = match kind {
            DocumentKind::PackageJson => jsonc::parse(&text.text).ok(),
            DocumentKind::GitlabCi => gitlab_content(&text.text),
            DocumentKind::GithubWorkflow | DocumentKind::CircleCi => yaml::parse(&text.text).ok(),
        };
        Some(Found { kind, folder: folder.to_owned(), text, value })
    };
    wanted.into_par_iter().filter_map(read).collect()
}

/// The folders of projects and those above them, up to the top. What lies outside of the top has
/// nothing above it that is ours.
fn manifests<'a>(top: &'a Path, projects: &'a BTreeSet<PathBuf>) -> BTreeSet<&'a Path> {
    let mut folders = BTreeSet::new();
    for project in projects {
        let inside = |folder: &&Path| *folder == project || folder.starts_with(top);
        // Where a folder is known, so are those above it.
        let _ = project.ancestors().take_while(inside).find(|folder| !folders.insert(*folder));
    }
    folders
}
