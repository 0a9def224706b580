//! One Worker's facts: those of its entry point, and of every module that it reaches.

use std::collections::{BTreeMap, HashSet};

use super::env_types::EnvTypes;
use super::env_uses::EnvUse;
use super::exports::{Exported, Handlers};
use super::imports::{Kind, Specifier};
use super::module::Module;
use super::origin::Origin;
use super::startup::Startup;
use crate::core::config::wrangler::Environment;
use crate::core::model::{FileId, Place, Span, SyntaxError};

/// The modules of a Worker; the first is its entry point.
#[derive(Clone, Debug)]
pub struct Graph<'m> {
    /// The modules.
    pub nodes: Vec<Node<'m>>,
    /// Whether there were more than it is worth to read.
    pub truncated: bool,
}

/// A module and where its imports lead.
#[derive(Clone, Debug)]
pub struct Node<'m> {
    /// The file.
    pub file: FileId,
    /// What it says.
    pub module: &'m Module,
    /// Where its imports lead, in their order.
    pub links: Vec<Link>,
    /// Whether it was reached for its types alone.
    pub types: bool,
}

/// Where an import leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// To another module, by its index.
    Module(usize),
    /// To a file that is not code, to the runtime, or to something that is not judged.
    Other,
    /// To a module of Node.
    Builtin,
    /// To a package that was found, or that some manifest declares.
    Package,
    /// To a package that no manifest declares, and that is not installed.
    Undeclared,
    /// To nothing. The file may be one that a tool makes, when its name or `.gitignore` says so.
    Missing {
        /// Whether a tool may make it.
        generated: bool,
    },
}

/// What one Worker's source code says. Places point into files of the workspace, whose text is
/// read when a finding needs it.
#[derive(Clone, Debug)]
pub struct SourceFacts {
    /// The entry point.
    pub entry: FileId,
    /// Who wrote it.
    pub origin: Origin,
    /// How Wrangler will take it.
    pub format: Format,
    /// The handlers of the default export.
    pub handlers: Handlers,
    /// Where the default export stands.
    pub default_export: Option<Place>,
    /// What else it exports, by name; names from other modules are followed there.
    pub exports: BTreeMap<Box<str>, Located<Exported>>,
    /// Whether these are all its exports.
    pub exports_complete: bool,
    /// What it reads from `env`.
    pub env: EnvFacts,
    /// Modules of Node that it asks for.
    pub builtins: Vec<ImportFact>,
    /// Packages that nothing declares.
    pub undeclared: Vec<ImportFact>,
    /// Packages that are declared or installed.
    pub packages: Vec<ImportFact>,
    /// Paths that lead to nothing, and may not be made by a tool later.
    pub unresolved: Vec<ImportFact>,
    /// Paths that lead to nothing yet: a tool may make the file.
    pub awaited: Vec<ImportFact>,
    /// Forbidden calls while it is loaded.
    pub startup: Vec<(FileId, Startup)>,
    /// The first error of each file that cannot be parsed.
    pub syntax: Vec<(FileId, SyntaxError)>,
    /// The modules that were read, the entry point first.
    pub modules: Vec<FileId>,
    /// Those of them that are not read for their types alone.
    pub bundled: Vec<FileId>,
    /// Whether there were more than it is worth to read.
    pub truncated: bool,
}

/// Something, and where it is named.
#[derive(Clone, Debug)]
pub struct Located<T> {
    /// The thing.
    pub value: T,
    /// Where.
    pub place: Place,
}

/// How Wrangler takes an entry point (`guessWorkerFormat`, cli.js:192796).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// An ES module.
    Module,
    /// The old format: a script that listens for `fetch`.
    ServiceWorker,
    /// The text does not say.
    Unsure,
}

/// What a Worker reads from `env`.
#[derive(Clone, Debug, Default)]
pub struct EnvFacts {
    /// Every read.
    pub uses: Vec<(FileId, EnvUse)>,
    /// Whether these are all.
    pub complete: bool,
    /// What its types say about the names.
    pub types: EnvTypes,
    /// Reads of `process.env`.
    pub process: Vec<(FileId, Box<str>, Span)>,
}

/// An import worth a word.
#[derive(Clone, Debug)]
pub struct ImportFact {
    /// What was written.
    pub specifier: Box<str>,
    /// Where.
    pub place: Place,
    /// How it was asked for.
    pub kind: Kind,
}

