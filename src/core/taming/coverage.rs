//! Which lines a comment speaks of.

use std::ops::Range;

use super::comments::Comments;

/// The lines of a file, and what stands on them.
pub(super) struct Coverage<'a> {
    comments: &'a Comments,
    length: usize,
    lines: Vec<Line>,
}

struct Line {
    start: usize,
    has_code: bool,
    has_comment: bool,
}

impl<'a> Coverage<'a> {
    pub(super) fn new(text: &str, comments: &'a Comments) -> Self {
        let mut coverage = Self { comments, length: text.len(), lines: Vec::new() };
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            coverage.lines.push(Line { start, has_code: false, has_comment: false });
            start += line.len();
        }
        let mut rest = 0;
        for range in &comments.ranges {
            coverage.mark_code(text, rest..range.start);
            for line in coverage.lines_of(range) {
                coverage.lines[line].has_comment = true;
            }
            rest = range.end;
        }
        coverage.mark_code(text, rest..text.len());
        coverage
    }

    fn mark_code(&mut self, text: &str, between: Range<usize>) {
        for (offset, c) in text[between.clone()].char_indices() {
            if !c.is_whitespace() {
                let line = self.line(between.start + offset);
                self.lines[line].has_code = true;
            }
        }
    }

    /// The bytes of which a comment speaks. Beside code, it is the lines on which the comment
    /// stands. Alone, it is the line below as well; more comments may stand in between, but no
    /// blank line. Where the line is a table's header, it is the whole table, as far as the next
    /// header.
    pub(super) fn of(&self, comment: &Range<usize>) -> Range<usize> {
        let own = self.lines_of(comment);
        let mut last = own.end - 1;
        if !self.lines[own.clone()].iter().any(|line| line.has_code) {
            let below = &self.lines[own.end..];
            let comments =
                below.iter().take_while(|line| line.has_comment && !line.has_code).count();
            if below.get(comments).is_some_and(|line| line.has_code) {
                last = own.end + comments;
            }
        }
        let start = self.lines[own.start].start;
        let end = self.lines.get(last + 1).map_or(self.length + 1, |next| next.start);
        let mut headers = self.comments.headers.iter().copied().skip_while(|at| *at < start);
        match headers.next() {
            Some(header) if header < end => start..headers.next().unwrap_or(self.length + 1),
            _ => start..end,
        }
    }

    fn lines_of(&self, range: &Range<usize>) -> Range<usize> {
        self.line(range.start)..self.line(range.end.saturating_sub(1)) + 1
    }

    fn line(&self, offset: usize) -> usize {
        self.lines.partition_point(|line| line.start <= offset) - 1
    }
}
