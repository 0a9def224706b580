//! Where the comments of a file are, by the very lexers with which the file is parsed: what is a
//! comment to them and nothing else.

use std::ops::Range;

use jsonc_parser::ScannerOptions;
use jsonc_parser::tokens::Token;
use toml_parser::lexer::TokenKind;

/// The comments of a file and, in TOML, the headers of its tables.
#[derive(Debug, Default)]
pub(super) struct Comments {
    /// The comments with their marks, in the order of the file.
    pub(super) ranges: Vec<Range<usize>>,
    /// Where table headers start, in the order of the file.
    pub(super) headers: Vec<usize>,
}

/// Finds the comments of a file, by the format that its name tells. In a file that cannot be
/// parsed, those up to the mistake.
pub(super) fn find(path: &str, text: &str) -> Comments {
    let ranges = match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("toml") => return toml(text),
        Some("json" | "jsonc") => jsonc(text),
        Some("yml" | "yaml") => yaml(text),
        _ => Vec::new(),
    };
    Comments { ranges, headers: Vec::new() }
}

fn toml(text: &str) -> Comments {
    let mut found = Comments::default();
    let mut depth = 0_usize;
    let mut first_on_line = true;
    for token in toml_parser::Source::new(text).lex() {
        let range = token.span().start()..token.span().end();
        match token.kind() {
            TokenKind::Whitespace => continue,
            TokenKind::Newline => {
                first_on_line = true;
                continue;
            }
            TokenKind::Comment => found.ranges.push(range),
            TokenKind::LeftSquareBracket => {
                // Deeper, a bracket is a list in a list.
                if first_on_line && depth == 0 {
                    found.headers.push(range.start);
                }
                depth += 1;
            }
            TokenKind::LeftCurlyBracket => depth += 1,
            TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => {
                depth = depth.saturating_sub(1);
            }
            _ => {}
        }
        first_on_line = false;
    }
    found
}

fn jsonc(text: &str) -> Vec<Range<usize>> {
    let mut scanner = jsonc_parser::Scanner::new(text, &ScannerOptions::default());
    let mut found = Vec::new();
    while let Ok(Some(token)) = scanner.scan() {
        if matches!(token, Token::CommentLine(_) | Token::CommentBlock(_)) {
            found.push(scanner.token_start()..scanner.token_end());
        }
    }
    found
}

/// The lexer keeps no comments, but it says where every scalar stands. A `#` outside of them that
/// follows white space starts a comment.
fn yaml(text: &str) -> Vec<Range<usize>> {
    use saphyr_parser::{Event, Parser};
    // All places of the lexer count characters, not bytes.
    let mut scalars: Vec<Range<usize>> = Vec::new();
    let mut end = usize::MAX;
    for event in Parser::new_from_str(text) {
        match event {
            Ok((Event::Scalar(..), span)) => scalars.push(span.start.index()..span.end.index()),
            Ok(_) => {}
            Err(error) => {
                end = error.marker().index();
                break;
            }
        }
    }
    scalars.retain(|range| !range.is_empty());
    scalars.sort_by_key(|range| range.start);
    let mut scalars = scalars.into_iter().peekable();

    let mut found = Vec::new();
    let mut after_space = true;
    let mut chars = text.char_indices().enumerate().take(end);
    while let Some((index, (at, c))) = chars.next() {
        while scalars.next_if(|range| range.end <= index).is_some() {}
        let in_scalar = scalars.peek().is_some_and(|range| range.start <= index);
        if c == '#' && after_space && !in_scalar {
            let line = text[at..].split(['\n', '\r']).next().unwrap_or_default();
            found.push(at..at + line.len());
            chars.by_ref().find(|(_, (_, c))| matches!(c, '\n' | '\r'));
            after_space = true;
        } else {
            after_space = matches!(c, ' ' | '\t' | '\n' | '\r');
        }
    }
    found
}
