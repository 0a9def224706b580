//! What is known before anything is decided: the project, the account, and what the rules say.

use std::time::Instant;

use super::{DeployError, News, Tools, Wishes};
use crate::core::config::clodo_yml::EnvironmentSettings;
use crate::core::model::{Report, Severity};
use crate::core::rules;
use crate::core::taming;
use crate::flow::environments::{Resolved, resolve};
use crate::flow::plan::chosen;
use crate::flow::project::{Project, Request, look, off};
use crate::flow::sight::Live;
use crate::flow::state;
use crate::world::files;
use crate::world::store::Place;

/// A project that may be deployed.
#[derive(Debug)]
pub(super) struct Prepared {
    /// What was asked for, with Wrangler's name of the environment.
    pub(super) request: Request,
    /// The project, and the picture of the account.
    pub(super) project: Project,
    /// The environment, as people name it.
    pub(super) environment: EnvironmentSettings,
    /// How to reach the account.
    pub(super) live: Live,
    /// Where the record is kept.
    pub(super) place: Place,
}

/// Reads the project, looks at the account, and lets the rules look.
pub(super) fn prepare(
    request: &Request,
    live: &Live,
    wishes: &Wishes,
    tools: Tools<'_>,
) -> Result<Prepared, DeployError> {
    let started = Instant::now();
    if !wishes.force_rules.is_empty() && wishes.reason.is_none() {
        return Err(DeployError::NoReason);
    }
    if let Some(unknown) = wishes.force_rules.iter().find(|rule| rules::find(rule).is_none()) {
        return Err(DeployError::NoRule(unknown.clone()));
    }
    let request = Request { account: None, live: Some(live.clone()), ..request.clone() };
    let Resolved { request, mut environments } = resolve(&request)?;
    let mut project = Project::read(&request)?;
    let name = chosen(&request, &project.workspace)?;
    let request = Request { environments: vec![name.clone()], ..request };
    let mut environment = match environments.len() {
        1 => environments.remove(0),
        _ => EnvironmentSettings::undeclared(&name),
    };
    environment.jobs = wishes.jobs.unwrap_or(environment.jobs);
    check(&request, &mut project, &wishes.force_rules)?;
    let count = rules::ALL.len() - off(&project.settings).len();
    (tools.tell)(News::Checked(count, started.elapsed()));
    let place = state::place(&request.root, &project.settings, Some(live))?;
    Ok(Prepared { request, project, environment, live: live.clone(), place })
}

/// Whether the rules find an error that nobody decided to pass over.
fn check(request: &Request, project: &mut Project, forced: &[String]) -> Result<(), DeployError> {
    let findings =
        look(request, &project.workspace, &project.settings, project.snapshot.as_ref(), None);
    files::fill_texts(&request.root, &mut project.workspace, &findings);
    let tamed = taming::tame(findings, &project.run(request, false));
    let stands = |finding: &crate::core::model::Finding| {
        finding.severity == Severity::Error
            && finding.rule != taming::DONE_BY_DEPLOYING
            && !forced.iter().any(|rule| rule == finding.rule)
    };
    let mut findings = crate::flow::check::only_asked(tamed.findings, request);
    findings.retain(stands);
    if findings.is_empty() {
        return Ok(());
    }
    let files = crate::flow::check::presentable(&project.workspace);
    let mut report = Report { findings, files, ..Report::default() };
    report.sort();
    Err(DeployError::Findings(Box::new(report)))
}
