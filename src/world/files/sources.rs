//! Reads the source code of Workers: from each entry point through its imports.
//!
//! Every file is read and parsed once, however many services reach it, and every folder is listed
//! once. Only facts are kept; the text of a file is read again when a finding points into it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;
use std::sync::{Arc, OnceLock, RwLock};
use std::{fs, thread};

use ignore::gitignore::Gitignore;
use rayon::prelude::*;

use super::text::read_text;
use crate::core::config::jsonc;
use crate::core::config::wrangler::Environment;
use crate::core::config::wrangler::command_line::VITE_PLUGIN;
use crate::core::model::path::{join, parent};
use crate::core::model::{FileId, Finding, Kind as ServiceKind, Service, Value, Workspace};
use crate::core::source::{
    Entry, Graph, Import, Kind, Link, Module, Node, Origin, Paths, Resolver, SourceFacts,
    Specifier, VITE, beyond,
};

/// How many modules of one service are read. What lies beyond is taken for unknown.
const MODULES: usize = 2_000;

/// How many bytes of one service's source code are read.
const BYTES: u64 = 16 * 1024 * 1024;

/// The stack of the threads that parse. Only what is used of it takes memory.
const STACK: usize = 64 * 1024 * 1024;

/// What is to spare of it for code.
const SPARE: usize = STACK - 1024 * 1024;

/// Reads the source code of every Worker of a workspace.
pub fn read_sources(root: &Path, workspace: &mut Workspace) {
    if wanted(&workspace.services).is_empty() {
        return;
    }
    // Without threads of its own there is nothing to read with, and the code stays unknown.
    if let Ok(pool) = rayon::ThreadPoolBuilder::new().stack_size(STACK).build() {
        pool.install(|| read(root, workspace));
    }
}

fn read(root: &Path, workspace: &mut Workspace) {
    let root = fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
    let reader = Reader::new(&root);
    let graphs: Vec<Reached> =
        wanted(&workspace.services).into_par_iter().filter_map(|one| reader.reach(one)).collect();

    // In the order of their paths, so that every run gives a file the same number.
    let paths: BTreeSet<&Arc<str>> =
        graphs.iter().flat_map(|graph| graph.files.iter().map(|file| &file.path)).collect();
    let ids: HashMap<&str, FileId> = paths
        .into_iter()
        .map(|path| (&**path, workspace.add_file(path.to_string(), String::new())))
        .collect();
    let facts = graphs.par_iter().filter_map(|reached| {
        let nodes = reached.files.iter().filter_map(|file| {
            Some(Node {
                file: *ids.get(&*file.path)?,
                module: &file.parsed.module,
                links: file.links.clone(),
                types: file.types,
            })
        });
        let graph = Graph { nodes: nodes.collect(), truncated: reached.truncated };
        let facts = SourceFacts::of(&graph, reached.origin)?;
        Some(((reached.config, reached.main.clone()), facts))
    });
    workspace.sources.facts = facts.collect::<Vec<_>>().into_iter().collect();
}

/// Reads the text of the files that findings point into, where it was not kept.
pub fn fill_texts(root: &Path, workspace: &mut Workspace, findings: &[Finding]) {
    let places = findings.iter().flat_map(|finding| {
        finding.place.into_iter().chain(finding.related.iter().map(|(place, _)| *place))
    });
    for file in places.map(|place| place.file).collect::<BTreeSet<_>>() {
        let Some(source) = workspace.files.get_mut(file.0 as usize) else { continue };
        if source.text.is_empty() && Module::can_read(&source.path) {
            // A file that vanished meanwhile is shown without its lines.
            source.text = read_text(&root.join(&source.path)).unwrap_or_default();
        }
    }
}

/// An entry point to read.
struct Wanted<'w> {
    config: FileId,
    main: &'w str,
    folder: &'w str,
    alias: BTreeMap<&'w str, &'w str>,
    tsconfig: Option<&'w str>,
    /// Whether a command of its own makes files before Wrangler builds.
    builds: bool,
}

impl Wanted<'_> {
    /// Whether its imports lead elsewhere than those of others.
    fn is_special(&self) -> bool {
        self.tsconfig.is_some() || !self.alias.is_empty()
    }
}

