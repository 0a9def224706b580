//! GitHub-flavoured Markdown, for comments and step summaries.
//!
//! It lands where its reader trusts it, under a bot's name. So text from files may be read there,
//! but it may not format, link, mention anyone, or hide anything.

use std::cmp::Reverse;

use super::commonmark::{block, code, code_html, plain, prose};
use super::places::Places;
use super::readiness::Readiness;
use super::{delivery, excerpt, sight, words};
use crate::core::model::{Finding, Report, Severity, Summary};
use crate::core::rules;

/// GitHub takes comments and check run texts of up to 65,535 characters. A byte is at most one.
pub const MAX_BYTES: usize = 65_535;

/// The limits of what one finding may say, in characters, so that one cannot crowd out the rest.
const MAX_MESSAGE: usize = 500;
const MAX_DETAIL: usize = 2_000;
const MAX_EXCERPT: usize = 1_000;

/// How many lines of a file are shown.
const MAX_LINES: usize = 6;

/// The limits of the table.
const MAX_ROWS: usize = 20;
const MAX_COLUMNS: usize = 8;

/// Renders a report as at most `max_bytes` bytes of Markdown.
pub(super) fn render(report: &Report, max_bytes: usize) -> String {
    let readiness = Readiness::of(report);
    let mut findings: Vec<&Finding> = report.findings.iter().collect();
    findings.sort_by_key(|finding| finding.severity);
    let places = Places::new(report);
    let tail = checked(report);
    let room = max_bytes.saturating_sub(left_out(&findings).len() + tail.len());

    let mut text = heading(report, &readiness);
    let left = room.saturating_sub(text.len());
    for part in [delivery::markdown(report, left), table(&readiness)] {
        if text.len() + part.len() <= room {
            text += &part;
        }
    }
    let mut shown = 0;
    for finding in &findings {
        let section = section(report, &places, finding);
        if text.len() + section.len() > room {
            break;
        }
        text += &section;
        shown += 1;
    }
    if shown < findings.len() {
        text += &left_out(&findings[shown..]);
    }
    text += &tail;
    whole_lines(text, max_bytes)
}

/// The lines that fit. Only a limit without room for the heading leaves any out: what stands in half a
/// line may mean something else.
fn whole_lines(mut text: String, max_bytes: usize) -> String {
    if text.len() > max_bytes {
        let end = text.as_bytes()[..max_bytes].iter().rposition(|byte| *byte == b'\n');
        text.truncate(end.map_or(0, |end| end + 1));
    }
    text
}

/// `### clodo: not ready for staging (web) — 1 error, 0 warnings`
fn heading(report: &Report, readiness: &Readiness<'_>) -> String {
    let (state, counts) = readiness.verdict(report);
    match delivery::headline(report) {
        Some(headline) if report.findings.is_empty() => {
            format!("### clodo: {}\n", plain(&headline))
        }
        headline => {
            format!("### clodo: {} — {counts}\n", plain(&headline.unwrap_or(state)))
        }
    }
}

fn table(readiness: &Readiness<'_>) -> String {
    if readiness.rows.len() < 2 && readiness.environments.len() < 2 {
        return String::new();
    }
    let mut table = readiness.table(MAX_ROWS, MAX_COLUMNS);
    // Who opens a comment wants to know what to do first.
    table.rows.sort_by_key(|row| Reverse(row.worst()));
    let names = table.columns.iter().map(|column| {
        format!(" {} |", plain(&words::environment(readiness.environments[*column])))
    });
    let mut text = format!("\n| service |{}\n", names.collect::<String>());
    text += &format!("|---|{}\n", "---|".repeat(table.columns.len()));
    for row in &table.rows {
        let cells = table.columns.iter().map(|column| format!(" {} |", cell(row.cells[*column])));
        text += &format!(
            "| {} |{}\n",
            plain(&words::name(&row.service.name)),
            cells.collect::<String>()
        );
    }
    for more in &table.more {
        text += &format!("\n{more}\n");
    }
    text
}

