//! `clodo check`: read the project's wishes, read the work tree, let every rule look at it, put
//! aside what the project has put aside, and report the rest.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use jiff::civil::Date;
use rayon::prelude::*;

use crate::core::conceal::conceal;
use crate::core::config::clodo_yml::{self, FailLevel, Problems, Settings};
use crate::core::config::dotenv;
use crate::core::config::wrangler::{Environment, Fleet};
use crate::core::gaps;
use crate::core::model::{
    BindingReport, Coverage, EnvironmentReport, Finding, Place, Report, Service, ServiceReport,
    Severity, Skipped, Source, Span, Workspace, WranglerSays,
};
use crate::core::pipeline::Pipelines;
use crate::core::rules::{self, Check, Context, Needs};
use crate::core::secrets;
use crate::core::taming::{self, Baseline};
use crate::world::files;

/// What to check.
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
    /// A baseline: only findings that are not in it are reported.
    pub baseline: Option<PathBuf>,
    /// Today in UTC.
    pub today: Date,
}

/// What came of it.
#[derive(Debug)]
pub struct Checked {
    /// The report.
    pub report: Report,
    /// From which severity on the project wants a check to fail.
    pub fail_level: FailLevel,
    /// What could not be looked at.
    pub skipped: Vec<Skipped>,
    /// The baseline of what was found, before any baseline was applied.
    pub baseline: Baseline,
    /// The `clodo.yml` that was used, if one was.
    pub settings_file: Option<String>,
}

/// Why a check could not be made.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The project's `clodo.yml` is wrong. The report shows where.
    #[error("{0} is not valid")]
    Settings(String, Box<Report>),
    /// The request cannot be carried out.
    #[error(transparent)]
    Request(#[from] anyhow::Error),
}

/// The names that `clodo.yml` may have; the first that exists counts.
pub const SETTINGS_FILES: [&str; 3] = ["clodo.yml", "clodo.yaml", "clodo.json"];

/// Checks a work tree.
pub fn check(request: &Request) -> Result<Checked, CheckError> {
    let (settings, source) = read_settings(request)?;
    let mut workspace = read_workspace(request, &settings)?;
    if let Some((path, text)) = &source {
        workspace.add_file(path.clone(), text.clone());
    }
    let off = settings.off(rules::ALL.iter().map(|rule| rule.id));
    let findings = look(request, &workspace, &off);
    files::fill_texts(&request.root, &mut workspace, &findings);
    let run = taming::Run {
        workspace: &workspace,
        settings: &settings,
        rules: rules::ALL,
        today: request.today,
        live: false,
        whole: request.paths.is_empty() && request.environments.is_empty(),
    };
    let tamed = taming::tame(findings, &run);
    let mut report = Report {
        name: workspace.name.clone(),
        files: presentable(&workspace),
        findings: only_asked(tamed.findings, &request.environments),
        services: workspace.services.iter().map(|s| describe(&workspace, s, request)).collect(),
        gaps: gaps::open(&gaps::needs(&workspace, &request.environments)),
        coverage: coverage(&workspace, &off),
        put_aside: tamed.put_aside,
    };
    report.sort();
    let found = Baseline::of(&report);
    if let Some((path, known)) = read_baseline(request, &settings)? {
        known.apply(&path, &mut report, &run);
        report.sort();
    }
    Ok(Checked {
        fail_level: settings.fail_level,
        skipped: workspace.skipped,
        baseline: found,
        settings_file: source.map(|(path, _)| path),
        report,
    })
}

/// The project's wishes, and the file that holds them.
pub(super) type Wishes = (Settings, Option<(String, String)>);

pub(super) fn read_settings(request: &Request) -> Result<Wishes, CheckError> {
    let named = request.config.as_ref().map(|path| request.root.join(path));
    let found =
        || SETTINGS_FILES.map(|name| request.root.join(name)).into_iter().find(|p| p.exists());
    let Some(path) = named.or_else(found) else { return Ok((Settings::default(), None)) };
    let shown = shown(&path, &request.root);
    let text = files::read_text(&path).with_context(|| format!("cannot read {shown}"))?;
    let known: Vec<&str> = rules::ALL.iter().map(|rule| rule.id).collect();
    let settings = clodo_yml::read(&shown, &text)
        .and_then(|settings| settings.check_rules(&known).map(|()| settings))
        .map_err(|problems| refuse(problems, &shown, &text))?;
    Ok((settings, Some((shown, text))))
}

fn refuse(problems: Problems, path: &str, text: &str) -> CheckError {
    let mut workspace = Workspace::default();
    let file = workspace.add_file(path.to_owned(), text.to_owned());
    let report =
        Report { findings: problems.findings(file), files: workspace.files, ..Report::default() };
    CheckError::Settings(path.to_owned(), Box::new(report))
}

pub(super) fn read_workspace(
    request: &Request,
    settings: &Settings,
) -> Result<Workspace, anyhow::Error> {
    let wanted = files::Request {
        root: request.root.clone(),
        paths: request.paths.clone(),
        services: settings.services.clone(),
    };
    let mut workspace = files::read(&wanted)?;
    files::survey(&request.root, &mut workspace);
    files::read_sources(&request.root, &mut workspace);
    Ok(workspace)
}