fn wanted(services: &[Service]) -> Vec<Wanted<'_>> {
    let mut list: Vec<Wanted<'_>> = Vec::new();
    let own = services.iter().filter(|s| s.kind == ServiceKind::Worker && s.redirect.is_none());
    for service in own {
        let first = list.len();
        for environment in Environment::all(service) {
            let Some(main) = environment.text("main") else { continue };
            if list[first..].iter().any(|known| known.main == main) {
                continue;
            }
            let alias = environment.get("alias").map(|alias| alias.value().entries());
            let alias = alias.unwrap_or_default().iter();
            list.push(Wanted {
                config: service.config.file,
                main,
                folder: &service.folder,
                alias: alias.filter_map(|e| Some((&*e.key, e.value.as_str()?))).collect(),
                tsconfig: environment.text("tsconfig"),
                builds: environment.has_build_command(),
            });
        }
    }
    list
}

/// The modules that were reached from an entry point.
struct Reached {
    config: FileId,
    main: Box<str>,
    origin: Origin,
    files: Vec<ReachedFile>,
    truncated: bool,
}

struct ReachedFile {
    path: Arc<str>,
    parsed: Arc<Parsed>,
    links: Vec<Link>,
    types: bool,
}

/// A file that was read.
struct Parsed {
    module: Module,
    /// Where its imports lead, unless a configuration has a word in it.
    targets: Vec<Target>,
    size: u64,
}

/// Where an import leads.
#[derive(Clone, Debug)]
enum Target {
    /// To a file of code.
    Code(Arc<str>),
    /// Anywhere else.
    Link(Link),
}

/// What was read so far.
struct Reader<'r> {
    root: &'r Path,
    folders: Once<HashMap<Box<str>, Entry>>,
    parsed: Once<Option<Arc<Parsed>>>,
    tsconfigs: Once<Option<Paths>>,
    manifests: Once<Option<HashSet<Box<str>>>>,
}

/// Things that are made once for each path.
struct Once<T>(RwLock<HashMap<Box<str>, Arc<OnceLock<T>>>>);

impl<T> Once<T> {
    fn new() -> Self {
        Self(RwLock::new(HashMap::new()))
    }

    fn get(&self, path: &str, make: impl FnOnce() -> T) -> Arc<OnceLock<T>> {
        let known =
            self.0.read().unwrap_or_else(|poisoned| poisoned.into_inner()).get(path).cloned();
        let slot = known.unwrap_or_else(|| {
            let mut slots = self.0.write().unwrap_or_else(|poisoned| poisoned.into_inner());
            slots.entry(path.into()).or_default().clone()
        });
        slot.get_or_init(make);
        slot
    }
}

impl<'r> Reader<'r> {
    fn new(root: &'r Path) -> Self {
        Self {
            root,
            folders: Once::new(),
            parsed: Once::new(),
            tsconfigs: Once::new(),
            manifests: Once::new(),
        }
    }

    /// What stands at a path, by the list of its folder.
    fn look(&self, path: &str) -> Entry {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        if matches!(name, "" | "..") {
            return Entry::Folder;
        }
        let list = self.folders.get(folder, || self.list(folder));
        list.get().and_then(|list| list.get(name)).copied().unwrap_or(Entry::Nothing)
    }

    fn list(&self, folder: &str) -> HashMap<Box<str>, Entry> {
        let Ok(entries) = fs::read_dir(self.root.join(folder)) else { return HashMap::new() };
        let entries = entries.flatten().filter_map(|entry| {
            let mut kind = entry.file_type().ok()?;
            if kind.is_symlink() {
                kind = fs::metadata(entry.path()).ok()?.file_type();
            }
            let found = match kind {
                kind if kind.is_dir() => Entry::Folder,
                kind if kind.is_file() => Entry::File,
                _ => return None,
            };
            Some((entry.file_name().to_str()?.into(), found))
        });
        entries.collect()
    }

    fn is_file(&self, path: &str) -> bool {
        self.look(path) == Entry::File
    }

    /// The folder above, up to the root of the file system.
    fn above(&self, folder: &str) -> Option<String> {
        if folder.is_empty() || folder.ends_with("..") {
            let up = folder.split('/').filter(|part| !part.is_empty()).count();
            let depth = self.root.components().count().saturating_sub(1);
            return (up < depth).then(|| join(folder, ".."));
        }
        match parent(folder) {
            "" if folder.starts_with('/') => None,
            above => Some(above.to_owned()),
        }
    }

