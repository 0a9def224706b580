//! The parser's places as ours.

use crate::core::model::Span;

/// A span of the parser's.
pub(super) fn span(span: oxc_span::Span) -> Span {
    Span { start: span.start, end: span.end }
}
