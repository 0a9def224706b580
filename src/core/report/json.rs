//! The contract `clodo.check/1`: what scripts read. Fields are added, never removed or renamed.

use serde::Serialize;

use super::places::{Places, Region};
use crate::core::model::{
    Evidence, Finding, Report, ServiceReport, Severity, Summary, WranglerSays,
};
use crate::core::rules;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    clodo: &'static str,
    findings: Vec<Entry<'a>>,
    services: Vec<Service<'a>>,
    gaps: Vec<Gap<'a>>,
    /// The accounts that were looked at.
    accounts: &'a [String],
    unknown: Vec<Unknown<'a>>,
    summary: Totals,
}

/// A finding in one environment.
#[derive(Serialize)]
struct Entry<'a> {
    rule: &'a str,
    severity: Severity,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'a str>,
    help: Option<&'a str>,
    docs: Option<&'a str>,
    service: Option<&'a str>,
    environment: Option<&'a str>,
    path: Option<&'a str>,
    evidence: Evidence,
    wrangler: WranglerSays,
    file: Option<&'a str>,
    line: Option<u32>,
    column: Option<u32>,
    end_line: Option<u32>,
    end_column: Option<u32>,
    fingerprint: &'a str,
}

#[derive(Serialize)]
struct Service<'a> {
    name: &'a str,
    config: &'a str,
    environments: Vec<Environment<'a>>,
}

#[derive(Serialize)]
struct Environment<'a> {
    name: Option<&'a str>,
    worker: Option<&'a str>,
    bindings: Vec<Binding<'a>>,
}

#[derive(Serialize)]
struct Binding<'a> {
    kind: &'a str,
    binding: &'a str,
    id: Option<&'a str>,
}

#[derive(Serialize)]
struct Gap<'a> {
    service: &'a str,
    capability: &'a str,
    environment: Option<&'a str>,
    state: &'a str,
    close: &'a str,
}

/// Something of an account that could not be seen.
#[derive(Serialize)]
struct Unknown<'a> {
    account: &'a str,
    message: &'a str,
    permission: Option<&'a str>,
    rules: &'a [&'static str],
    help: Option<&'a str>,
}

#[derive(Serialize)]
struct Totals {
    errors: usize,
    warnings: usize,
    notes: usize,
    services: usize,
    live: bool,
}

/// Renders a report as `clodo.check/1`.
pub(super) fn render(report: &Report) -> String {
    let places = Places::new(report);
    let fingerprints = report.fingerprints();
    let docs: Vec<_> =
        report.findings.iter().map(|f| rules::find(f.rule).map(rules::Rule::url)).collect();

    let mut findings = Vec::new();
    let mut summary = Summary::default();
    for ((finding, fingerprint), docs) in report.findings.iter().zip(&fingerprints).zip(&docs) {
        let region = places.of(finding);
        for environment in environments(finding) {
            summary.add(finding.severity);
            findings.push(entry(finding, environment, region, docs.as_deref(), fingerprint));
        }
    }
    let Summary { errors, warnings, notes } = summary;
    let services = report.services.len();
    super::to_json(&Document {
        schema: "clodo.check/1",
        clodo: env!("CARGO_PKG_VERSION"),
        findings,
        services: report.services.iter().map(service).collect(),
        gaps: gaps(report),
        accounts: report.coverage.sight.as_ref().map_or(&[], |sight| &sight.accounts),
        unknown: unknown(report),
        summary: Totals { errors, warnings, notes, services, live: report.coverage.live },
    })
}

/// The environments in which a finding is listed. One that is not about environments is listed
/// once, with those of the top level.
fn environments(finding: &Finding) -> Vec<Option<&str>> {
    match finding.environments.as_slice() {
        [] => vec![None],
        names => names.iter().map(Option::as_deref).collect(),
    }
}

fn entry<'a>(
    finding: &'a Finding,
    environment: Option<&'a str>,
    region: Option<Region<'a>>,
    docs: Option<&'a str>,
    fingerprint: &'a str,
) -> Entry<'a> {
    Entry {
        rule: finding.rule,
        severity: finding.severity,
        message: &finding.message,
        why: finding.why.as_deref(),
        help: finding.help.as_deref(),
        docs,
        service: finding.service.as_deref(),
        environment,
        path: (!finding.path.is_empty()).then_some(&finding.path),
        evidence: finding.evidence,
        wrangler: finding.wrangler,
        file: region.map(|region| region.path),
        line: region.map(|region| region.start.line),
        column: region.map(|region| region.start.column),
        end_line: region.map(|region| region.end.line),
        end_column: region.map(|region| region.end.column),
        fingerprint,
    }
}

fn service(service: &ServiceReport) -> Service<'_> {
    let environments = service.environments.iter().map(|environment| Environment {
        name: environment.name.as_deref(),
        worker: environment.worker.as_deref(),
        bindings: environment
            .bindings
            .iter()
            .map(|b| Binding { kind: b.kind, binding: &b.binding, id: b.id.as_deref() })
            .collect(),
    });
    Service { name: &service.name, config: &service.config, environments: environments.collect() }
}

fn gaps(report: &Report) -> Vec<Gap<'_>> {
    let gaps = report.gaps.iter().map(|gap| Gap {
        service: &gap.service,
        capability: &gap.capability,
        environment: gap.environment.as_deref(),
        state: gap.state,
        close: &gap.close,
    });
    gaps.collect()
}

fn unknown(report: &Report) -> Vec<Unknown<'_>> {
    let unknown = report.coverage.sight.iter().flat_map(|sight| &sight.unknown);
    let unknown = unknown.map(|unknown| Unknown {
        account: &unknown.account,
        message: &unknown.message,
        permission: unknown.permission.as_deref(),
        rules: &unknown.rules,
        help: unknown.fix.as_deref(),
    });
    unknown.collect()
}
