//! Which services a change concerns. In doubt, all of them: to look once too often costs
//! milliseconds, to leave out a service that breaks costs more.

use std::collections::{BTreeMap, BTreeSet};
use std::slice;

use super::config::wanted::Wanted;
use super::model::path::ancestors;
use super::model::{Object, Service, Value, Workspace};
use super::source::{Origin, SourceFacts};

/// A `package.json` of the repository: what it is called, and what it asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// Its folder, relative to the root of the run.
    pub folder: String,
    /// The name of the package.
    pub name: Option<String>,
    /// The names of the packages that it depends on, in any way.
    pub dependencies: BTreeSet<String>,
}

impl Manifest {
    /// Reads the content of a `package.json`.
    pub fn of(folder: &str, content: &Value) -> Self {
        const FIELDS: [&str; 4] =
            ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"];
        let tables = FIELDS.iter().filter_map(|field| content.get(field)?.as_object());
        let names = tables.flat_map(|table: &Object| &table.entries).map(|entry| &entry.key);
        Self {
            folder: folder.to_owned(),
            name: content.get("name").and_then(Value::as_str).map(str::to_owned),
            dependencies: names.map(ToString::to_string).collect(),
        }
    }
}

/// For each service the first of the changed paths that concerns it; `None` where none does. Paths
/// are relative to the root of the run; what lies above it begins with `..`.
pub fn affected(
    workspace: &Workspace,
    changed: &[String],
    manifests: &[Manifest],
) -> Vec<Option<String>> {
    let packages = Packages::of(manifests);
    let services: Vec<Reach<'_>> =
        workspace.services.iter().map(|service| Reach::of(workspace, service, &packages)).collect();
    let mut causes: Vec<Option<String>> = vec![None; services.len()];
    for path in changed {
        let owner = owner(workspace, path);
        let package = packages.holding(path);
        let concerned: Vec<bool> = services
            .iter()
            .map(|service| {
                Some(service.folder) == owner
                    || service.reads(path)
                    || package.is_some_and(|package| service.needs(package))
            })
            .collect();
        // Nobody's file. One that a build reads may be read by all whose builds are not known.
        let in_named_package = package.is_some_and(|package| package.name.is_some());
        let is_anybodys = owner.is_none() && !in_named_package && !is_inert(path);
        let is_unclaimed = !concerned.contains(&true);
        for ((cause, service), concerned) in causes.iter_mut().zip(&services).zip(concerned) {
            let may_be = is_anybodys && (is_unclaimed || !service.is_known);
            if (concerned || may_be) && cause.is_none() {
                *cause = Some(path.clone());
            }
        }
    }
    causes
}

/// The innermost folder of a service in which a path lies.
fn owner<'a>(workspace: &'a Workspace, path: &str) -> Option<&'a str> {
    let folders = workspace.services.iter().map(|service| &*service.folder);
    // What lies in the root belongs to a service there only if no other can want it.
    let alone = workspace.services.len() == 1;
    folders
        .filter(|folder| (alone || !folder.is_empty()) && lies_in(path, folder))
        .max_by_key(|f| f.len())
}

fn lies_in(path: &str, folder: &str) -> bool {
    folder.is_empty() && !path.starts_with("../")
        || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Files for people, which no build reads.
fn is_inert(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_text = [".md", ".mdx", ".txt", ".rst"].iter().any(|ending| name.ends_with(ending));
    let is_known = [".gitignore", ".gitattributes", ".editorconfig", "CODEOWNERS"].contains(&name);
    is_text || is_known || name.starts_with("LICENSE") || name.starts_with("LICENCE")
}

/// What a service is made of.
struct Reach<'a> {
    folder: &'a str,
    /// Its modules, wherever they lie.
    modules: BTreeSet<&'a str>,
    /// Whether these are all that its bundle holds of the repository.
    is_known: bool,
    /// The files and folders that its configuration names.
    named: BTreeSet<String>,
    /// The packages of the repository that it depends on, by name.
    packages: BTreeSet<&'a str>,
}

impl<'a> Reach<'a> {
    fn of(workspace: &'a Workspace, service: &'a Service, packages: &Packages<'a>) -> Self {
        let own = workspace.sources.facts.iter();
        let own: Vec<&SourceFacts> = own
            .filter(|((file, _), _)| *file == service.config.file)
            .map(|(_, facts)| facts)
            .collect();
        let is_whole =
            |facts: &&SourceFacts| facts.origin == Origin::Handwritten && !facts.truncated;
        let modules = own.iter().flat_map(|facts| &facts.modules);
        let wanted = Wanted::of(slice::from_ref(service));
        let named = wanted.paths.into_iter().chain(wanted.assets);
        Self {
            folder: &service.folder,
            modules: modules.map(|file| &*workspace.file(*file).path).collect(),
            is_known: !own.is_empty() && own.iter().all(is_whole),
            named: named.chain(wanted.migrations.into_keys()).collect(),
            packages: packages.behind(&service.folder),
        }
    }

    fn reads(&self, path: &str) -> bool {
        self.modules.contains(path)
            || ancestors(path).any(|above| !above.is_empty() && self.named.contains(above))
    }

    fn needs(&self, package: &Manifest) -> bool {
        package.name.as_deref().is_some_and(|name| self.packages.contains(name))
    }
}

/// The packages of the repository.
struct Packages<'a> {
    by_folder: BTreeMap<&'a str, &'a Manifest>,
    by_name: BTreeMap<&'a str, Vec<&'a Manifest>>,
}

impl<'a> Packages<'a> {
    fn of(manifests: &'a [Manifest]) -> Self {
        let mut by_name: BTreeMap<&str, Vec<&Manifest>> = BTreeMap::new();
        for manifest in manifests {
            if let Some(name) = &manifest.name {
                by_name.entry(name).or_default().push(manifest);
            }
        }
        let by_folder = manifests.iter().map(|manifest| (&*manifest.folder, manifest)).collect();
        Self { by_folder, by_name }
    }

    /// The package in which a path lies, but for the one of the root: that is everybody's.
    fn holding(&self, path: &str) -> Option<&'a Manifest> {
        let mut above = ancestors(path).skip(1).filter(|folder| !folder.is_empty());
        above.find_map(|folder| self.by_folder.get(folder)).copied()
    }

    /// The packages of the repository on which a folder depends, directly or not.
    fn behind(&self, folder: &str) -> BTreeSet<&'a str> {
        let own = ancestors(folder).filter_map(|folder| self.by_folder.get(folder));
        let mut open: Vec<&Manifest> = own.copied().collect();
        let mut found = BTreeSet::new();
        while let Some(manifest) = open.pop() {
            for name in &manifest.dependencies {
                if let Some((name, next)) = self.by_name.get_key_value(name.as_str())
                    && found.insert(*name)
                {
                    open.extend(next);
                }
            }
        }
        found
    }
}
