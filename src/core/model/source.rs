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

    fn floor(&self, offset: usize) -> usize {
        let mut at = offset.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }
}
