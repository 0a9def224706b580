//! Findings as remarks at lines of files, as forges take them over their APIs.

use super::places::{Places, Region};
use super::words;
use crate::core::model::{Report, Severity};
use crate::core::rules;

/// How much of one finding is said at a line, in characters: forges have limits of their own, the
/// tightest of which are far above what people read there.
const MAX_MESSAGE: usize = 4_000;

/// A remark at lines of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// The rule.
    pub rule: &'static str,
    /// Where the rule is explained.
    pub url: Option<String>,
    /// How bad it is.
    pub severity: Severity,
    /// The file, counted from the root of the repository.
    pub path: String,
    /// The first line, from 1.
    pub start_line: u32,
    /// The last line.
    pub end_line: u32,
    /// The first column and the one after the last, where both are on one line.
    pub columns: Option<(u32, u32)>,
    /// The fact alone.
    pub fact: String,
    /// The fact with its details, in lines.
    pub message: String,
    /// The same in every run as long as the finding is the same.
    pub fingerprint: String,
}

/// The findings of a report, the worst first.
pub fn annotations(report: &Report) -> Vec<Annotation> {
    let report = report.in_repository();
    let places = Places::new(&report);
    let findings = report.findings.iter().zip(report.fingerprints());
    let mut annotations: Vec<Annotation> = findings
        .map(|(finding, fingerprint)| {
            let Region { path, start, end } = places.or_start(finding);
            Annotation {
                rule: finding.rule,
                url: rules::find(finding.rule).map(|rule| rule.url()),
                severity: finding.severity,
                path: path.to_owned(),
                start_line: start.line,
                end_line: end.line,
                columns: (start.line == end.line).then_some((start.column, end.column)),
                fact: words::shortened(&super::safe::line(&finding.message), MAX_MESSAGE),
                message: words::shortened(&words::plain(&report, finding), MAX_MESSAGE),
                fingerprint,
            }
        })
        .collect();
    annotations.sort_by_key(|annotation| annotation.severity);
    annotations
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::model::{FileId, Finding, Place, Source, Span, WranglerSays};

    #[test]
    fn paths_count_from_the_root_of_the_repository_however_often_that_is_asked_for() {
        let place = Place { file: FileId(0), span: Span::new(2, 3) };
        let finding = |severity| {
            Finding::new("config/wrong-type", severity, WranglerSays::Rejects, Some(place))
        };
        let report = Report {
            prefix: "shops/a".into(),
            files: vec![Source { path: "wrangler.toml".into(), text: "a\nb = 1\n".into() }],
            findings: vec![finding(Severity::Note), finding(Severity::Error)],
            ..Report::default()
        };
        for report in [&report, &report.in_repository()] {
            let found = annotations(report);
            assert_eq!(found[0].path, "shops/a/wrangler.toml");
            assert_eq!((found[0].start_line, found[0].columns), (2, Some((1, 2))));
            assert_eq!([found[0].severity, found[1].severity], [Severity::Error, Severity::Note]);
        }
    }
}