fn cell(found: Option<Summary>) -> String {
    match found.map(words::worst) {
        None => "–".to_owned(),
        Some(None) => "ready".to_owned(),
        Some(Some((Severity::Error, words))) => format!("**{words}**"),
        Some(Some((_, words))) => words,
    }
}

fn section(report: &Report, places: &Places<'_>, finding: &Finding) -> String {
    let rule = match rules::find(finding.rule) {
        Some(rule) => format!("[{}]({})", rule.id, rule.url()),
        None => finding.rule.to_owned(),
    };
    let message = prose(&words::shortened(&finding.message, MAX_MESSAGE));
    let place = match places.of(finding) {
        Some(region) => Some(format!("{}:{}", region.path, region.start.line)),
        None => places.config_of(finding).map(str::to_owned),
    };
    let about = [
        place.as_deref().map(code),
        words::environments(report, finding).map(|names| plain(&format!("in {names}"))),
        Some(format!("Wrangler {}", words::wrangler(finding.wrangler))),
    ];
    let about: Vec<_> = about.into_iter().flatten().collect();
    // A backslash at the end of a line breaks it in comments and in summaries alike.
    let mut text = format!("\n**{}: {rule}** — {message}\\\n", finding.severity.as_str());
    text += &format!("{}\n", about.join(" · "));
    text += &quote(finding);
    text += &details(report, finding, &place.unwrap_or_default());
    text
}

/// Why it matters and what closes it.
fn quote(finding: &Finding) -> String {
    let said = [("why", &finding.why), ("fix", &finding.help)];
    let lines: Vec<_> = said
        .into_iter()
        .filter_map(|(word, text)| Some(format!("{word}: {}", quoted(text.as_ref()?))))
        .collect();
    if lines.is_empty() { String::new() } else { format!("> {}\n", lines.join("\\\n> ")) }
}

/// The lines that it is about, folded.
fn details(report: &Report, finding: &Finding, place: &str) -> String {
    let lines = finding.place.and_then(|place| excerpt::plain(report, place, MAX_LINES));
    let (Some(lines), Some(file)) = (lines, report.file_of(finding)) else { return String::new() };
    if lines.trim().is_empty() {
        return String::new();
    }
    let block = block(&words::shortened(&lines, MAX_EXCERPT), &file.path);
    format!("\n<details><summary>{}</summary>\n\n{block}\n</details>\n", code_html(place))
}

/// Lines of prose inside a quote.
fn quoted(text: &str) -> String {
    let text = words::shortened(text, MAX_DETAIL);
    text.lines().map(prose).collect::<Vec<_>>().join("\\\n> ")
}

/// Says how many findings have no room.
fn left_out(findings: &[&Finding]) -> String {
    let mut summary = Summary::default();
    findings.iter().for_each(|finding| summary.add(finding.severity));
    let (number, counts) = (words::count(findings.len(), "more finding"), words::counts(summary));
    format!("\n**{number} left out here: {counts}.** `clodo check` shows all of them.\n")
}

/// What was looked at, so that silence can be read.
fn checked(report: &Report) -> String {
    let headline = plain(&words::headline(report, sight::seen_at));
    let rules = words::count(report.coverage.rules, "rule");
    let aside = match report.put_aside {
        0 => String::new(),
        count => format!(", {} put aside", words::count(count, "finding")),
    };
    format!("{}\n<sub>{headline}, {rules}{aside}</sub>\n", unseen(report))
}

/// What could not be seen of the account, but what the token may not look at: that is a finding.
fn unseen(report: &Report) -> String {
    let unknown = report.coverage.sight.iter().flat_map(|sight| &sight.unknown);
    let failed = unknown.filter(|unknown| unknown.permission.is_none());
    let said = failed.map(|unknown| {
        let cost = unknown.cost.iter().map(|cost| format!("; {cost}"));
        let text = format!("{}{}", unknown.message, cost.collect::<String>());
        format!("\n**note** — {}\n", prose(&words::shortened(&text, MAX_MESSAGE)))
    });
    said.collect()
}