    fn parse(&self, path: &Arc<str>) -> Option<Arc<Parsed>> {
        let slot = self.parsed.get(path, || {
            let file = self.root.join(&**path);
            let size = fs::metadata(&file).ok()?.len();
            if size > BYTES {
                return None;
            }
            let module = parse(path, &read_text(&file).ok()?);
            let targets = module.imports.iter().map(|import| self.target(path, import, None));
            Some(Arc::new(Parsed { targets: targets.collect(), module, size }))
        });
        slot.get().cloned().flatten()
    }

    /// Follows the imports of an entry point.
    fn reach(&self, wanted: Wanted<'_>) -> Option<Reached> {
        let resolver = Resolver { look: &|path| self.look(path) };
        let entry: Arc<str> = resolver.path(wanted.folder, wanted.main)?.into();
        let built = Origin::of(wanted.main, &Module::default(), false) != Origin::Handwritten;
        if built || !Module::can_read(&entry) {
            return None;
        }
        let mut walk = Walk { reader: self, wanted: &wanted, files: Vec::new(), bytes: 0 };
        let truncated = !walk.all(entry);
        let origin = Origin::of(
            wanted.main,
            &walk.files.first()?.parsed.module,
            self.has_vite(wanted.folder),
        );
        let files = walk.files;
        Some(Reached { config: wanted.config, main: wanted.main.into(), origin, files, truncated })
    }

    /// Whether Vite builds the project, with Cloudflare's plugin.
    fn has_vite(&self, folder: &str) -> bool {
        VITE.iter().map(|name| join(folder, name)).filter(|path| self.is_file(path)).any(|path| {
            let parsed = self.parse(&path.into());
            parsed.is_some_and(|parsed| {
                parsed.module.imports.iter().any(|import| &*import.specifier == VITE_PLUGIN)
            })
        })
    }

    /// Where an import leads.
    fn target(&self, from: &str, import: &Import, wanted: Option<&Wanted<'_>>) -> Target {
        let resolver = Resolver { look: &|path| self.look(path) };
        let folder = parent(from);
        let specifier = &*import.specifier;
        let file = |path: String| match Module::can_read(&path) && !path.contains("node_modules/") {
            true => Target::Code(path.into()),
            false => Target::Link(Link::Other),
        };
        if let Some(alias) = wanted.and_then(|wanted| wanted.alias.get(specifier)) {
            let found = wanted.and_then(|wanted| resolver.path(wanted.folder, alias));
            return found.map_or(Target::Link(Link::Other), file);
        }
        let kind = Specifier::of(specifier);
        if let Specifier::Path(path) = kind {
            // `./x.svg?url` is for some tool to know.
            if path.contains(['?', '#']) {
                return Target::Link(Link::Other);
            }
            return match resolver.path(folder, path) {
                Some(path) => file(path),
                None if import.kind == Kind::Types => Target::Link(Link::Other),
                None => {
                    let generated = self.is_generated(&join(folder, path));
                    Target::Link(Link::Missing { generated })
                }
            };
        }
        let override_ = wanted.and_then(|wanted| Some(join(wanted.folder, wanted.tsconfig?)));
        let slot = match &override_ {
            Some(path) => self.tsconfigs.get(path, || self.tsconfig(path)),
            None => self.nearest(folder),
        };
        let paths = slot.get().and_then(Option::as_ref);
        if let Some(path) = paths.and_then(|paths| paths.find(resolver, specifier)) {
            return file(path);
        }
        Target::Link(match kind {
            // An installed package goes before Node's own of the same name.
            Specifier::Builtin { name, prefixed: false } if self.has_package(folder, name) => {
                Link::Package
            }
            Specifier::Package(package)
                if import.kind != Kind::Types
                    && !self.may_be(folder, package.name, specifier, paths) =>
            {
                Link::Undeclared
            }
            kind => beyond(kind),
        })
    }

    /// Whether a package may be there when Wrangler builds.
    fn may_be(&self, folder: &str, name: &str, specifier: &str, paths: Option<&Paths>) -> bool {
        paths.is_some_and(|paths| paths.unsure || paths.covers(specifier))
            || self.has_package(folder, name)
            // Without any manifest, nobody can say where packages come from.
            || self.declared(folder).get().is_none_or(Option::is_none)
    }

