//! A report to be told later, by another run: `clodo report --from FILE`.
//!
//! A pull request from a fork is checked without any right to write. What came of it is saved, and
//! a second run, which has the right and touches none of the fork's code, tells it. So the file is
//! as hostile as the fork: its size and its lists are bounded, rules that are not known and places
//! that are not in its texts are refused, and secrets are concealed once more. Of a plan the data are
//! saved, never the words: those are made anew, escaped for their place. It says nothing about where
//! it belongs; that is for the second run to know.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::core::conceal::conceal;
use crate::core::model::{
    Coverage, EnvironmentReport, Evidence, FileId, Finding, Place, PlanReport, Report,
    ServiceReport, Severity, Sight, Source, Span, Unknown, WranglerSays,
};
use crate::core::{rules, secrets};

const SCHEMA: &str = "clodo.report/1";

/// How many bytes a saved report may have.
pub const MAX_BYTES: usize = 16 << 20;

/// How many findings, services, files, environments or places one list of it may hold.
const MAX_ITEMS: usize = 20_000;

/// Why a file is no saved report.
#[derive(Debug, thiserror::Error)]
pub enum SavedError {
    /// It is larger than one may be.
    #[error("it has {0} bytes, more than the {MAX_BYTES} of the largest report")]
    Size(usize),
    /// It is not JSON of this form.
    #[error("it is not a saved report: {0}")]
    Form(#[from] serde_json::Error),
    /// It is of another version.
    #[error("it has the schema {0:?}; this version of clodo reads {SCHEMA:?}")]
    Schema(String),
    /// A plan in it is none.
    #[error("a plan in it is none: {0}")]
    Plan(serde_json::Error),
    /// A list holds too much.
    #[error("it has more than {MAX_ITEMS} {0}")]
    Count(&'static str),
    /// It names a rule that this version does not have.
    #[error("it names the rule {0:?}, which this version of clodo does not have")]
    Rule(String),
    /// A finding points outside of the texts.
    #[error("a finding of {0} points outside of the files")]
    Place(&'static str),
}

#[derive(Serialize, Deserialize)]
struct Saved {
    schema: String,
    name: String,
    prefix: String,
    rules: usize,
    live: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sight: Option<SavedSight>,
    environments: usize,
    unaffected: usize,
    put_aside: usize,
    files: Vec<SavedFile>,
    services: Vec<SavedService>,
    findings: Vec<SavedFinding>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    plans: Vec<Value>,
}

#[derive(Serialize, Deserialize)]
struct SavedSight {
    accounts: Vec<String>,
    taken_at: Timestamp,
    age_ms: u64,
    saved: bool,
    unknown: Vec<SavedUnknown>,
}

#[derive(Serialize, Deserialize)]
struct SavedUnknown {
    account: String,
    message: String,
    permission: Option<String>,
    cost: Option<String>,
    rules: Vec<String>,
    fix: Option<String>,
    note: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct SavedFile {
    path: String,
    text: String,
}

#[derive(Serialize, Deserialize)]
struct SavedService {
    name: String,
    config: String,
    environments: Vec<Option<String>>,
}

#[derive(Serialize, Deserialize)]
struct SavedFinding {
    rule: String,
    severity: Severity,
    wrangler: WranglerSays,
    evidence: Evidence,
    message: String,
    label: Option<String>,
    why: Option<String>,
    help: Option<String>,
    service: Option<String>,
    environments: Vec<Option<String>>,
    path: String,
    place: Option<SavedPlace>,
    related: Vec<(SavedPlace, String)>,
}

/// A file, by its number in the list, and the bytes in it.
type SavedPlace = (usize, u32, u32);

/// Saves a report, with the texts of the files that its findings point into and no others.
pub(super) fn render(report: &Report) -> String {
    let mut numbers: Vec<Option<usize>> = vec![None; report.files.len()];
    let mut files = Vec::new();
    let mut place = |place: Place| {
        let index = place.file.0 as usize;
        let source = report.files.get(index)?;
        let number = *numbers[index].get_or_insert_with(|| {
            files.push(SavedFile { path: source.path.clone(), text: source.text.clone() });
            files.len() - 1
        });
        Some((number, place.span.start, place.span.end))
    };
    let findings = report
        .findings
        .iter()
        .map(|finding| SavedFinding {
            rule: finding.rule.to_owned(),
            severity: finding.severity,
            wrangler: finding.wrangler,
            evidence: finding.evidence,
            message: finding.message.clone(),
            label: finding.label.clone(),
            why: finding.why.as_deref().map(str::to_owned),
            help: finding.help.as_deref().map(str::to_owned),
            service: finding.service.as_deref().map(str::to_owned),
            environments: names(&finding.environments),
            path: finding.path.clone(),
            place: finding.place.and_then(&mut place),
            related: finding
                .related
                .iter()
                .filter_map(|(at, words)| Some((place(*at)?, words.clone())))
                .collect(),
        })
        .collect();
    let services = report.services.iter().map(|service| SavedService {
        name: service.name.clone(),
        config: service.config.clone(),
        environments: service.environments.iter().map(|one| one.name.clone()).collect(),
    });
    super::to_json(&Saved {
        schema: SCHEMA.to_owned(),
        name: report.name.clone(),
        prefix: report.prefix.clone(),
        rules: report.coverage.rules,
        live: report.coverage.live,
        sight: report.coverage.sight.as_ref().map(saved_sight),
        environments: report.coverage.environments,
        unaffected: report.coverage.unaffected,
        put_aside: report.put_aside,
        services: services.collect(),
        findings,
        files,
        plans: report.plans.iter().map(|plan| plan.data.clone()).collect(),
    })
}

fn saved_sight(sight: &Sight) -> SavedSight {
    let unknown = sight.unknown.iter().map(|unknown| SavedUnknown {
        account: unknown.account.clone(),
        message: unknown.message.clone(),
        permission: unknown.permission.clone(),
        cost: unknown.cost.clone(),
        rules: unknown.rules.iter().map(|rule| (*rule).to_owned()).collect(),
        fix: unknown.fix.clone(),
        note: unknown.note.clone(),
    });
    SavedSight {
        accounts: sight.accounts.clone(),
        taken_at: sight.taken_at,
        age_ms: u64::try_from(sight.age.as_millis()).unwrap_or(u64::MAX),
        saved: sight.saved,
        unknown: unknown.collect(),
    }
}

fn names(environments: &[Option<Box<str>>]) -> Vec<Option<String>> {
    environments.iter().map(|name| name.as_deref().map(str::to_owned)).collect()
}

/// Reads a saved report, whoever wrote it.
///
/// # Errors
/// Where it is too large, not of this form, or does not fit together.
pub fn read(text: &str) -> Result<Report, SavedError> {
    if text.len() > MAX_BYTES {
        return Err(SavedError::Size(text.len()));
    }
    let saved: Saved = serde_json::from_str(text)?;
    if saved.schema != SCHEMA {
        return Err(SavedError::Schema(saved.schema));
    }
    bounded(saved.files.len(), "files")?;
    bounded(saved.services.len(), "services")?;
    bounded(saved.findings.len(), "findings")?;
    bounded(saved.plans.len(), "plans")?;
    let files: Vec<Source> = saved.files.into_iter().map(source).collect();
    let services = saved.services.into_iter().map(service).collect::<Result<_, _>>()?;
    let findings = saved.findings.into_iter().map(|one| finding(one, &files));
    let mut report = Report {
        name: saved.name,
        prefix: saved.prefix,
        findings: findings.collect::<Result<_, _>>()?,
        files,
        services,
        gaps: Vec::new(),
        coverage: Coverage {
            rules: saved.rules,
            live: saved.live,
            lacks_token: false,
            sight: saved.sight.map(sight).transpose()?,
            environments: saved.environments,
            unaffected: saved.unaffected,
        },
        put_aside: saved.put_aside,
        plans: saved.plans.into_iter().map(plan).collect::<Result<_, _>>()?,
        ..Report::default()
    };
    report.sort();
    Ok(report)
}

fn bounded(count: usize, what: &'static str) -> Result<(), SavedError> {
    if count > MAX_ITEMS { Err(SavedError::Count(what)) } else { Ok(()) }
}

fn source(file: SavedFile) -> Source {
    let SavedFile { path, mut text } = file;
    let secret: Vec<Span> = secrets::find(&text).map(|secret| secret.range.into()).collect();
    conceal(&mut text, &secret);
    Source { path, text }
}

fn sight(saved: SavedSight) -> Result<Sight, SavedError> {
    bounded(saved.accounts.len(), "accounts")?;
    bounded(saved.unknown.len(), "unknown parts")?;
    let unknown = saved.unknown.into_iter().map(|unknown| {
        let known = |id: String| Ok(rules::find(&id).ok_or(SavedError::Rule(id))?.id);
        Ok(Unknown {
            account: unknown.account,
            message: unknown.message,
            permission: unknown.permission,
            cost: unknown.cost,
            rules: unknown.rules.into_iter().map(known).collect::<Result<_, SavedError>>()?,
            fix: unknown.fix,
            note: unknown.note,
        })
    });
    Ok(Sight {
        accounts: saved.accounts,
        taken_at: saved.taken_at,
        age: Duration::from_millis(saved.age_ms),
        saved: saved.saved,
        unknown: unknown.collect::<Result<_, SavedError>>()?,
    })
}

/// A plan, and beside it that nobody but the run itself says so: what an approval stands for is
/// never read from here.
fn plan(mut saved: Value) -> Result<PlanReport, SavedError> {
    conceal_in(&mut saved);
    let read = super::plan::read(&saved).map_err(SavedError::Plan)?;
    let mut report = super::plan::report(&read);
    report.markdown.insert_str(0, UNPROVEN);
    Ok(report)
}

/// What stands above a plan that somebody saved.
const UNPROVEN: &str =
    "As the run that checked this commit says. A deployment makes its own plan.\n\n";

/// Conceals what looks like a secret in every text of a value.
fn conceal_in(value: &mut Value) {
    match value {
        Value::String(text) => {
            let secret: Vec<Span> = secrets::find(text).map(|secret| secret.range.into()).collect();
            conceal(text, &secret);
        }
        Value::Array(items) => items.iter_mut().for_each(conceal_in),
        Value::Object(table) => table.values_mut().for_each(conceal_in),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn service(saved: SavedService) -> Result<ServiceReport, SavedError> {
    bounded(saved.environments.len(), "environments")?;
    let environment = |name| EnvironmentReport { name, worker: None, bindings: Vec::new() };
    Ok(ServiceReport {
        name: saved.name,
        config: saved.config,
        environments: saved.environments.into_iter().map(environment).collect(),
    })
}

fn finding(saved: SavedFinding, files: &[Source]) -> Result<Finding, SavedError> {
    let rule = rules::find(&saved.rule).ok_or(SavedError::Rule(saved.rule))?;
    bounded(saved.environments.len(), "environments")?;
    bounded(saved.related.len(), "places")?;
    let place = |(file, start, end): SavedPlace| {
        let length = files.get(file).map(|file| file.text.len());
        let fits = length.is_some_and(|length| start <= end && end as usize <= length + 1);
        let file = u32::try_from(file).ok().filter(|_| fits).map(FileId);
        let place = file.map(|file| Place { file, span: Span { start, end } });
        place.ok_or(SavedError::Place(rule.id))
    };
    let related = saved.related.into_iter().map(|(at, words)| Ok((place(at)?, words)));
    Ok(Finding {
        message: saved.message,
        label: saved.label,
        why: saved.why.map(Into::into),
        help: saved.help.map(Into::into),
        service: saved.service.map(Into::into),
        environments: saved.environments.into_iter().map(|name| name.map(Into::into)).collect(),
        path: saved.path,
        related: related.collect::<Result<_, SavedError>>()?,
        evidence: saved.evidence,
        ..Finding::new(rule.id, saved.severity, saved.wrangler, saved.place.map(place).transpose()?)
    })
}
