//! The verdict as variables, for `artifacts:reports:dotenv` of GitLab and every shell.
//!
//! GitLab takes `NAME=value` lines without quotes and without line breaks
//! (<https://docs.gitlab.com/ci/yaml/artifacts_reports/#artifactsreportsdotenv>), so nothing stands
//! here that somebody else wrote, but addresses that are nothing else.

use super::commonmark::link_target;
use crate::core::model::{Delivery, Report};

/// Renders the counts of a report, and the addresses of what it delivered: for `environment: url`.
pub(super) fn render(report: &Report) -> String {
    let mut previews = report.previews.iter().filter_map(|one| one.made.as_ref().ok());
    let deployed = report.deliveries.iter().filter(|one| one.state == Delivery::Deployed);
    let urls = [
        ("CLODO_PREVIEW_URL", previews.next_back()),
        ("CLODO_DEPLOYMENT_URL", deployed.filter_map(|one| one.urls.first()).next_back()),
    ];
    let urls = urls.into_iter().filter_map(|(name, url)| {
        // Encoded, so that it ends where its line does.
        Some(format!("{name}={}\n", link_target(url?)?))
    });
    counts(report) + &urls.collect::<String>()
}

fn counts(report: &Report) -> String {
    let summary = report.summary();
    let ready = summary.errors == 0;
    format!(
        "CLODO_READY={ready}\nCLODO_ERRORS={}\nCLODO_WARNINGS={}\nCLODO_NOTES={}\nCLODO_SERVICES={}\n",
        summary.errors,
        summary.warnings,
        summary.notes,
        report.services.len(),
    )
}
