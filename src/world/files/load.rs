//! Reads and parses what was planned, side by side, and puts the workspace together.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::paths::{self, parent};
use super::plan::{Plan, Planned};
use super::text::{TextError, read_text};
use super::versions::Versions;
use crate::core::config;
use crate::core::config::discover::DEPLOY_CONFIG;
use crate::core::model::{
    ConfigFile, FileId, Format, Redirect, Service, SideFile, Span, SyntaxError, Value, Workspace,
    WranglerVersion,
};

/// Reads what was planned.
pub(super) fn load(root: &Path, plan: Plan) -> Workspace {
    let versions = Versions::read(plan.services.values().map(|planned| &*planned.project));
    let mut loaded: Vec<Loaded> = plan
        .services
        .into_par_iter()
        .map(|(path, planned)| Loaded::read(root, path, planned))
        .collect();
    loaded.sort_by(|a, b| a.shown.cmp(&b.shown));

    let mut assembly = Assembly::new(root, plan.side_files);
    let mut deploys = HashMap::new();
    for (folder, deploy) in plan.deploys.0 {
        let path = paths::shown(root, &folder.join(DEPLOY_CONFIG));
        deploys.insert(folder, assembly.workspace.add_file(path, deploy.text));
    }
    for service in loaded {
        assembly.add(service, &deploys, &versions);
    }
    let mut workspace = assembly.workspace;
    for (folder, problem) in plan.broken {
        if let Some(file) = deploys.get(&folder) {
            workspace.side_files.push(SideFile::BrokenRedirect { file: *file, problem });
        }
    }
    let skipped = plan.skipped.into_iter();
    workspace.skipped = skipped.map(|(path, skip)| skip.shown(paths::shown(root, &path))).collect();
    workspace.skipped.sort_by(|a, b| a.path.cmp(&b.path));
    workspace
}

/// A configuration that was read, before it has its place in the workspace.
struct Loaded {
    path: PathBuf,
    shown: String,
    content: Result<Content, TextError>,
    /// Path and text of the configuration from which a build tool generated this one.
    user_config: Option<(String, String)>,
    /// Whether that one was changed since.
    stale: bool,
    planned: Planned,
}

struct Content {
    text: String,
    format: Format,
    parsed: Result<Value, SyntaxError>,
}

impl Loaded {
    fn read(root: &Path, path: PathBuf, planned: Planned) -> Self {
        let user_path =
            planned.redirect.as_ref().and_then(|redirect| redirect.user_config.as_ref());
        let user_config =
            user_path.and_then(|user| Some((paths::shown(root, user), read_text(user).ok()?)));
        let modified = |path: &Path| fs::metadata(path).ok()?.modified().ok();
        let stale = user_path.is_some_and(|user| modified(user) > modified(&path));
        let shown = paths::shown(root, &path);
        Self { content: Content::read(&path, &shown), path, shown, user_config, stale, planned }
    }
}

impl Content {
    fn read(path: &Path, shown: &str) -> Result<Self, TextError> {
        let format = Format::of(shown);
        let (text, parsed) = match read_text(path) {
            Ok(text) => {
                let parsed = config::parse(format, &text);
                (text, parsed)
            }
            // Wrangler does not look into a file whose name says nothing to it.
            Err(_) if format == Format::Unknown => (String::new(), config::parse(format, "")),
            Err(error @ TextError::Encoding { .. }) => {
                let message = error.why();
                (String::new(), Err(SyntaxError { span: Span::default(), message }))
            }
            Err(error) => return Err(error),
        };
        Ok(Self { text, format, parsed })
    }
}

/// The workspace as it grows.
struct Assembly<'a> {
    root: &'a Path,
    workspace: Workspace,
    /// Index into the workspace's versions.
    versions: HashMap<WranglerVersion, usize>,
}

impl<'a> Assembly<'a> {
    fn new(root: &'a Path, side_files: Vec<SideFile>) -> Self {
        let workspace = Workspace { name: last_part(root), side_files, ..Workspace::default() };
        Self { root, workspace, versions: HashMap::new() }
    }

    fn add(&mut self, loaded: Loaded, deploys: &HashMap<PathBuf, FileId>, versions: &Versions) {
        let Loaded { path, shown, content, user_config, stale, planned } = loaded;
        let workspace = &mut self.workspace;
        let content = match content {
            Ok(content) => content,
            Err(error) => {
                let unreadable = SideFile::Unreadable { path: shown, why: error.why() };
                workspace.side_files.push(unreadable);
                return;
            }
        };
        let file = workspace.add_file(shown, content.text);
        if let Some(by) = planned.shadowed_by {
            let by = paths::shown(self.root, &by);
            workspace.side_files.push(SideFile::Shadowed { file, by });
        }
        let folder = parent(&path);
        let config = ConfigFile::new(file, content.format, content.parsed);
        let mut service = Service::new(config, &paths::shown(self.root, folder));
        // Seen from the root of the run, that folder and those above it have no names.
        if matches!(&*service.name, "." | "..") {
            service.name = last_part(folder).into();
        }
        service.redirect = planned.redirect.and_then(|redirect| {
            Some(Redirect {
                file: *deploys.get(&redirect.folder)?,
                user_config: user_config.map(|(path, text)| workspace.add_file(path, text)),
                stale,
            })
        });
        let version = versions.of(self.root, &planned.project);
        service.wrangler = version.map(|version| {
            *self.versions.entry(version).or_insert_with_key(|version| {
                workspace.wrangler_versions.push(version.clone());
                workspace.wrangler_versions.len() - 1
            })
        });
        workspace.services.push(service);
    }
}

fn last_part(folder: &Path) -> String {
    folder.file_name().map_or_else(|| ".".into(), |name| name.to_string_lossy().into_owned())
}
