//! `clodo check`: read the project's wishes, read the work tree, let every rule look at it, put
//! aside what the project has put aside, and report the rest.

use std::collections::BTreeSet;
use std::path::PathBuf;

use rayon::prelude::*;

use super::affected::{self, Affected};
use super::project::{Project, ProjectError, Request, look, off};
use super::sight::{self, Looked};
use crate::core::conceal::conceal;
use crate::core::config::clodo_yml::{FailLevel, Settings};
use crate::core::config::dotenv;
use crate::core::config::wrangler::Environment;
use crate::core::gaps;
use crate::core::model::{
    BindingReport, Coverage, EnvironmentReport, Finding, Report, Service, ServiceReport, Skipped,
    Source, Span, Workspace,
};
use crate::core::rules::{self, Check, Needs};
use crate::core::secrets;
use crate::core::taming::{self, Baseline};
use crate::world::{files, git};

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
    /// The services that a change concerns, where only these were asked for.
    pub affected: Option<Vec<Affected>>,
    /// How the account was looked at, where it was.
    pub looked: Option<Looked>,
    /// What the forge did not tell, and why.
    pub untold: Vec<String>,
}

/// Checks a work tree.
pub fn check(request: &Request) -> Result<Checked, ProjectError> {
    let since = request.changed_since.as_deref();
    let changes = since.map(|since| git::changes(&request.root, since)).transpose()?;
    let mut project = Project::read(request)?;
    let Project { snapshot, protections, .. } = &project;
    let (snapshot, protections) = (snapshot.as_ref(), protections.as_ref());
    let findings = look(request, &project.workspace, &project.settings, snapshot, protections);
    files::fill_texts(&request.root, &mut project.workspace, &findings);
    let run = project.run(request, request.paths.is_empty() && request.environments.is_empty());
    let tamed = taming::tame(findings, &run);
    let workspace = &project.workspace;
    let mut report = Report {
        name: workspace.name.clone(),
        prefix: workspace.facts.prefix.to_string(),
        files: presentable(workspace),
        findings: only_asked(tamed.findings, request),
        services: workspace.services.iter().map(|s| describe(workspace, s, request)).collect(),
        gaps: gaps::open(&gaps::needs(
            workspace,
            &request.environments,
            project.snapshot.as_ref(),
            project.settings.state_database(),
        )),
        coverage: coverage(&project, request),
        put_aside: tamed.put_aside,
        ..Report::default()
    };
    report.sort();
    let found = Baseline::of(&report);
    if let Some((path, known)) = read_baseline(request, &project.settings)? {
        known.apply(&path, &mut report, &run);
        report.sort();
    }
    let affected =
        changes.map(|changes| affected::narrow(&mut report, &project, request, &changes));
    Ok(Checked {
        affected,
        looked: project.looked,
        untold: project.untold,
        fail_level: project.settings.fail_level,
        skipped: project.workspace.skipped,
        baseline: found,
        settings_file: project.settings_file,
        report,
    })
}

/// The files as they may be shown: without any secret.
pub(super) fn presentable(workspace: &Workspace) -> Vec<Source> {
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
pub(super) fn only_asked(findings: Vec<Finding>, request: &Request) -> Vec<Finding> {
    let keep = |mut finding: Finding| {
        if finding.environments.is_empty() {
            return Some(finding);
        }
        finding.environments.retain(|name| request.asks_for(name.as_deref()));
        (!finding.environments.is_empty()).then_some(finding)
    };
    findings.into_iter().filter_map(keep).collect()
}

fn describe(workspace: &Workspace, service: &Service, request: &Request) -> ServiceReport {
    let environments = Environment::all(service)
        .filter(|environment| request.asks_for(environment.name))
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

fn coverage(project: &Project, request: &Request) -> Coverage {
    let off = off(&project.settings);
    let live = project.snapshot.is_some();
    let ran = |rule: &&&rules::Rule| {
        let known = match rule.needs {
            Needs::Static => true,
            Needs::Live(_) => live,
            Needs::Forge => project.protections.is_some(),
        };
        known && !off.contains(rule.id) && !matches!(rule.check, Check::Run)
    };
    let environments: BTreeSet<Option<&str>> = project
        .workspace
        .services
        .iter()
        .flat_map(Environment::all)
        .map(|environment| environment.name)
        .filter(|name| request.asks_for(*name))
        .collect();
    let seen = project.snapshot.as_ref().zip(project.looked.as_ref());
    Coverage {
        rules: rules::ALL.iter().filter(ran).count(),
        live,
        lacks_token: request.lacks_token,
        sight: seen.map(|(snapshot, looked)| sight::describe(snapshot, looked, &off)),
        environments: environments.len(),
        unaffected: 0,
    }
}

/// The baseline of the command line, else that of `clodo.yml`.
fn read_baseline(
    request: &Request,
    settings: &Settings,
) -> Result<Option<(String, Baseline)>, ProjectError> {
    let path = request.baseline.clone().or_else(|| settings.baseline.as_ref().map(PathBuf::from));
    let Some(path) = path.map(|path| request.root.join(path)) else { return Ok(None) };
    let shown = request.shown(&path);
    let text = files::read_text(&path).map_err(|error| ProjectError::UnreadableBaseline {
        path: shown.clone(),
        why: error.why(),
    })?;
    let baseline = Baseline::parse(&text)
        .map_err(|source| ProjectError::Baseline { path: shown.clone(), source })?;
    Ok(Some((shown, baseline)))
}
