//! The project as it lies in the work tree: its settings and its services. Every flow starts here.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use rayon::prelude::*;

use super::protection::{self, Forge};
use super::sight::{self, Live, Looked};
use crate::core::config::clodo_yml::{self, Problems, Settings};
use crate::core::config::wrangler::{Environment, Fleet};
use crate::core::model::account::Snapshot;
use crate::core::model::{
    Finding, Place, Protections, Report, Service, Severity, Span, Workspace, WranglerSays,
};
use crate::core::pipeline::Pipelines;
use crate::core::rules::{self, Context};
use crate::core::taming::{self, BaselineError};
use crate::world::cloudflare::CloudflareError;
use crate::world::files::{self, ReadError};
use crate::world::git::GitError;

/// What to look at.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The folder to work in: shown paths are relative to it.
    pub root: PathBuf,
    /// Folders and configurations, relative to the root. None: the root.
    pub paths: Vec<PathBuf>,
    /// The `clodo.yml` to use. None: the one in the root, if there is one.
    pub config: Option<PathBuf>,
    /// The environments to look at, by name; `""` is the top level. None: all.
    pub environments: Vec<String>,
    /// A commit or branch: only services that changed since then are reported.
    pub changed_since: Option<String>,
    /// A saved picture of the account, for the rules that need it.
    pub account: Option<PathBuf>,
    /// How to look at the account itself, where there is no saved picture. `None`: files only.
    pub live: Option<Live>,
    /// How the environments that pipelines deploy to are protected, or whom to ask. `None`: nobody.
    pub forge: Option<Forge>,
    /// Whether the account would be looked at, had somebody given a token.
    pub lacks_token: bool,
    /// A baseline: only findings that are not in it are reported.
    pub baseline: Option<PathBuf>,
    /// Today in UTC.
    pub today: Date,
}

impl Request {
    /// Whether an environment is to be looked at; `None` is the top level.
    pub(super) fn asks_for(&self, environment: Option<&str>) -> bool {
        let asked = &self.environments;
        asked.is_empty() || asked.iter().any(|asked| asked == environment.unwrap_or(""))
    }

    /// A path as people know it: relative to the root where it lies below it.
    pub(super) fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).display().to_string()
    }
}

/// Why a project cannot be looked at.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// The project's `clodo.yml` is wrong. The report shows where.
    #[error("{0} is not valid")]
    Settings(String, Box<Report>),
    /// The project's `clodo.yml` cannot be read.
    #[error("{path} cannot be read: {why}")]
    UnreadableSettings {
        /// The file, as people know it.
        path: String,
        /// Why, in words.
        why: String,
    },
    /// The saved picture of the account cannot be used.
    #[error("the picture of the account, {path}, cannot be used: {why}")]
    Account {
        /// The file, as people know it.
        path: String,
        /// Why, in words.
        why: String,
    },
    /// The account cannot be looked at.
    #[error(transparent)]
    Cloudflare(#[from] CloudflareError),
    /// The baseline cannot be read.
    #[error("the baseline {path} cannot be read: {why}")]
    UnreadableBaseline {
        /// The file, as people know it.
        path: String,
        /// Why, in words.
        why: String,
    },
    /// The baseline is not one that can be used.
    #[error("the baseline {path} cannot be used: {source}")]
    Baseline {
        /// The file, as people know it.
        path: String,
        /// What is wrong with it.
        source: BaselineError,
    },
    /// What was asked for cannot be looked at.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// What a commit would hold cannot be told.
    #[error(transparent)]
    Git(#[from] GitError),
}

impl ProjectError {
    /// What to do about it.
    pub fn hint(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Settings(..) => "`clodo schema` prints what it may hold",
            Self::UnreadableSettings { .. } => {
                "name another file with `--config`, or leave it out to use clodo.yml"
            }
            Self::UnreadableBaseline { .. } | Self::Baseline { .. } => {
                "write one with `clodo check --write-baseline FILE`"
            }
            Self::Account { .. } => "make a new one with `clodo snapshot --output FILE`",
            Self::Cloudflare(error) => return Cow::Owned(error.hint()),
            Self::Read(error) => error.hint(),
            Self::Git(error) => error.hint(),
        })
    }
}

/// The names that `clodo.yml` may have; the first that exists counts.
pub const SETTINGS_FILES: [&str; 3] = ["clodo.yml", "clodo.yaml", "clodo.json"];

/// A project that was read.
#[derive(Debug)]
pub(super) struct Project {
    /// What the project wishes.
    pub(super) settings: Settings,
    /// The file that says so, if there is one.
    pub(super) settings_file: Option<String>,
    /// What lies in the work tree.
    pub(super) workspace: Workspace,
    /// The accounts as they were seen, where somebody looked.
    pub(super) snapshot: Option<Snapshot>,
    /// How they were looked at.
    pub(super) looked: Option<Looked>,
    /// How the forge protects environments, where it was asked.
    pub(super) protections: Option<Protections>,
    /// What it did not tell, and why.
    pub(super) untold: Vec<String>,
}

impl Project {
    /// Reads the settings, the work tree with them, and then looks at the account for all that these
    /// speak of.
    pub(super) fn read(request: &Request) -> Result<Self, ProjectError> {
        let (settings, source) = read_settings(request)?;
        let wanted = files::Request {
            root: request.root.clone(),
            paths: request.paths.clone(),
            services: settings.services.clone(),
        };
        let mut workspace = files::read(&wanted)?;
        if let Some((path, text)) = source.as_ref().filter(|_| is_whole(request, &workspace)) {
            let known = settings.check_services(|environment| having(&workspace, environment));
            known.map_err(|problems| refuse(problems, path, text))?;
        }
        files::survey(&request.root, &mut workspace);
        files::read_sources(&request.root, &mut workspace);
        let settings_file = source.map(|(path, text)| {
            workspace.add_file(path.clone(), text);
            path
        });
        let (snapshot, looked) = picture(request, &workspace, &settings)?.unzip();
        let (protections, untold) = protection::look(request.forge.as_ref(), &workspace);
        Ok(Self { settings, settings_file, workspace, snapshot, looked, protections, untold })
    }

