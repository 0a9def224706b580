//! The lines that a finding is about.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Snippet};

use super::places::Places;
use super::safe;
use crate::core::model::{FileId, Finding, Place, Report, Source, Span};

/// How many other places of a finding are shown.
const RELATED: usize = 8;

/// Something to mark in a file.
struct Mark {
    place: Place,
    kind: AnnotationKind,
    label: Option<String>,
}

/// The excerpts of a finding for the terminal: one per file, that of its own place first.
pub(super) fn annotated<'a>(
    report: &'a Report,
    places: &Places<'a>,
    finding: &Finding,
) -> Vec<Snippet<'a, Annotation<'a>>> {
    let Some(place) = finding.place else { return Vec::new() };
    let label = finding.label.as_deref().map(safe::line);
    let mut marks = vec![Mark { place, kind: AnnotationKind::Primary, label }];
    marks.extend(finding.related.iter().take(RELATED).map(|(place, words)| {
        let label = (!words.is_empty()).then(|| safe::line(words));
        Mark { place: *place, kind: AnnotationKind::Context, label }
    }));
    let mut files: Vec<FileId> = Vec::new();
    for mark in &marks {
        if !files.contains(&mark.place.file) {
            files.push(mark.place.file);
        }
    }
    files.into_iter().filter_map(|file| snippet(report, places, file, &marks)).collect()
}

/// The excerpt of one file: from its first marked line to its last, so that the cost depends on
/// these and not on the file.
fn snippet<'a>(
    report: &'a Report,
    places: &Places<'a>,
    file: FileId,
    marks: &[Mark],
) -> Option<Snippet<'a, Annotation<'a>>> {
    let source = report.files.get(file.0 as usize)?;
    let marks: Vec<_> = marks
        .iter()
        .filter(|mark| mark.place.file == file)
        .map(|mark| (first_line(source, mark.place.span), mark))
        .collect();
    let start = marks.iter().map(|(range, _)| range.start).min()?;
    let end = marks.iter().map(|(range, _)| range.end).max()?;
    let window = whole_lines(&source.text, start..end);
    let line = places.region(Place { file, span: Span::from(window.clone()) })?.start.line;
    let annotations = marks.into_iter().map(|(range, mark)| {
        // A mark may stand on the line break, which is outside of the window.
        let at = |offset: usize| (offset - window.start).min(window.len());
        mark.kind.span(at(range.start)..at(range.end)).label(mark.label.clone())
    });
    let snippet = Snippet::source(safe::source(&source.text[window.clone()]))
        .path(safe::line(&source.path))
        .line_start(line as usize)
        .annotations(annotations);
    Some(snippet)
}

/// The part of a span on its first line: a table that lacks a key is long, and its start says
/// which one it is.
fn first_line(source: &Source, span: Span) -> Range<usize> {
    let range = source.range(span);
    let text = source.text[range.clone()].lines().next().unwrap_or_default().trim_end();
    range.start..range.start + text.len()
}

/// The range from the start of its first line to the end of its last, without the line break.
fn whole_lines(text: &str, range: Range<usize>) -> Range<usize> {
    let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[range.end..].find('\n').map_or(text.len(), |length| range.end + length);
    start..start + text[start..end].trim_end_matches('\r').len()
}

/// The lines of a place as they stand in the file, at most `max_lines` of them.
pub(super) fn plain(report: &Report, place: Place, max_lines: usize) -> Option<String> {
    let source = report.files.get(place.file.0 as usize)?;
    let range = whole_lines(&source.text, source.range(place.span));
    let lines: Vec<_> = source.text[range].lines().take(max_lines).collect();
    Some(lines.join("\n"))
}