/// Lets every rule look.
pub(super) fn look(
    request: &Request,
    workspace: &Workspace,
    off: &BTreeSet<String>,
) -> Vec<Finding> {
    let fleet = Fleet::of(workspace);
    let pipelines = Pipelines::of(workspace);
    let cx = Context {
        workspace,
        fleet: &fleet,
        pipelines: &pipelines,
        today: request.today,
        off,
        environments: &request.environments,
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

/// The finding of a configuration that cannot be parsed.
fn unparsed(service: &Service) -> Option<Finding> {
    let error = service.config.syntax.as_ref()?;
    Some(Finding {
        rule: "config/syntax",
        severity: Severity::Error,
        wrangler: WranglerSays::Rejects,
        message: error.message.clone(),
        label: None,
        why: None,
        help: None,
        service: Some(service.name.clone()),
        environments: vec![None],
        path: String::new(),
        place: Some(Place { file: service.config.file, span: visible(error.span) }),
        related: Vec::new(),
        evidence: crate::core::model::Evidence::Static,
        repair: Vec::new(),
    })
}

/// An empty span marks nothing; one byte is enough to see.
fn visible(span: Span) -> Span {
    Span { start: span.start, end: span.end.max(span.start.saturating_add(1)) }
}

/// The files as they may be shown: without any secret.
fn presentable(workspace: &Workspace) -> Vec<Source> {
    let mut files = workspace.files.clone();
    let services = workspace.services.par_iter();
    let spans: Vec<Vec<Span>> = services.map(secrets::spans).collect();
    for (service, spans) in workspace.services.iter().zip(spans) {
        conceal(&mut files[service.config.file.0 as usize].text, &spans);
    }
    files.par_iter_mut().for_each(|file| {
        let secret: Vec<Span> =
            secrets::find(&file.text).map(|secret| secret.range.into()).collect();
        conceal(&mut file.text, &secret);
    });
    for dotenv in &workspace.facts.dotenv {
        let text = &mut files[dotenv.file.0 as usize].text;
        let secret = dotenv::beside_names(text, &dotenv.keys);
        conceal(text, &secret);
    }
    files
}

/// Keeps what concerns the environments that were asked for.
fn only_asked(findings: Vec<Finding>, asked: &[String]) -> Vec<Finding> {
    if asked.is_empty() {
        return findings;
    }
    let wanted = |name: &Option<Box<str>>| is_asked(name.as_deref(), asked);
    let keep = |mut finding: Finding| {
        if finding.environments.is_empty() {
            return Some(finding);
        }
        finding.environments.retain(wanted);
        (!finding.environments.is_empty()).then_some(finding)
    };
    findings.into_iter().filter_map(keep).collect()
}

fn is_asked(name: Option<&str>, asked: &[String]) -> bool {
    asked.is_empty() || asked.iter().any(|asked| asked == name.unwrap_or(""))
}

fn describe(workspace: &Workspace, service: &Service, request: &Request) -> ServiceReport {
    let environments = Environment::all(service)
        .filter(|environment| is_asked(environment.name, &request.environments))
        .map(|environment| EnvironmentReport {
            name: environment.name.map(str::to_owned),
            worker: environment.worker(),
            bindings: environment
                .bindings()
                .into_iter()
                .filter_map(|binding| {
                    Some(BindingReport {
                        kind: binding.kind,
                        binding: binding.name?.to_owned(),
                        id: binding.id.map(str::to_owned),
                    })
                })
                .collect(),
        })
        .collect();
    ServiceReport {
        name: service.name.to_string(),
        config: workspace.file(service.config.file).path.clone(),
        environments,
    }
}

fn coverage(workspace: &Workspace, off: &BTreeSet<String>) -> Coverage {
    let ran = |rule: &&&rules::Rule| {
        rule.needs == Needs::Static && !off.contains(rule.id) && !matches!(rule.check, Check::Run)
    };
    let environments: BTreeSet<Option<&str>> =
        workspace.services.iter().flat_map(Environment::all).map(|e| e.name).collect();
    Coverage {
        rules: rules::ALL.iter().filter(ran).count(),
        live: false,
        environments: environments.len(),
    }
}

/// The baseline of the command line, else that of `clodo.yml`.
fn read_baseline(
    request: &Request,
    settings: &Settings,
) -> Result<Option<(String, Baseline)>, anyhow::Error> {
    let path = request.baseline.clone().or_else(|| settings.baseline.as_ref().map(PathBuf::from));
    let Some(path) = path.map(|path| request.root.join(path)) else { return Ok(None) };
    let shown = shown(&path, &request.root);
    let text =
        files::read_text(&path).with_context(|| format!("cannot read the baseline {shown}"))?;
    let baseline =
        Baseline::parse(&text).with_context(|| format!("cannot use the baseline {shown}"))?;
    Ok(Some((shown, baseline)))
}

/// A path as people know it: relative to the root where it lies below it.
fn shown(path: &Path, root: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}