/// The facts of all Workers, by configuration and `main`.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// Two environments with the same `main` share their facts.
    pub facts: BTreeMap<(FileId, Box<str>), SourceFacts>,
}

impl Sources {
    /// What the code of an environment says, where there is code that can be read.
    pub fn of(&self, environment: &Environment<'_>) -> Option<&SourceFacts> {
        let main = environment.text("main")?;
        self.facts.get(&(environment.service.config.file, main.into()))
    }

    /// The same, where people wrote it: the code that is judged.
    pub fn handwritten(&self, environment: &Environment<'_>) -> Option<&SourceFacts> {
        self.of(environment).filter(|facts| facts.origin == Origin::Handwritten)
    }

    /// The same, where Wrangler bundles it: it then looks at imports and exports itself.
    pub fn bundled(&self, environment: &Environment<'_>) -> Option<&SourceFacts> {
        let no_bundle = environment.get("no_bundle").and_then(|setting| setting.value().as_bool());
        self.handwritten(environment).filter(|_| no_bundle != Some(true))
    }
}

/// What an exported name comes to.
enum Resolved<'m> {
    Here(&'m Exported),
    /// It is there, but lies outside of what was read.
    Beyond,
    /// It is not there.
    Nowhere,
}

impl<'m> Graph<'m> {
    /// What an exported name of a module stands for. `seen` are the steps made so far: a name that
    /// comes back to itself is nowhere.
    fn resolve<'n>(
        &'n self,
        node: usize,
        name: &'n str,
        seen: &mut HashSet<(usize, &'n str)>,
    ) -> Resolved<'m> {
        let Some(from) = self.nodes.get(node) else { return Resolved::Beyond };
        let module = from.module;
        if module.syntax.is_some() || module.exports.commonjs {
            return Resolved::Beyond;
        }
        if !seen.insert((node, name)) {
            return Resolved::Nowhere;
        }
        if let Some(export) = module.exports.names.get(name) {
            return match &export.value {
                Exported::From { import, name: Some(name) } => match from.links.get(*import) {
                    Some(Link::Module(next)) => self.resolve(*next, name, seen),
                    _ => Resolved::Beyond,
                },
                Exported::From { name: None, .. } => Resolved::Beyond,
                value => Resolved::Here(value),
            };
        }
        let mut beyond = false;
        for star in module.exports.stars.iter().filter(|_| name != "default") {
            match from.links.get(*star) {
                Some(Link::Module(next)) => match self.resolve(*next, name, seen) {
                    Resolved::Nowhere => {}
                    Resolved::Beyond => beyond = true,
                    found => return found,
                },
                _ => beyond = true,
            }
        }
        if beyond { Resolved::Beyond } else { Resolved::Nowhere }
    }

    /// Which modules run when the Worker is loaded: those that `import()` fetches run later.
    fn loaded(&self) -> Vec<bool> {
        let mut loaded = vec![false; self.nodes.len()];
        let mut next = vec![0];
        while let Some(index) = next.pop() {
            let Some(node) = self.nodes.get(index).filter(|_| !loaded[index]) else { continue };
            loaded[index] = true;
            let links = node.module.imports.iter().zip(&node.links);
            next.extend(links.filter_map(|(import, link)| match link {
                Link::Module(to) if import.kind == Kind::Static => Some(*to),
                _ => None,
            }));
        }
        loaded
    }

    /// Adds the names that a module exports. False where not all of them can be known.
    fn names(
        &self,
        node: usize,
        names: &mut BTreeMap<&'m str, Place>,
        seen: &mut HashSet<usize>,
    ) -> bool {
        let Some(from) = self.nodes.get(node) else { return false };
        let first = seen.is_empty();
        if !seen.insert(node) {
            return true;
        }
        let exports = &from.module.exports;
        for (name, export) in &exports.names {
            if first || &**name != "default" {
                names.entry(name).or_insert(Place { file: from.file, span: export.span });
            }
        }
        let mut complete = from.module.syntax.is_none() && !exports.commonjs;
        for star in &exports.stars {
            complete &= match from.links.get(*star) {
                Some(Link::Module(next)) => self.names(*next, names, seen),
                _ => false,
            };
        }
        complete
    }
}

