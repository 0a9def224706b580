//! How the rules about `_headers` and `_redirects` report a line.

use super::{Draft, Findings};
use crate::core::config::asset_rules::Problem;
use crate::core::model::{FileId, Severity, WranglerSays};

/// Begins to report the first of some lines that have the same problem.
pub(super) fn report<'o>(
    file: FileId,
    problem: &Problem,
    lines: usize,
    fact: &str,
    out: &'o mut Findings<'_>,
) -> Draft<'o> {
    let more = match lines {
        1 => String::new(),
        lines => format!(" ({} more like it)", lines - 1),
    };
    let (severity, says) = match problem.refused() {
        true => (Severity::Error, WranglerSays::Fails),
        false => (Severity::Warning, WranglerSays::Silent),
    };
    out.in_file(file, problem.span)
        .say(format!("{fact}{more}"))
        .why("Wrangler uploads the file unread, and Cloudflare reads it")
        .severity(severity)
        .wrangler(says)
}