    /// What the taming of findings looks at. `whole`: whether everything was looked at, so that
    /// what matches nothing is stale.
    pub(super) fn run(&self, request: &Request, whole: bool) -> taming::Run<'_> {
        taming::Run {
            workspace: &self.workspace,
            settings: &self.settings,
            rules: rules::ALL,
            today: request.today,
            live: self.snapshot.is_some(),
            whole,
        }
    }
}

/// Whether all services are known, with all their environments: nobody asked for some of them alone, and
/// every configuration could be parsed.
fn is_whole(request: &Request, workspace: &Workspace) -> bool {
    let is_parsed = |service: &Service| service.config.syntax.is_none();
    request.paths.is_empty() && workspace.services.iter().all(is_parsed)
}

/// The services that have an environment.
fn having<'w>(workspace: &'w Workspace, environment: &str) -> Vec<&'w str> {
    let has = |service: &&Service| {
        Environment::all(service).any(|one| one.name.unwrap_or_default() == environment)
    };
    workspace.services.iter().filter(has).map(|service| &*service.name).collect()
}

/// The picture of the account that a request asks for, if it asks for one.
fn picture(
    request: &Request,
    workspace: &Workspace,
    settings: &Settings,
) -> Result<Option<(Snapshot, Looked)>, ProjectError> {
    if let Some(path) = &request.account {
        let path = request.root.join(path);
        let refuse = |why| ProjectError::Account { path: request.shown(&path), why };
        return sight::saved(&path).map(Some).map_err(refuse);
    }
    let Some(live) = &request.live else { return Ok(None) };
    let asks_for = |name: Option<&str>| request.asks_for(name);
    Ok(sight::look(live, workspace, settings, &off(settings), asks_for)?)
}

/// What the project's `clodo.yml` says.
///
/// # Errors
/// Where it cannot be used.
pub fn settings(request: &Request) -> Result<Settings, ProjectError> {
    read_settings(request).map(|(settings, _)| settings)
}

/// The settings of the project, with the path and the text of the file that they are from.
pub(super) fn read_settings(
    request: &Request,
) -> Result<(Settings, Option<(String, String)>), ProjectError> {
    let named = request.config.as_ref().map(|path| request.root.join(path));
    let found =
        || SETTINGS_FILES.map(|name| request.root.join(name)).into_iter().find(|p| p.exists());
    let Some(path) = named.or_else(found) else { return Ok((Settings::default(), None)) };
    let shown = request.shown(&path);
    let text = files::read_text(&path).map_err(|error| ProjectError::UnreadableSettings {
        path: shown.clone(),
        why: error.why(),
    })?;
    let known: Vec<&str> = rules::ALL.iter().map(|rule| rule.id).collect();
    let settings = clodo_yml::read(&shown, &text)
        .and_then(|settings| settings.check_rules(&known).map(|()| settings))
        .map_err(|problems| refuse(problems, &shown, &text))?;
    Ok((settings, Some((shown, text))))
}

fn refuse(problems: Problems, path: &str, text: &str) -> ProjectError {
    let mut workspace = Workspace::default();
    let file = workspace.add_file(path.to_owned(), text.to_owned());
    let report =
        Report { findings: problems.findings(file), files: workspace.files, ..Report::default() };
    ProjectError::Settings(path.to_owned(), Box::new(report))
}

/// The rules that the settings switch off.
pub(super) fn off(settings: &Settings) -> BTreeSet<String> {
    settings.off(rules::ALL.iter().map(|rule| rule.id))
}

/// Lets every rule look that is not off.
pub(super) fn look(
    request: &Request,
    workspace: &Workspace,
    settings: &Settings,
    snapshot: Option<&Snapshot>,
    protections: Option<&Protections>,
) -> Vec<Finding> {
    let fleet = Fleet::of(workspace);
    let pipelines = Pipelines::of(workspace);
    let cx = Context {
        workspace,
        fleet: &fleet,
        pipelines: &pipelines,
        today: request.today,
        external_workers: settings.external_workers.as_deref(),
        off: &off(settings),
        environments: &request.environments,
        snapshot,
        protections,
    };
    let mut findings = rules::check_workspace(&cx);
    let by_service: Vec<Vec<Finding>> = workspace
        .services
        .par_iter()
        .map(|service| match unparsed(service) {
            Some(finding) => vec![finding],
            None => rules::check_service(&cx, service),
        })
        .collect();
    findings.extend(by_service.into_iter().flatten());
    findings
}

/// The finding of a configuration that cannot be parsed: it stands in the way of every environment.
fn unparsed(service: &Service) -> Option<Finding> {
    let error = service.config.syntax.as_ref()?;
    let place = Place { file: service.config.file, span: visible(error.span) };
    Some(Finding {
        message: error.message.clone(),
        service: Some(service.name.clone()),
        ..Finding::new("config/syntax", Severity::Error, WranglerSays::Rejects, Some(place))
    })
}

/// An empty span marks nothing; one byte is enough to see.
fn visible(span: Span) -> Span {
    Span { start: span.start, end: span.end.max(span.start.saturating_add(1)) }
}