impl SourceFacts {
    /// Puts together what the modules of a Worker say.
    pub fn of(graph: &Graph<'_>, origin: Origin) -> Option<Self> {
        let entry = graph.nodes.first()?;
        let mut names = BTreeMap::new();
        let exports_complete = graph.names(0, &mut names, &mut HashSet::new());
        let mut exports = BTreeMap::new();
        let mut handlers = Handlers::Unsure;
        let mut default_export = None;
        for (name, place) in names {
            let value = match graph.resolve(0, name, &mut HashSet::new()) {
                Resolved::Here(value) => value.clone(),
                Resolved::Beyond => Exported::Value(Handlers::Unsure),
                Resolved::Nowhere => continue,
            };
            if name == "default" {
                default_export = Some(place);
                handlers = match &value {
                    Exported::Value(handlers) => handlers.clone(),
                    Exported::Class(class) => class.handlers(),
                    Exported::Function | Exported::From { .. } => Handlers::Unsure,
                };
            } else {
                exports.insert(name.into(), Located { value, place });
            }
        }
        let mut facts = Self {
            entry: entry.file,
            origin,
            format: format(entry.module),
            handlers,
            default_export,
            exports,
            exports_complete,
            env: EnvFacts { complete: !graph.truncated, ..EnvFacts::default() },
            builtins: Vec::new(),
            undeclared: Vec::new(),
            packages: Vec::new(),
            awaited: Vec::new(),
            unresolved: Vec::new(),
            startup: Vec::new(),
            syntax: Vec::new(),
            modules: graph.nodes.iter().map(|node| node.file).collect(),
            bundled: graph.nodes.iter().filter(|node| !node.types).map(|node| node.file).collect(),
            truncated: graph.truncated,
        };
        graph.nodes.iter().for_each(|node| facts.take(node));
        let loaded = graph.loaded();
        let nodes = graph.nodes.iter().zip(loaded).filter(|(_, loaded)| *loaded);
        for (node, _) in nodes {
            let calls = node.module.startup.iter();
            facts.startup.extend(calls.map(|call| (node.file, call.clone())));
        }
        Some(facts)
    }

    /// Whether all that it is made of is there, but for what packages are, of which this says no more
    /// than their names.
    pub fn is_whole(&self) -> bool {
        let missing = [&self.undeclared, &self.unresolved, &self.awaited];
        !self.truncated && self.syntax.is_empty() && missing.iter().all(|list| list.is_empty())
    }

    fn take(&mut self, node: &Node<'_>) {
        let (file, module) = (node.file, node.module);
        for (name, own) in &module.env_types {
            let known = self.env.types.entry(name.clone()).or_default();
            known.optional |= own.optional;
            known.binding |= own.binding;
        }
        if node.types {
            return;
        }
        if let Some(error) = &module.syntax {
            self.env.complete = false;
            self.syntax.push((file, error.clone()));
        }
        self.env.complete &= !module.env.incomplete;
        self.env.uses.extend(module.env.uses.iter().map(|one| (file, one.clone())));
        let process = module.env.process.iter();
        self.env.process.extend(process.map(|(name, span)| (file, name.clone(), *span)));
        for (import, link) in module.imports.iter().zip(&node.links) {
            if matches!(import.kind, Kind::Types) {
                continue;
            }
            let list = match link {
                Link::Builtin => &mut self.builtins,
                Link::Undeclared => &mut self.undeclared,
                Link::Package => &mut self.packages,
                Link::Missing { generated: false } => &mut self.unresolved,
                Link::Missing { generated: true } => &mut self.awaited,
                Link::Module(_) | Link::Other => continue,
            };
            list.push(ImportFact {
                specifier: import.specifier.clone(),
                place: Place { file, span: import.span },
                kind: import.kind,
            });
        }
    }
}

/// Wrangler builds the entry point alone, and looks at the names it exports; `export *` has none.
fn format(entry: &Module) -> Format {
    let names = &entry.exports.names;
    if entry.syntax.is_some() || entry.exports.commonjs {
        Format::Unsure
    } else if names.contains_key("default") {
        Format::Module
    } else if names.is_empty() || entry.listens {
        Format::ServiceWorker
    } else {
        Format::Module
    }
}

/// Where a specifier leads that is no path: nowhere that is read.
pub fn beyond(specifier: Specifier<'_>) -> Link {
    match specifier {
        Specifier::Builtin { .. } => Link::Builtin,
        Specifier::Package(_) => Link::Package,
        Specifier::Path(_) | Specifier::Runtime(_) | Specifier::Virtual => Link::Other,
    }
}
