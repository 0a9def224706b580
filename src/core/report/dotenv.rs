//! The verdict as variables, for `artifacts:reports:dotenv` of GitLab and every shell.
//!
//! GitLab takes `NAME=value` lines without quotes and without line breaks
//! (<https://docs.gitlab.com/ci/yaml/artifacts_reports/#artifactsreportsdotenv>), so nothing stands
//! here that somebody else wrote.

use crate::core::model::Report;

/// Renders the counts of a report.
pub(super) fn render(report: &Report) -> String {
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
