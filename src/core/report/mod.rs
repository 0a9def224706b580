//! One file per output format. Every one of them renders the same [`Report`]; none knows a rule.
//!
//! All are pure functions from a report to text. What stands in a report was written by whoever
//! wrote the files, which on a pull request is a stranger: every format escapes it for the place
//! where it will be read. [`ci_context`] stands beside them: it shows what is known of a run, with
//! the same care.

mod annotations;
pub mod audit;
pub mod ci_context;
pub mod comment;
mod commonmark;
pub mod data;
mod delivery;
mod dotenv;
mod excerpt;
pub mod freezes;
pub mod gate;
mod github;
mod gitlab;
mod gitlab_annotations;
pub mod history;
mod json;
mod junit;
pub mod locks;
pub mod log;
mod markdown;
pub mod outcome;
mod places;
pub mod plan;
mod readiness;
pub mod rollback;
pub mod safe;
mod sarif;
pub mod saved;
pub mod sight;
mod table;
mod text;
pub mod verify;
mod words;

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

pub use annotations::{Annotation, annotations};
pub use markdown::MAX_BYTES as MARKDOWN_MAX_BYTES;
pub use text::TextOptions;

use crate::core::model::Report;

/// An output format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// For people, in a terminal or a log.
    Text,
    /// The contract `clodo.check/1`.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// JUnit XML, for the test panels of CI systems.
    Junit,
    /// GitLab's code quality report.
    Gitlab,
    /// GitLab's annotations report: links on the page of the job.
    GitlabAnnotations,
    /// GitHub's workflow commands, which become annotations.
    Github,
    /// GitHub-flavoured Markdown, for comments and step summaries.
    Markdown,
    /// `NAME=value` lines: the counts, for GitLab's dotenv report and for scripts.
    Dotenv,
    /// The whole report, to be told later with `clodo report --from`.
    Report,
}

impl Format {
    /// All formats, in the order in which help texts list them.
    pub const ALL: [Self; 10] = [
        Self::Text,
        Self::Json,
        Self::Sarif,
        Self::Junit,
        Self::Gitlab,
        Self::GitlabAnnotations,
        Self::Github,
        Self::Markdown,
        Self::Dotenv,
        Self::Report,
    ];

    /// The name by which it is asked for.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Junit => "junit",
            Self::Gitlab => "gitlab",
            Self::GitlabAnnotations => "gitlab-annotations",
            Self::Github => "github",
            Self::Markdown => "markdown",
            Self::Dotenv => "dotenv",
            Self::Report => "report",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A name that is not one of an output format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct UnknownFormat {
    /// What was asked for.
    pub given: String,
    /// The format that was probably meant.
    pub meant: Option<Format>,
}

impl fmt::Display for UnknownFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no output format {:?}: ", self.given)?;
        match self.meant {
            Some(meant) => write!(f, "did you mean {meant}?"),
            None => write!(f, "use one of {}", Format::ALL.map(Format::as_str).join(", ")),
        }
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(given: &str) -> Result<Self, UnknownFormat> {
        if let Some(format) = Self::ALL.into_iter().find(|format| format.as_str() == given) {
            return Ok(format);
        }
        let likeness = |format: &Self| strsim::jaro_winkler(format.as_str(), given);
        let meant = Self::ALL
            .into_iter()
            .max_by(|a, b| likeness(a).total_cmp(&likeness(b)))
            .filter(|format| likeness(format) > 0.8);
        Err(UnknownFormat { given: given.to_owned(), meant })
    }
}

/// Renders a report. Where there is text, it ends with a line break.
pub fn render(report: &Report, format: Format, options: &TextOptions) -> String {
    match format {
        Format::Text => text::render(report, options),
        Format::Json => json::render(report),
        Format::Sarif => sarif::render(&report.in_repository()),
        Format::Junit => junit::render(report),
        Format::Gitlab => gitlab::render(&report.in_repository()),
        Format::GitlabAnnotations => gitlab_annotations::render(report),
        Format::Github => github::render(&report.in_repository()),
        Format::Markdown => markdown::render(report, MARKDOWN_MAX_BYTES),
        Format::Dotenv => dotenv::render(report),
        Format::Report => saved::render(report),
    }
}

/// Renders a report as Markdown of at most `max_bytes` bytes, for places with a limit of their
/// own.
pub fn markdown(report: &Report, max_bytes: usize) -> String {
    markdown::render(report, max_bytes)
}

/// The verdict in one line: `not ready for staging (web): 1 error, 0 warnings`.
pub fn verdict(report: &Report) -> String {
    let (state, counts) = readiness::Readiness::of(report).verdict(report);
    safe::line(&match delivery::headline(report) {
        Some(headline) if report.findings.is_empty() => headline,
        headline => format!("{}: {counts}", headline.unwrap_or(state)),
    })
}

/// A moment as people read it: to the minute, in UTC.
fn moment(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// The JSON of the formats that are made of it.
fn to_json(value: &impl Serialize) -> String {
    let mut json = serde_json::to_string_pretty(value)
        .expect("structures of text, numbers and lists always have a JSON form");
    json.push('\n');
    safe::without_commands(&json, "\\u005b").into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_found_by_its_name() {
        for format in Format::ALL {
            assert_eq!(format.as_str().parse(), Ok(format));
        }
    }

    #[test]
    fn a_near_miss_is_recognised() {
        let say = |given: &str| given.parse::<Format>().expect_err("not a format").to_string();
        assert_eq!(say("sariff"), "there is no output format \"sariff\": did you mean sarif?");
        assert_eq!(
            say("xlsx"),
            "there is no output format \"xlsx\": use one of text, json, sarif, junit, gitlab, gitlab-annotations, github, markdown, dotenv, report"
        );
    }
}
