//! The `package.json` files of the repository: whose scripts pipelines run, and which Wrangler they
//! ask for.

use std::collections::HashMap;

use crate::core::model::path::ancestors;
use crate::core::model::{Data, Document, DocumentKind, Entry, FileId, Value, Workspace};

/// The manifests, by folder and by name.
#[derive(Debug, Default)]
pub struct Packages<'a> {
    by_folder: HashMap<&'a str, Package<'a>>,
    by_name: HashMap<&'a str, Option<Package<'a>>>,
}

/// A manifest.
#[derive(Clone, Copy, Debug)]
pub struct Package<'a> {
    /// The file.
    pub file: FileId,
    /// Its folder.
    pub folder: &'a str,
    /// Its content.
    pub value: &'a Value,
}

/// The fields of a manifest that name dependencies.
const DEPENDENCIES: [&str; 3] = ["dependencies", "devDependencies", "optionalDependencies"];

impl<'a> Packages<'a> {
    pub(super) fn of(workspace: &'a Workspace) -> Self {
        let mut packages = Self::default();
        for document in workspace.facts.documents.of(DocumentKind::PackageJson) {
            let Some(package) = Package::of(document) else { continue };
            packages.by_folder.insert(package.folder, package);
            if let Some(name) = package.value.get("name").and_then(Value::as_str) {
                // A name that stands twice names nothing.
                let slot = packages.by_name.entry(name);
                slot.and_modify(|known| *known = None).or_insert(Some(package));
            }
        }
        packages
    }

    /// The manifest of a folder.
    pub fn at(&self, folder: &str) -> Option<Package<'a>> {
        self.by_folder.get(folder).copied()
    }

    /// The manifest of a package.
    pub(super) fn named(&self, name: &str) -> Option<Package<'a>> {
        *self.by_name.get(name)?
    }

    /// All manifests, in the order of their paths.
    pub fn all(&self) -> impl Iterator<Item = Package<'a>> + use<'a> {
        let mut all: Vec<Package<'a>> = self.by_folder.values().copied().collect();
        all.sort_unstable_by_key(|package| package.folder);
        all.into_iter()
    }

    /// The manifests of a folder and of those above it, the nearest first.
    pub fn above(&self, folder: &str) -> impl Iterator<Item = Package<'a>> {
        ancestors(folder).filter_map(|folder| self.at(folder))
    }
}

impl<'a> Package<'a> {
    fn of(document: &'a Document) -> Option<Self> {
        let value = document.value.as_ref()?;
        Some(Self { file: document.file, folder: &document.folder, value })
    }

    /// A script.
    pub(super) fn script(&self, name: &str) -> Option<&'a Entry> {
        self.value.get("scripts")?.as_object()?.entry(name)
    }

    /// The scripts, in the order of the file.
    pub(super) fn scripts(&self) -> &'a [Entry] {
        self.value.get("scripts").map(Value::entries).unwrap_or_default()
    }

    /// How it asks for a dependency, and in which field.
    pub fn dependency(&self, name: &str) -> Option<(&'static str, &'a Entry)> {
        DEPENDENCIES.into_iter().find_map(|field| {
            let Data::Object(packages) = &self.value.get(field)?.data else { return None };
            Some((field, packages.entry(name)?))
        })
    }
}
