//! CI definitions and package manifests.

use std::collections::BTreeMap;
use std::ops::Bound;

use super::path::{ancestors, is_root_or_above};
use super::{FileId, Value};

/// What a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DocumentKind {
    /// `.github/workflows/*.yml`
    GithubWorkflow,
    /// `.gitlab-ci.yml`, and the parts that are kept in `.gitlab/ci`.
    GitlabCi,
    /// `.circleci/config.yml`
    CircleCi,
    /// `package.json`
    PackageJson,
}

/// A CI definition or a package manifest.
#[derive(Clone, Debug)]
pub struct Document {
    /// What it is.
    pub kind: DocumentKind,
    /// The file.
    pub file: FileId,
    /// The folder that it speaks for, as in [`super::Service::folder`]: that of a manifest, and
    /// of a CI definition the one that holds `.github`, `.gitlab-ci.yml` or `.circleci`.
    pub folder: Box<str>,
    /// Its content; `None` where it cannot be parsed.
    pub value: Option<Value>,
}

/// CI definitions and package manifests, in the same order in every run.
#[derive(Clone, Debug, Default)]
pub struct Documents {
    list: Vec<Document>,
    /// Where the manifest of a folder stands in the list.
    manifests: BTreeMap<Box<str>, usize>,
}

impl FromIterator<Document> for Documents {
    fn from_iter<I: IntoIterator<Item = Document>>(documents: I) -> Self {
        let list = Vec::from_iter(documents);
        let manifests =
            list.iter().enumerate().filter(|(_, one)| one.kind == DocumentKind::PackageJson);
        let manifests = manifests.map(|(index, one)| (one.folder.clone(), index)).collect();
        Self { list, manifests }
    }
}

impl Documents {
    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Document> {
        self.list.iter()
    }

    /// Those of a kind.
    pub fn of(&self, kind: DocumentKind) -> impl Iterator<Item = &Document> {
        self.iter().filter(move |document| document.kind == kind)
    }

    /// The manifests of a folder and of those above it, also of those above the root of the run.
    pub fn manifests_at_or_above(&self, folder: &str) -> impl Iterator<Item = &Document> {
        let inside = ancestors(folder).filter(|folder| !is_above_root(folder));
        let inside = inside.filter_map(|folder| self.manifests.get(folder));
        let outside = self.manifests.range::<str, _>((Bound::Included(ABOVE), Bound::Unbounded));
        let outside = outside.take_while(|(folder, _)| folder.starts_with(ABOVE));
        let outside = outside.filter(|(folder, _)| is_above_root(folder));
        inside.chain(outside.map(|(_, index)| index)).map(|index| &self.list[*index])
    }
}

/// How a folder that is not in the root of the run begins.
const ABOVE: &str = "..";

fn is_above_root(folder: &str) -> bool {
    !folder.is_empty() && is_root_or_above(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifests_above_a_folder() {
        let folders = ["", "..", "../..", "../other", "app", "apps", "apps/api", "apps/web"];
        let manifest = |folder: &str| Document {
            kind: DocumentKind::PackageJson,
            file: FileId(0),
            folder: folder.into(),
            value: None,
        };
        let documents: Documents = folders.into_iter().map(manifest).collect();
        for (folder, expected) in [
            ("", &["", "..", "../.."][..]),
            ("apps/api", &["apps/api", "apps", "", "..", "../.."]),
            ("apps/none", &["apps", "", "..", "../.."]),
            ("../other", &["../other", "", "..", "../.."]),
        ] {
            let found: Vec<&str> =
                documents.manifests_at_or_above(folder).map(|one| &*one.folder).collect();
            assert_eq!(found, expected, "{folder}");
        }
    }
}
