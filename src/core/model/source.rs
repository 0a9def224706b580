//! Files and places in them.

use std::ops::Range;

/// A range of bytes in one file, half open. Files are limited to 4 GiB.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
}

impl Span {
    /// The span from `start` up to, not including, `end`.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start: clamp(start), end: clamp(end.max(start)) }
    }

    /// The smallest span that holds both.
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

fn clamp(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

/// Why a file cannot be parsed: the place, and what is wrong there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SyntaxError {
    /// Where it goes wrong.
    pub span: Span,
    /// What is wrong, and what was expected.
    pub message: String,
}

/// Which file of the [`super::Workspace`] is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u32);

/// A human's place in a file: both count from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// A file that was read: its path as shown to people, and its text.
#[derive(Clone, Debug)]
pub struct Source {
    /// Path relative to the root of the run, with `/` between the parts.
    pub path: String,
    /// The text, without a byte order mark.
    pub text: String,
}

impl Source {
    /// The line and column of a byte offset. Offsets past the end, or inside a character, are
    /// moved back to the nearest place that exists.
    pub fn position(&self, offset: u32) -> Position {
        let offset = self.floor(offset as usize);
        let before = &self.text[..offset];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Position {
            line: clamp(before.bytes().filter(|b| *b == b'\n').count() + 1),
            column: clamp(before[line_start..].chars().count() + 1),
        }
    }

    /// The span as a range that is safe to slice `text` with.
    pub fn range(&self, span: Span) -> Range<usize> {
        let start = self.floor(span.start as usize);
        start..self.floor(span.end as usize).max(start)
    }

    /// The text of the line (counted from 1), without its end.
    pub fn line(&self, line: u32) -> &str {
        let text = self.text.split('\n').nth(line.saturating_sub(1) as usize).unwrap_or("");
        text.strip_suffix('\r').unwrap_or(text)
    }

    /// Where the lines start, for those who ask for many positions in one file.
    pub fn lines(&self) -> Lines<'_> {
        let after_breaks = self.text.bytes().zip(1..).filter(|(byte, _)| *byte == b'\n');
        let starts = std::iter::once(0).chain(after_breaks.map(|(_, next)| next)).collect();
        Lines { source: self, starts }
    }

    fn floor(&self, offset: usize) -> usize {
        let mut at = offset.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }
}

/// The starts of a file's lines: [`Source::position`] without reading the file again each time.
#[derive(Clone, Debug)]
pub struct Lines<'a> {
    source: &'a Source,
    /// Offset of the first byte of each line; the first is 0.
    starts: Vec<usize>,
}

impl Lines<'_> {
    /// The same as [`Source::position`].
    pub fn position(&self, offset: u32) -> Position {
        let offset = self.source.floor(offset as usize);
        let line = self.starts.partition_point(|start| *start <= offset);
        let line_start = self.starts[line - 1];
        Position {
            line: clamp(line),
            column: clamp(self.source.text[line_start..offset].chars().count() + 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_source_agree_on_every_offset() {
        for text in ["", "\n", "a", "a\nb", "a\r\nbä€😀\n\nc\n", "\u{2028}\n\u{301}"] {
            let source = Source { path: String::new(), text: text.to_owned() };
            let lines = source.lines();
            for offset in (0..=u32::try_from(text.len()).expect("short") + 2).chain([u32::MAX]) {
                assert_eq!(lines.position(offset), source.position(offset), "{text:?} {offset}");
            }
        }
    }
}