    fn has_package(&self, folder: &str, name: &str) -> bool {
        let declared = self.declared(folder);
        if declared.get().and_then(Option::as_ref).is_some_and(|names| names.contains(name)) {
            return true;
        }
        let mut next = Some(folder.to_owned());
        while let Some(folder) = next {
            if self.look(&join(&folder, "node_modules")) == Entry::Folder
                && self.look(&join(&folder, &format!("node_modules/{name}"))) != Entry::Nothing
            {
                return true;
            }
            next = self.above(&folder);
        }
        false
    }

    /// What the manifests in and above a folder declare; nothing where there is none.
    fn declared(&self, folder: &str) -> Arc<OnceLock<Option<HashSet<Box<str>>>>> {
        let above = self.above(folder).map(|above| self.declared(&above));
        self.manifests.get(folder, || {
            let above = above.as_ref().and_then(|above| above.get()?.as_ref());
            let path = join(folder, "package.json");
            let own = self.is_file(&path).then(|| self.manifest(&path));
            match (own, above) {
                (Some(mut own), above) => {
                    own.extend(above.into_iter().flatten().cloned());
                    Some(own)
                }
                (None, above) => above.cloned(),
            }
        })
    }

    fn manifest(&self, path: &str) -> HashSet<Box<str>> {
        const LISTS: [&str; 5] = [
            "dependencies",
            "devDependencies",
            "peerDependencies",
            "optionalDependencies",
            "bundledDependencies",
        ];
        let text = read_text(&self.root.join(path)).unwrap_or_default();
        let Ok(root) = jsonc::parse(&text) else { return HashSet::new() };
        let lists = LISTS.iter().filter_map(|list| root.get(list)?.as_object());
        let names = lists.flat_map(|list| list.keys()).map(Into::into);
        names.chain(root.get("name").and_then(Value::as_str).map(Into::into)).collect()
    }

    /// The nearest `tsconfig.json` upwards.
    fn nearest(&self, folder: &str) -> Arc<OnceLock<Option<Paths>>> {
        let path = join(folder, "tsconfig.json");
        if self.is_file(&path) {
            return self.tsconfigs.get(&path, || self.tsconfig(&path));
        }
        match self.above(folder) {
            Some(above) => self.nearest(&above),
            None => Arc::new(OnceLock::from(None)),
        }
    }

    fn tsconfig(&self, path: &str) -> Option<Paths> {
        let folder = parent(path);
        let (mut paths, extends) = Paths::read(folder, &read_text(&self.root.join(path)).ok()?);
        // The last of several counts most.
        for target in extends.iter().rev() {
            let named = join(folder, target);
            let file = [format!("{named}.json"), named].into_iter().find(|path| self.is_file(path));
            let text = file.as_ref().and_then(|file| read_text(&self.root.join(file)).ok());
            match (file, text) {
                (Some(file), Some(text)) if target.starts_with('.') => {
                    let (mut base, more) = Paths::read(parent(&file), &text);
                    base.unsure |= !more.is_empty();
                    paths.extend(base);
                }
                _ => paths.unsure = true,
            }
        }
        Some(paths)
    }

    /// Whether a file that is not there looks like one that a tool will make.
    fn is_generated(&self, path: &str) -> bool {
        const PARTS: [&str; 8] =
            ["dist", "build", "out", "gen", "pkg", "paraglide", "styled-system", "node_modules"];
        let made = path.split('/').any(|part| {
            let part = part.to_ascii_lowercase();
            PARTS.contains(&&*part)
                || part.starts_with('.') && part != ".."
                || part.contains("generated")
                || part.contains(".gen")
                || part.contains("manifest")
        });
        made || self.is_ignored(path)
    }

    /// Whether a `.gitignore` in or above the folder of a path excludes it.
    fn is_ignored(&self, path: &str) -> bool {
        let mut next = Some(parent(path).to_owned());
        while let Some(folder) = next {
            let ignore = join(&folder, ".gitignore");
            if self.is_file(&ignore) {
                let (rules, _) = Gitignore::new(self.root.join(&ignore));
                let relative = path.strip_prefix(&*folder).unwrap_or(path).trim_start_matches('/');
                let names = ["", ".ts", ".js", ".json"].map(|end| format!("{relative}{end}"));
                if names.iter().any(|n| rules.matched_path_or_any_parents(n, false).is_ignore()) {
                    return true;
                }
            }
            let repository = self.look(&join(&folder, ".git")) != Entry::Nothing;
            next = self.above(&folder).filter(|_| !repository);
        }
        false
    }
}

