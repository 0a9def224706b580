//! What a comment, or the summary of a check run, says.

use super::Marker;
use crate::core::model::{Report, Severity};
use crate::core::report::commonmark::{html, link_target, plain};
use crate::core::report::{markdown, words};

/// Where the reader of a comment learns what it is.
const WHAT_IS_THIS: &str =
    concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/docs/reporting.md#the-comment");

/// How much of a commit's hash people read.
const SHORT_SHA: usize = 7;

/// How much of a run's name they read; some CI systems give it a UUID.
const SHORT_RUN: usize = 13;

/// Which run is speaking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The mark of its comment.
    pub marker: Marker,
    /// Where the run can be looked at.
    pub run_url: Option<String>,
}

/// Whether a report says something that is worth a first comment: anything above a note, a plan by
/// which something changes, a preview that can be visited, or a deployment.
pub fn has_news(report: &Report) -> bool {
    report.findings.iter().any(|finding| finding.severity != Severity::Note)
        || report.plans.iter().any(|plan| plan.changes)
        || report.previews.iter().any(|preview| preview.made.is_ok())
        || !report.deliveries.is_empty()
}

/// The comment about a report, in at most `max_bytes` bytes.
pub fn body(report: &Report, stamp: &Stamp, max_bytes: usize) -> String {
    let marker = stamp.marker.to_string();
    let room = max_bytes.saturating_sub(marker.len() + 1);
    format!("{marker}\n{}", summary(report, stamp, room))
}

/// The same without the marker, for places that are found without one.
pub fn summary(report: &Report, stamp: &Stamp, max_bytes: usize) -> String {
    let footer = footer(stamp);
    let room = max_bytes.saturating_sub(footer.len() + 1);
    let plans = plans(report, room / 2);
    let room = room.saturating_sub(plans.len());
    format!("{}\n{plans}{footer}", markdown::render(report, room))
}

/// The plans, folded, in at most so many bytes: what does not fit is named alone.
fn plans(report: &Report, max_bytes: usize) -> String {
    let mut text = String::new();
    for plan in &report.plans {
        let folded = |body: &str| {
            let summary = html(&plan.summary);
            format!("<details><summary>{summary}</summary>\n\n{body}\n</details>\n\n")
        };
        let whole = folded(&plan.markdown);
        text += &match text.len() + whole.len() <= max_bytes {
            true => whole,
            false => folded("Too long for a comment: `clodo plan` shows it.\n"),
        };
    }
    text
}

/// What stands between the marker and the last line: equal where two runs say the same.
pub(super) fn content(body: &str) -> String {
    let body = body.replace("\r\n", "\n");
    let lines: Vec<&str> = body.trim_end().lines().collect();
    let inner = lines.get(1..lines.len().saturating_sub(1)).unwrap_or_default();
    inner.join("\n").trim().to_owned()
}

/// `4be21c7 · run [1187](…) · 2026-11-22 12:04 UTC · [what is this?](…)`
fn footer(stamp: &Stamp) -> String {
    let Marker { sha, run, attempt, at, .. } = &stamp.marker;
    let sha = plain(&sha.chars().take(SHORT_SHA).collect::<String>());
    let run = plain(&words::shortened(run, SHORT_RUN));
    let run = match stamp.run_url.as_deref().and_then(link_target) {
        Some(url) => format!("[{run}]({url})"),
        None => run,
    };
    let again = if *attempt > 1 { format!(", attempt {attempt}") } else { String::new() };
    let at = at.strftime("%Y-%m-%d %H:%M UTC");
    format!("{sha} · run {run}{again} · {at} · [what is this?]({WHAT_IS_THIS})\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp() -> Stamp {
        let marker = Marker {
            key: "shop".into(),
            sha: "4be21c7b9d0e4f5a6b7c8d9e0f1a2b3c4d5e6f70".into(),
            run: "1187".into(),
            attempt: 1,
            at: "2026-11-22T12:04:31Z".parse().expect("a time"),
        };
        Stamp { marker, run_url: Some("https://ci.example.com/runs/1187".into()) }
    }

    #[test]
    fn the_last_line_says_which_run_it_was() {
        let text = body(&Report::default(), &stamp(), 65_000);
        let last = text.lines().last().expect("a line");
        let expected =
            "4be21c7 · run [1187](https://ci.example.com/runs/1187) · 2026-11-22 12:04 UTC · ";
        assert!(last.starts_with(expected), "{last}");
        let again = Stamp {
            marker: Marker { attempt: 3, ..stamp().marker },
            run_url: Some("javascript:alert(1)".into()),
        };
        assert!(footer(&again).starts_with("4be21c7 · run 1187, attempt 3 · "));
    }

    #[test]
    fn two_runs_that_say_the_same_have_the_same_content() {
        let first = body(&Report::default(), &stamp(), 65_000);
        let other = Stamp { run_url: None, marker: Marker { attempt: 9, ..stamp().marker } };
        let second = body(&Report::default(), &other, 65_000);
        assert_ne!(first, second);
        assert_eq!(content(&first), content(&second));
        assert_eq!(content(&first), content(&first.replace('\n', "\r\n")));
        assert_eq!(content(""), "");
    }
}
