//! GitHub's workflow commands: one annotation per finding, for pull requests of forks too, since
//! they need no token.
//!
//! Syntax and escapes as the runner reads them: `ActionCommand.cs` in actions/runner.

use std::fmt::Write as _;

use super::places::{Places, Region};
use super::{safe, words};
use crate::core::model::{Finding, Report, Severity};

/// GitHub shows this many annotations of one kind per step, and drops the rest without a word:
/// "Limitations" in docs/problem-matchers.md of actions/toolkit.
const SHOWN: usize = 10;

/// Renders a report as workflow commands.
pub(super) fn render(report: &Report) -> String {
    let places = Places::new(report);
    let mut out = String::new();
    let mut rest = Vec::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        let findings = report.findings.iter().filter(|finding| finding.severity == severity);
        let findings: Vec<_> = findings.collect();
        let shown = if findings.len() > SHOWN { SHOWN - 1 } else { findings.len() };
        for finding in &findings[..shown] {
            annotate(&mut out, report, finding, &places.or_start(finding));
        }
        let left = &findings[shown..];
        if !left.is_empty() {
            let words = words::count(left.len(), &format!("more {}", severity.as_str()));
            command(&mut out, severity, "title=clodo", &format!("{words}, listed in the log"));
        }
        rest.extend_from_slice(left);
    }
    list(&mut out, &rest, &places);
    out
}

fn annotate(out: &mut String, report: &Report, finding: &Finding, region: &Region<'_>) {
    let Region { path, start, end } = region;
    let mut properties = format!("file={},line={},", property(path), start.line);
    // GitHub takes columns only for an annotation on one line.
    if start.line == end.line {
        let _ = write!(
            properties,
            "col={},endLine={},endColumn={},",
            start.column, end.line, end.column
        );
    } else {
        let _ = write!(properties, "endLine={},", end.line);
    }
    let _ = write!(properties, "title={}", property(finding.rule));
    command(out, finding.severity, &properties, &words::plain(report, finding));
}

fn command(out: &mut String, severity: Severity, properties: &str, message: &str) {
    let name = match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let _ = writeln!(out, "::{name} {properties}::{}", data(message));
}

/// The findings that got no annotation, as plain lines that fold.
fn list(out: &mut String, findings: &[&Finding], places: &Places<'_>) {
    if findings.is_empty() {
        return;
    }
    let _ = writeln!(out, "::group::{}", words::count(findings.len(), "more finding"));
    for finding in findings {
        let Region { path, start, .. } = places.or_start(finding);
        let (severity, rule) = (finding.severity.as_str(), finding.rule);
        let line = format!("{severity}[{rule}]: {path}:{}: {}", start.line, finding.message);
        // The line starts with a word of ours, so that it cannot be read as a command.
        let _ = writeln!(out, "{}", safe::line(&line));
    }
    out.push_str("::endgroup::\n");
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(&safe::line(text)).replace(':', "%3A").replace(',', "%2C")
}
