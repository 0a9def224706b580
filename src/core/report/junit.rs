//! JUnit XML, for the test panels of CI systems.
//!
//! A suite per service, and one for the project. Errors fail and warnings are skipped tests, so
//! that both are seen while only errors turn a build red: that is what the exit code does too,
//! unless the project asks for more. Every environment without an error is a test that passed.

use std::collections::HashMap;

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::places::{Places, Region};
use super::readiness::{Readiness, Row};
use super::{safe, words};
use crate::core::model::{Finding, Report, Severity};

/// Renders a report as JUnit XML.
pub(super) fn render(report: &Report) -> String {
    let places = Places::new(report);
    let readiness = Readiness::of(report);
    let mut by_row: HashMap<Option<usize>, Vec<&Finding>> = HashMap::new();
    for finding in &report.findings {
        by_row.entry(readiness.row_of(report, finding)).or_default().push(finding);
    }

    let mut document = quick_junit::Report::new("clodo check");
    if let Some(findings) = by_row.get(&None) {
        let mut suite = TestSuite::new("project");
        suite.add_test_cases(cases(report, findings, &places));
        document.add_test_suite(suite);
    }
    for (index, row) in readiness.rows.iter().enumerate() {
        let findings = by_row.get(&Some(index)).map_or(&[][..], Vec::as_slice);
        let mut suite = TestSuite::new(safe::line(&row.service.name));
        suite.add_test_cases(cases(report, findings, &places));
        suite.add_test_cases(ready(&readiness, row));
        document.add_test_suite(suite);
    }
    let xml = document.to_string().expect("writing to memory does not fail");
    safe::without_commands(&xml, "&#91;").into_owned()
}

/// A test case per finding. Panels tell cases apart by class and name, so that the second of two
/// that read the same gets a number.
fn cases(report: &Report, findings: &[&Finding], places: &Places<'_>) -> Vec<TestCase> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    findings
        .iter()
        .map(|finding| {
            let region = places.or_start(finding);
            let name = format!("{}: {}", finding.rule, safe::line(&finding.message));
            let times = seen.entry(format!("{}\0{name}", region.path)).or_default();
            *times += 1;
            let name = if *times > 1 { format!("{name} ({times})") } else { name };
            let mut case = TestCase::new(name, status(report, finding, &region));
            let path = safe::line(region.path);
            case.set_classname(path.as_str());
            case.extra.insert("file".into(), path.into());
            case.extra.insert("line".into(), region.start.line.to_string().into());
            case
        })
        .collect()
}

fn status(report: &Report, finding: &Finding, region: &Region<'_>) -> TestCaseStatus {
    let mut status = match finding.severity {
        Severity::Error => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Severity::Warning => TestCaseStatus::skipped(),
        Severity::Note => return TestCaseStatus::success(),
    };
    status.set_type(finding.rule);
    status.set_message(safe::line(&finding.message));
    status.set_description(description(report, finding, region));
    status
}

/// What a panel shows when the test is opened; many show neither its class nor its file.
fn description(report: &Report, finding: &Finding, region: &Region<'_>) -> String {
    let Region { path, start, .. } = region;
    let place = format!("{path}:{}:{}", start.line, start.column);
    format!("{}\n{}", safe::line(&place), words::plain(report, finding))
}

/// A passed test for every environment of a service that has no error.
fn ready(readiness: &Readiness<'_>, row: &Row<'_>) -> Vec<TestCase> {
    let cells = readiness.environments.iter().zip(&row.cells);
    cells
        .filter(|(_, cell)| cell.is_some_and(|cell| cell.errors == 0))
        .map(|(environment, _)| {
            let name = format!("ready: {}", words::environment(*environment));
            let mut case = TestCase::new(name, TestCaseStatus::success());
            case.set_classname(safe::line(&row.service.config));
            case
        })
        .collect()
}
