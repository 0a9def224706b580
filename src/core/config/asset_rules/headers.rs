//! `_headers`

use super::{Kind, Problem, is_too_long, lines};
use crate::core::config::limits::HEADER_RULES;
use crate::core::model::Span;

/// What is wrong with the lines of a `_headers` file.
pub fn read_headers(text: &str) -> Vec<Problem> {
    let mut reader = Reader::default();
    for (line, span) in lines(text) {
        reader.read(line, span);
    }
    reader.end_path();
    reader.problems
}

#[derive(Default)]
struct Reader {
    problems: Vec<Problem>,
    paths: usize,
    /// The path that headers are for, and whether it has some.
    path: Option<(Span, bool)>,
    /// Whether the last path was refused, so that nothing is to be said of its headers.
    skip: bool,
}

impl Reader {
    fn read(&mut self, line: &str, span: Span) {
        let kind = if is_too_long(line) {
            Some(Kind::TooLong)
        } else if is_path(line) {
            self.end_path();
            self.read_path(line, span)
        } else if self.skip {
            None
        } else {
            self.read_header(line)
        };
        self.problems.extend(kind.map(|kind| Problem { span, kind }));
    }

    fn read_path(&mut self, line: &str, span: Span) -> Option<Kind> {
        self.paths += 1;
        let wildcards = line.matches('*').count();
        let kind = if HEADER_RULES.exceeded_by(self.paths).is_some() {
            Some(Kind::HeaderLimit)
        } else if !line.starts_with('/') && !line.starts_with("https://") {
            Some(Kind::Path)
        } else if wildcards > 1 || wildcards > 0 && has_splat(line) {
            Some(Kind::Wildcards)
        } else {
            None
        };
        self.skip = kind.is_some();
        self.path = (!self.skip).then_some((span, false));
        kind
    }

    fn read_header(&mut self, line: &str) -> Option<Kind> {
        let Some((name, value)) = line.split_once(':') else {
            let kind = match &mut self.path {
                None => Some(Kind::NoPath),
                Some((_, has_some)) => {
                    // `! Name` takes a header away.
                    let unset = line.starts_with("! ");
                    *has_some |= unset;
                    (!unset).then_some(Kind::NoHeader)
                }
            };
            return kind;
        };
        let name = name.trim();
        if name.contains(' ') || name.is_empty() {
            return Some(Kind::Name);
        }
        if value.trim().is_empty() {
            return Some(Kind::NoValue);
        }
        match &mut self.path {
            None => Some(Kind::NoPath),
            Some((_, has_some)) => {
                *has_some = true;
                None
            }
        }
    }

    fn end_path(&mut self) {
        if let Some((span, false)) = self.path.take() {
            self.problems.push(Problem { span, kind: Kind::NoHeaders });
        }
    }
}

/// Whether a line begins like a path or an address: `LINE_IS_PROBABLY_A_PATH`, cli.js:179361.
fn is_path(line: &str) -> bool {
    let before = line.split_once("://").map(|(scheme, _)| scheme);
    line.starts_with('/')
        || before.is_some_and(|s| !s.is_empty() && !s.contains(char::is_whitespace))
}

/// Whether a path has the placeholder `:splat`.
fn has_splat(path: &str) -> bool {
    let of_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    path.match_indices(":splat").any(|(at, word)| !path[at + word.len()..].starts_with(of_word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<Kind> {
        read_headers(text).iter().map(|problem| problem.kind).collect()
    }

    #[test]
    fn what_is_documented_is_valid() {
        let text = "# comment\n/secure/page\n  X-Frame-Options: DENY\n  ! X-Robots-Tag\n\r\n\
            https://myworker.mysubdomain.workers.dev/*\n\tX-Robots-Tag: noindex\n\
            /movies/:title\n  X-Movie-Name: You are watching :title\n\
            /a/*\n  Link: </b.css>; rel=preload, <https://x.y/z>\n";
        assert_eq!(kinds(text), []);
    }

    #[test]
    fn lines_that_are_wrong() {
        for (text, expected) in [
            ("X-Frame-Options: DENY\n/a\n  A: b", &[Kind::NoPath][..]),
            ("/a\n  X-Frame-Options:\n  A: b", &[Kind::NoValue]),
            ("/a\n/b\n  A: b", &[Kind::NoHeaders]),
            ("/a", &[Kind::NoHeaders]),
            ("/a\n  A b: c\n  A: b", &[Kind::Name]),
            ("/a\n  nonsense\n  A: b", &[Kind::NoHeader]),
            ("/*/b/*\n  A: b", &[Kind::Wildcards]),
            ("/*/:splat\n  A: b\n", &[Kind::Wildcards]),
            ("http://example.com/*\n  A: b", &[Kind::Path]),
        ] {
            assert_eq!(kinds(text), expected, "{text}");
        }
        let many: String = (0..101).map(|n| format!("/{n}\n  A: b\n")).collect();
        assert_eq!(kinds(&many), [Kind::HeaderLimit]);
    }
}
