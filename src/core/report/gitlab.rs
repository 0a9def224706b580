//! GitLab's code quality report: findings in the merge request, with no token.
//!
//! Fields and severities as <https://docs.gitlab.com/ci/testing/code_quality/> lists them.

use serde::Serialize;

use super::places::Places;
use super::words;
use crate::core::model::{Finding, Report, Severity};

#[derive(Serialize)]
struct Violation<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: &'a str,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

/// Renders a report for GitLab.
pub(super) fn render(report: &Report) -> String {
    let places = Places::new(report);
    let fingerprints = report.fingerprints();
    let violations: Vec<_> = report
        .findings
        .iter()
        .zip(&fingerprints)
        .map(|(finding, fingerprint)| {
            let region = places.or_start(finding);
            Violation {
                description: description(report, finding),
                check_name: finding.rule,
                fingerprint,
                severity: severity(finding.severity),
                location: Location {
                    path: region.path.strip_prefix("./").unwrap_or(region.path),
                    lines: Lines { begin: region.start.line },
                },
            }
        })
        .collect();
    super::to_json(&violations)
}

/// GitLab shows one line of plain text for each.
fn description(report: &Report, finding: &Finding) -> String {
    let mut text = finding.message.clone();
    if let Some(environments) = words::environments(report, finding) {
        text = format!("{text} (in {environments})");
    }
    match &finding.help {
        Some(help) => format!("{text}. Fix: {help}"),
        None => text,
    }
}

/// `blocker` is left to those who rank above every tool.
fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "critical",
        Severity::Warning => "minor",
        Severity::Note => "info",
    }
}
