//! The rules that a folder of static assets brings: `_redirects` and `_headers`.
//!
//! Wrangler sends both files as they are. Cloudflare reads them when the new version is uploaded,
//! and refuses the whole deployment for a line that it does not take (code 100324, earlier 10021).
//! Its reader is not public. What is wrong is told here as Wrangler's own reader for development
//! tells it (`parseRedirects` and `parseHeaders`, cli.js:179193), and [`Problem::refused`] marks
//! what Cloudflare was seen to refuse.

mod headers;
mod redirects;

pub use headers::read_headers;
pub use redirects::read_redirects;

use crate::core::model::Span;

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where the line stands.
    pub span: Span,
    /// What is wrong.
    pub kind: Kind,
}

/// What may be wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// It is longer than a line may be.
    TooLong,
    /// It has more than one wildcard, or one beside `:splat`.
    Wildcards,
    /// A redirect is not two or three words.
    Words,
    /// A redirect comes from a host.
    FromHost,
    /// A redirect leads neither to a path nor to an HTTPS address.
    Target,
    /// A redirect has a status that is none.
    Status,
    /// A redirect leads to itself.
    Loop,
    /// A path has a redirect already.
    Duplicate,
    /// A rewrite leads to another host.
    Proxy,
    /// It is one static redirect too many.
    StaticLimit,
    /// It is one dynamic redirect too many.
    DynamicLimit,
    /// A header comes before any path.
    NoPath,
    /// A path has no headers.
    NoHeaders,
    /// A path is none.
    Path,
    /// A header has no value.
    NoValue,
    /// A line is neither a path nor a header.
    NoHeader,
    /// A header's name is none.
    Name,
    /// It is one path with headers too many.
    HeaderLimit,
}

impl Problem {
    /// Whether Cloudflare was seen to refuse it: cloudflare/workers-sdk#10992, #14547 and #15624,
    /// rustfs/docs.rustfs.com#137, and logs of deployments in public repositories.
    pub fn refused(&self) -> bool {
        use Kind::{Duplicate, DynamicLimit, FromHost, Loop, NoPath, NoValue};
        matches!(self.kind, Loop | FromHost | Duplicate | DynamicLimit | NoPath | NoValue)
    }
}

/// The first problem of each kind, and how many lines there are with it.
pub fn by_kind(mut problems: Vec<Problem>) -> Vec<(Problem, usize)> {
    problems.sort_by_key(|problem| problem.kind);
    let kinds = problems.chunk_by(|a, b| a.kind == b.kind);
    kinds.filter_map(|alike| Some((*alike.first()?, alike.len()))).collect()
}

/// The lines of a file that say something, trimmed as JavaScript does it, and where they stand.
fn lines(text: &str) -> impl Iterator<Item = (&str, Span)> {
    let mut start = 0;
    text.split('\n').filter_map(move |line| {
        let trimmed = line.trim();
        let at = start + line.len() - line.trim_start().len();
        start += line.len() + 1;
        let says = !trimmed.is_empty() && !trimmed.starts_with('#');
        says.then(|| (trimmed, Span::new(at, at + trimmed.len())))
    })
}

/// Whether a line is longer than it may be. JavaScript counts UTF-16.
fn is_too_long(line: &str) -> bool {
    use super::limits::RULE_LENGTH;
    RULE_LENGTH.exceeded_by(line.encode_utf16().count()).is_some()
}

/// Whether a path has a placeholder such as `:slug`.
fn has_placeholder(path: &str) -> bool {
    path.split(':').skip(1).any(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()))
}
