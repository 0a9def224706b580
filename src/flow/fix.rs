//! `clodo fix`: repair what can be repaired without a decision, one finding after the other,
//! looking again after each, and keep a repair only where it made nothing worse.

use std::collections::BTreeSet;

use super::project::{Project, ProjectError, Request, look};
use crate::core::conceal::conceal;
use crate::core::config;
use crate::core::config::clodo_yml::Settings;
use crate::core::fix;
use crate::core::model::{
    ConfigFile, FileId, Finding, Format, Service, Severity, Span, Workspace, WranglerSays,
};
use crate::core::secrets;
use crate::core::taming;

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Fixed {
    /// The configurations that change.
    pub changes: Vec<Change>,
    /// Repairs that were tried and taken back, because they would have made something worse.
    pub taken_back: Vec<Repair>,
    /// How many findings are left that no repair is known for.
    pub left: usize,
}

/// A configuration that changes.
#[derive(Clone, Debug)]
pub struct Change {
    /// Its path.
    pub path: String,
    /// Its text before.
    pub before: String,
    /// Its text after.
    pub after: String,
    /// Both as they may be shown: without any secret.
    pub shown: [String; 2],
    /// What was repaired, in order.
    pub repairs: Vec<Repair>,
}

/// A repair.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Repair {
    /// The rule.
    pub rule: &'static str,
    /// What it found.
    pub message: String,
    /// The configuration key.
    pub path: String,
}

/// How many repairs a configuration may need: a ceiling against repairs that undo each other.
const MAX_REPAIRS: usize = 500;

/// Repairs in memory. Nothing is written: that is for the caller, who may want to show it first.
/// `only` names the rules to repair; empty for all.
pub fn fix(request: &Request, only: &[String]) -> Result<Fixed, ProjectError> {
    let mut project = Project::read(request)?;
    let mut fixed = Fixed::default();
    let mut refused: BTreeSet<(u32, Repair)> = BTreeSet::new();
    let before: Vec<String> =
        project.workspace.files.iter().map(|file| file.text.clone()).collect();
    let mut repairs: Vec<Vec<Repair>> = vec![Vec::new(); before.len()];
    loop {
        let findings =
            look(request, &project.workspace, &project.settings, project.snapshot.as_ref(), None);
        let findings = taming::tame(findings, &project.run(request, false)).findings;
        let next = next_repairs(&findings, only, &refused, &repairs);
        if next.is_empty() {
            fixed.left = findings.iter().filter(|f| f.severity != Severity::Note).count();
            break;
        }
        for (file, finding) in next {
            let repair = Repair::of(finding);
            match repaired(&project.workspace, file, finding) {
                Some(text) if !is_worse(request, &project.workspace, file, &text) => {
                    replace(&mut project.workspace, file, text);
                    repairs[file].push(repair);
                }
                _ => drop(refused.insert((file as u32, repair))),
            }
        }
    }
    fixed.taken_back = refused.into_iter().map(|(_, repair)| repair).collect();
    for (file, (before, repairs)) in before.into_iter().zip(repairs).enumerate() {
        let after = &project.workspace.files[file];
        if before != after.text {
            let (path, after) = (after.path.clone(), after.text.clone());
            let shown = [presentable(&path, &before), presentable(&path, &after)];
            fixed.changes.push(Change { path, before, after, shown, repairs });
        }
    }
    Ok(fixed)
}

impl Repair {
    fn of(finding: &Finding) -> Self {
        let (rule, path) = (finding.rule, finding.path.clone());
        Self { rule, message: finding.message.clone(), path }
    }
}

/// The first repair of each file: the next ones must look at what it leaves.
fn next_repairs<'f>(
    findings: &'f [Finding],
    only: &[String],
    refused: &BTreeSet<(u32, Repair)>,
    done: &[Vec<Repair>],
) -> Vec<(usize, &'f Finding)> {
    let mut next: Vec<(usize, &Finding)> = Vec::new();
    for finding in findings.iter().filter(|finding| !finding.repair.is_empty()) {
        let Some(place) = finding.place else { continue };
        let file = place.file.0 as usize;
        let wanted = only.is_empty() || only.iter().any(|rule| rule == finding.rule);
        let repair = Repair::of(finding);
        let known = done[file].contains(&repair) || done[file].len() >= MAX_REPAIRS;
        let taken = next.iter().any(|(other, _)| *other == file);
        if wanted && !known && !taken && !refused.contains(&(place.file.0, repair)) {
            next.push((file, finding));
        }
    }
    next
}

/// A configuration's text without any secret.
fn presentable(path: &str, text: &str) -> String {
    let format = Format::of(path);
    let config = ConfigFile::new(FileId(0), format, config::parse(format, text));
    let mut spans = secrets::spans(&Service::new(config, ""));
    spans.extend(secrets::find(text).map(|secret| Span::from(secret.range)));
    let mut shown = text.to_owned();
    conceal(&mut shown, &spans);
    shown
}

/// The text of a file after a repair; none where the edits cannot be made.
fn repaired(workspace: &Workspace, file: usize, finding: &Finding) -> Option<String> {
    let service = workspace.services.iter().find(|s| s.config.file.0 as usize == file)?;
    fix::apply(service.config.format, &workspace.files[file].text, &finding.repair).ok()
}

/// Whether Wrangler would refuse more than before.
fn is_worse(request: &Request, workspace: &Workspace, file: usize, text: &str) -> bool {
    let mut tried = workspace.clone();
    tried.services.retain(|service| service.config.file.0 as usize == file);
    let refusals = |workspace: &Workspace| {
        let findings = look(request, workspace, &Settings::default(), None, None);
        findings.iter().filter(|f| f.wrangler == WranglerSays::Rejects).count()
    };
    let before = refusals(&tried);
    replace(&mut tried, file, text.to_owned());
    refusals(&tried) > before
}

/// Puts a new text in the place of a configuration's, and reads it again.
fn replace(workspace: &mut Workspace, file: usize, text: String) {
    for service in workspace.services.iter_mut().filter(|s| s.config.file.0 as usize == file) {
        let ConfigFile { file, format, .. } = service.config;
        let parsed = config::parse(format, &text);
        let config = ConfigFile::new(file, format, parsed);
        let (redirect, wrangler) = (service.redirect.take(), service.wrangler);
        let folder = service.folder.clone();
        *service = Service::new(config, &folder);
        (service.redirect, service.wrangler) = (redirect, wrangler);
    }
    workspace.files[file].text = text;
}
