//! The lines that a finding is about.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Element, Level, Origin, Snippet};

use super::places::{Places, Region};
use super::safe;
use crate::core::model::{Finding, Place, Report, Source, Span};

/// How many other places of a finding are shown.
const RELATED: usize = 8;

/// How many bytes of a file an excerpt is made from. Places further apart get excerpts of their
/// own, and a longer line, which only a minified file has, gets none.
const WINDOW: usize = 10_000;

/// Something to mark in a file.
struct Mark<'a> {
    source: &'a Source,
    range: Range<usize>,
    region: Region<'a>,
    kind: AnnotationKind,
    label: Option<String>,
}

/// The excerpts of a finding for the terminal, that of its own place first.
pub(super) fn annotated<'a>(
    report: &'a Report,
    places: &Places<'a>,
    finding: &Finding,
) -> Vec<Element<'a>> {
    let mark = |place: Place, kind, label: Option<&str>| {
        let source = report.files.get(place.file.0 as usize)?;
        let label = label.filter(|label| !label.is_empty()).map(safe::line);
        let range = first_line(source, place.span);
        Some(Mark { source, range, region: places.region(place)?, kind, label })
    };
    let label = finding.label.as_deref();
    let own = finding.place.and_then(|place| mark(place, AnnotationKind::Primary, label));
    let related = finding.related.iter().take(RELATED);
    let related = related.map(|(place, words)| mark(*place, AnnotationKind::Context, Some(words)));

    let mut excerpts: Vec<Vec<Mark<'_>>> = Vec::new();
    for mark in std::iter::once(own).chain(related).flatten() {
        match excerpts.iter_mut().find(|marks| fits(marks, &mark)) {
            Some(marks) => marks.push(mark),
            None => excerpts.push(vec![mark]),
        }
    }
    excerpts.into_iter().flat_map(excerpt).collect()
}

/// Whether one excerpt can show a mark together with others.
fn fits(marks: &[Mark<'_>], mark: &Mark<'_>) -> bool {
    let is_near = |known: &Mark<'_>| {
        std::ptr::eq(known.source, mark.source)
            && known.range.start.abs_diff(mark.range.start) < WINDOW / 2
    };
    marks.iter().all(is_near)
}

/// An excerpt from the first marked line to the last, so that the cost depends on these and not on
/// the file.
fn excerpt(marks: Vec<Mark<'_>>) -> Vec<Element<'_>> {
    let start = marks.iter().map(|mark| mark.range.start).min().unwrap_or_default();
    let end = marks.iter().map(|mark| mark.range.end).max().unwrap_or_default();
    let line = marks.iter().map(|mark| mark.region.start.line).min().unwrap_or_default() as usize;
    let Some(Mark { source, region, label, .. }) = marks.first() else { return Vec::new() };
    let path = safe::line(&source.path);
    let window = whole_lines(&source.text, start..end);
    if window.len() > WINDOW {
        let origin = Origin::path(path).line(line).char_column(region.start.column as usize);
        let label = label.clone().map(|label| Level::NOTE.no_name().message(label).into());
        return std::iter::once(origin.into()).chain(label).collect();
    }
    let snippet = Snippet::source(safe::source(&source.text[window.clone()]));
    let annotations = marks.into_iter().map(|mark| {
        // A mark may stand on the line break, which is outside of the window.
        let at = |offset: usize| (offset - window.start).min(window.len());
        mark.kind.span(at(mark.range.start)..at(mark.range.end)).label(mark.label)
    });
    vec![snippet.path(path).line_start(line).annotations(annotations).into()]
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