/// Parses a text on this thread, or on one of its own where it is nested deeply.
fn parse(path: &str, text: &str) -> Module {
    match Module::stack(text) {
        Some(stack) if stack > SPARE => thread::scope(|scope| {
            let builder = thread::Builder::new().stack_size(stack + STACK);
            let started = builder.spawn_scoped(scope, || Module::parse_within(stack, path, text));
            started.ok().and_then(|thread| thread.join().ok())
        })
        .unwrap_or_else(|| Module::parse_within(0, path, text)),
        _ => Module::parse_within(SPARE, path, text),
    }
}

/// A walk through the imports of one entry point.
struct Walk<'w> {
    reader: &'w Reader<'w>,
    wanted: &'w Wanted<'w>,
    files: Vec<ReachedFile>,
    bytes: u64,
}

impl Walk<'_> {
    /// Reads everything; false where there is more than it is worth.
    fn all(&mut self, entry: Arc<str>) -> bool {
        let mut whole = true;
        let mut known: HashMap<Arc<str>, usize> = HashMap::new();
        let mut targets: Vec<Vec<Target>> = Vec::new();
        let mut next = vec![entry];
        while !next.is_empty() {
            let room = MODULES.saturating_sub(self.files.len());
            whole &= next.len() <= room && self.bytes <= BYTES;
            next.truncate(if self.bytes > BYTES { 0 } else { room });
            let read = self.read(&next);
            let mut found = Vec::new();
            for (path, parsed) in next.into_iter().zip(read) {
                let Some((parsed, leads)) = parsed else { continue };
                self.bytes += parsed.size;
                known.insert(path.clone(), self.files.len());
                for (import, target) in parsed.module.imports.iter().zip(&leads) {
                    if let Target::Code(path) = target
                        && import.kind != Kind::Types
                    {
                        found.push(path.clone());
                    }
                }
                self.files.push(ReachedFile { path, parsed, links: Vec::new(), types: false });
                targets.push(leads);
            }
            found.sort();
            found.dedup();
            found.retain(|path| !known.contains_key(path));
            next = found;
        }
        self.types(&known, &targets);
        for (file, targets) in self.files.iter_mut().zip(targets) {
            file.links = targets
                .into_iter()
                .map(|target| match target {
                    Target::Code(path) => {
                        known.get(&path).map_or(Link::Other, |n| Link::Module(*n))
                    }
                    Target::Link(Link::Missing { .. }) if self.wanted.builds => {
                        Link::Missing { generated: true }
                    }
                    Target::Link(link) => link,
                })
                .collect();
        }
        whole
    }

    /// Reads files, and says where their imports lead.
    fn read(&self, paths: &[Arc<str>]) -> Vec<Option<(Arc<Parsed>, Vec<Target>)>> {
        let read = |path: &Arc<str>| {
            let parsed = self.reader.parse(path)?;
            let leads = if self.wanted.is_special() {
                let imports = parsed.module.imports.iter();
                imports.map(|import| self.reader.target(path, import, Some(self.wanted))).collect()
            } else {
                parsed.targets.clone()
            };
            Some((parsed, leads))
        };
        // Few files are not worth handing out.
        const FEW: usize = 4;
        if paths.len() <= FEW {
            paths.iter().map(read).collect()
        } else {
            paths.par_iter().map(read).collect()
        }
    }

    /// Reads what is imported for its types alone: there stands what `env` may lack.
    fn types(&mut self, known: &HashMap<Arc<str>, usize>, targets: &[Vec<Target>]) {
        let paths: BTreeSet<Arc<str>> = self
            .files
            .iter()
            .zip(targets)
            .flat_map(|(file, targets)| file.parsed.module.imports.iter().zip(targets))
            .filter(|(import, _)| import.kind == Kind::Types)
            .filter_map(|(_, target)| match target {
                Target::Code(path) if !known.contains_key(path) => Some(path.clone()),
                _ => None,
            })
            .take(MODULES.saturating_sub(self.files.len()))
            .collect();
        for path in paths {
            if let Some(parsed) = self.reader.parse(&path) {
                self.files.push(ReachedFile { path, parsed, links: Vec::new(), types: true });
            }
        }
    }
}
