//! GitLab's annotations report: links on the page of the job, one for each rule that found
//! something, to the page that says how to fix it.
//!
//! The form as <https://docs.gitlab.com/ci/yaml/artifacts_reports/#artifactsreportsannotations>
//! describes it: lists of external links by the name of who made them. With GitLab 16.3 and later.

use std::collections::BTreeMap;

use serde_json::json;

use super::words;
use crate::core::model::{Report, Severity};
use crate::core::rules;

/// Renders a report for the page of the job.
pub(super) fn render(report: &Report) -> String {
    let mut found: BTreeMap<(Severity, &str), usize> = BTreeMap::new();
    for finding in report.findings.iter().filter(|finding| finding.severity != Severity::Note) {
        *found.entry((finding.severity, finding.rule)).or_default() += 1;
    }
    let links: Vec<_> = found
        .into_iter()
        .filter_map(|((severity, rule), count)| {
            let count = words::count(count, severity.as_str());
            let url = rules::find(rule)?.url();
            Some(json!({ "external_link": { "label": format!("{rule}: {count}"), "url": url } }))
        })
        .collect();
    super::to_json(&json!({ "clodo": links }))
}
