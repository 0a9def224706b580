//! `clodo-ignore family/rule: reason` in comments.

use std::ops::Range;

use super::coverage::Coverage;
use super::remarks::{self, Flaw};
use super::{Run, comments};
use crate::core::model::{FileId, Finding, Place};
use crate::core::rules::Rule;

const WORD: &str = "clodo-ignore";

/// One rule that a comment suppresses.
pub(super) struct Suppression {
    pub(super) rule: &'static Rule,
    /// Where the comment names the rule.
    pub(super) place: Place,
    covers: Range<usize>,
}

impl Suppression {
    pub(super) fn concerns(&self, finding: &Finding) -> bool {
        finding.rule == self.rule.id
            && finding.place.is_some_and(|place| {
                place.file == self.place.file && self.covers.contains(&(place.span.start as usize))
            })
    }
}

/// The suppressions in all files, and what is wrong with those that do not count.
pub(super) fn collect(run: &Run<'_>) -> (Vec<Suppression>, Vec<Finding>) {
    let mut found = (Vec::new(), Vec::new());
    for (id, source) in (0..).map(FileId).zip(&run.workspace.files) {
        if source.text.contains(WORD) {
            collect_from(id, &source.path, &source.text, run, &mut found);
        }
    }
    found
}

fn collect_from(
    file: FileId,
    path: &str,
    text: &str,
    run: &Run<'_>,
    (suppressions, flaws): &mut (Vec<Suppression>, Vec<Finding>),
) {
    let comments = comments::find(path, text);
    let coverage = Coverage::new(text, &comments);
    for comment in &comments.ranges {
        for line in directives(text, comment.clone()) {
            let place = |range: Range<usize>| Place { file, span: range.into() };
            let (rules, has_reason) = parse(text, line.clone());
            let mut flaw = |range, flaw| flaws.push(remarks::flaw(run, place(range), &flaw));
            if rules.is_empty() {
                flaw(line, Flaw::NoRule);
            } else if !has_reason {
                flaw(line, Flaw::NoReason);
            } else {
                for range in rules {
                    match run.rule(&text[range.clone()]) {
                        Some(rule) => suppressions.push(Suppression {
                            rule,
                            place: place(range),
                            covers: coverage.of(comment),
                        }),
                        None => flaw(range.clone(), Flaw::UnknownRule(&text[range])),
                    }
                }
            }
        }
    }
}

/// The lines of a comment that are meant for clodo, from the word on.
fn directives(text: &str, comment: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let body = text[comment.clone()].strip_suffix("*/").unwrap_or(&text[comment.clone()]);
    let mut start = comment.start;
    body.split('\n').filter_map(move |line| {
        let words = line
            .trim_start_matches(|c: char| matches!(c, '#' | '/' | '*' | '-') || c.is_whitespace());
        let at = start + line.len() - words.len();
        start += line.len() + 1;
        let rest = words.strip_prefix(WORD)?;
        let is_whole_word = !rest.starts_with(|c: char| c != ':' && !c.is_whitespace());
        is_whole_word.then(|| at..at + words.trim_end().len())
    })
}

/// The rules that a directive names, and whether it gives a reason.
fn parse(text: &str, directive: Range<usize>) -> (Vec<Range<usize>>, bool) {
    let mut at = directive.start + WORD.len();
    let rest = &text[at..directive.end];
    let (list, reason) = rest.split_once(':').unwrap_or((rest, ""));
    let mut rules = Vec::new();
    for item in list.split(',') {
        let id = item.trim();
        let start = at + item.len() - item.trim_start().len();
        if !id.is_empty() {
            rules.push(start..start + id.len());
        }
        at += item.len() + 1;
    }
    (rules, !reason.trim().is_empty())
}
