//! For people, in a terminal or a log.

use annotate_snippets::{Group, Level, Origin, Renderer};
use anstyle::{AnsiColor, Style};

use super::places::Places;
use super::readiness::{MAX_BLOCKED, Readiness};
use super::{excerpt, safe, sight, words};
use crate::core::model::{Finding, Report, Severity, Summary};

/// How many services the table shows.
const MAX_ROWS: usize = 20;

/// How to write text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextOptions {
    /// Whether to write colours, as ANSI escape sequences.
    pub color: bool,
    /// How many columns the terminal has.
    pub width: usize,
    /// Findings only.
    pub quiet: bool,
    /// What was looked at, too.
    pub verbose: bool,
}

impl TextOptions {
    /// The same without colour, for a file.
    pub fn plain(self) -> Self {
        Self { color: false, ..self }
    }
}

impl Default for TextOptions {
    fn default() -> Self {
        Self { color: false, width: 80, quiet: false, verbose: false }
    }
}

/// Renders a report for people.
pub(super) fn render(report: &Report, options: &TextOptions) -> String {
    let readiness = Readiness::of(report);
    let findings = findings(report, &readiness, options);
    if options.quiet {
        return findings.join("\n");
    }
    let headline = words::headline(report, sight::seen_ago);
    let summary = summary(report, &readiness, options);
    if findings.is_empty() {
        return format!("{headline}. {summary}\n");
    }
    let mut parts = vec![format!("{headline}\n")];
    parts.extend(findings);
    parts.extend(table(&readiness, options));
    parts.push(format!("{summary}\n"));
    parts.join("\n")
}

/// The findings, those of the whole project first, then service by service.
fn findings(report: &Report, readiness: &Readiness<'_>, options: &TextOptions) -> Vec<String> {
    let places = Places::new(report);
    let renderer =
        if options.color { Renderer::styled().hyperlink(false) } else { Renderer::plain() };
    let renderer = renderer.term_width(options.width);
    let mut findings: Vec<&Finding> = report.findings.iter().collect();
    findings.sort_by_cached_key(|finding| readiness.row_of(report, finding));

    let mut explained = Vec::new();
    findings
        .into_iter()
        .map(|finding| {
            let mut group = group(report, &places, finding);
            if !explained.contains(&finding.rule) {
                explained.push(finding.rule);
                group = group.element(footer("more", &format!("clodo explain {}", finding.rule)));
            }
            renderer.render(&[group]) + "\n"
        })
        .collect()
}

fn group<'a>(report: &'a Report, places: &Places<'a>, finding: &'a Finding) -> Group<'a> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let config = places.config_of(finding).filter(|_| finding.place.is_none());
    let group = level
        .primary_title(safe::line(&finding.message))
        .id(finding.rule)
        .elements(config.map(|config| Origin::path(safe::line(config))))
        .elements(excerpt::annotated(report, places, finding));
    let details = words::details(report, finding);
    group.elements(details.iter().map(|(word, text)| footer(word, text)))
}

fn footer<'a>(word: &'static str, text: &str) -> annotate_snippets::Message<'a> {
    Level::NOTE.with_name(word).message(safe::lines(text))
}

/// A word of the table, and how to colour it.
type Cell = (String, Style);

/// The table of services and environments, where it says more than the summary.
fn table(readiness: &Readiness<'_>, options: &TextOptions) -> Option<String> {
    let names: Vec<_> =
        readiness.environments.iter().map(|name| words::environment(*name)).collect();
    if readiness.rows.len() < 2 && names.len() < 2 {
        return None;
    }
    let widest = names.iter().map(|name| width(name)).max().unwrap_or_default();
    let fitting = options.width / (widest.max(width("9 warnings")) + GAP.len());
    // One of those that fit holds the services' names.
    let table = readiness.table(MAX_ROWS, fitting.saturating_sub(1).max(2));

    let plain = |text: &str| (text.to_owned(), Style::new());
    let header = table.columns.iter().map(|column| plain(&names[*column]));
    let mut grid: Vec<Vec<Cell>> = vec![std::iter::once(plain("service")).chain(header).collect()];
    for row in &table.rows {
        let cells = table.columns.iter().map(|column| cell(row.cells[*column]));
        let name = plain(&words::name(&row.service.name));
        grid.push(std::iter::once(name).chain(cells).collect());
    }
    let mut text = aligned(&grid, options.color);
    for more in &table.more {
        text += &format!("  {more}\n");
    }
    Some(text)
}

fn cell(found: Option<Summary>) -> Cell {
    let Some(found) = found else { return ("-".to_owned(), Style::new()) };
    match words::worst(found) {
        Some((Severity::Error, words)) => (words, AnsiColor::BrightRed.on_default().bold()),
        Some((_, words)) => (words, AnsiColor::Yellow.on_default()),
        None => ("ok".to_owned(), AnsiColor::Green.on_default()),
    }
}

/// Between two columns of the table.
const GAP: &str = "   ";

fn aligned(grid: &[Vec<Cell>], color: bool) -> String {
    let columns = grid.first().map_or(0, Vec::len);
    let widths: Vec<usize> = (0..columns)
        .map(|column| grid.iter().map(|row| width(&row[column].0)).max().unwrap_or_default())
        .collect();
    let mut text = String::new();
    for row in grid {
        let mut line = String::from(" ");
        let mut gap = " ".to_owned();
        for ((word, style), column) in row.iter().zip(&widths) {
            line += &gap;
            line += &if color { format!("{style}{word}{style:#}") } else { word.clone() };
            gap = format!("{GAP}{:1$}", "", column - width(word));
        }
        text += &line;
        text.push('\n');
    }
    text
}

fn width(text: &str) -> usize {
    text.chars().count()
}

/// `2 errors, 1 warning. Not ready: staging (web).`
fn summary(report: &Report, readiness: &Readiness<'_>, options: &TextOptions) -> String {
    let blocked = readiness.blocked(report);
    let unaffected = words::count(report.coverage.unaffected, "service");
    let mut text = if report.services.is_empty() && report.findings.is_empty() {
        match report.coverage.unaffected {
            0 => "No service was found, so nothing was checked.".to_owned(),
            _ => format!("Ready: the change concerns none of {unaffected}."),
        }
    } else if report.findings.is_empty() {
        "Ready: nothing to say.".to_owned()
    } else if blocked.is_empty() {
        format!("{}. Ready.", words::counts(report.summary()))
    } else {
        let blocked = words::some_of(&blocked, MAX_BLOCKED);
        format!("{}. Not ready: {blocked}.", words::counts(report.summary()))
    };
    if report.put_aside > 0 {
        text += &format!(" {} put aside.", words::count(report.put_aside, "finding"));
    }
    if report.coverage.unaffected > 0 && !report.services.is_empty() {
        text += &format!(" The change does not concern {unaffected} more.");
    }
    if options.verbose {
        text += &format!(" {} ran.", words::count(report.coverage.rules, "rule"));
    }
    text
}
