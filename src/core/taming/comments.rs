//! Where the comments of a file are, by the very lexers with which the file is parsed: what is a
//! comment to them and nothing else.

use std::ops::Range;

use jsonc_parser::ScannerOptions;
use jsonc_parser::tokens::Token;
use saphyr_parser::{Event, Marker, Parser, ScalarStyle};
use toml_parser::lexer::TokenKind;

use crate::core::config::dotenv;
use crate::core::source::Module;
use crate::core::sql;

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
        Some("sql") => sql::comments(text),
        _ if dotenv::is_dotenv(path.rsplit('/').next().unwrap_or(path)) => variables(text),
        _ if Module::can_read(path) => Module::comments(path, text),
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

/// Only whole lines: what `#` means behind a value depends on the program that reads the file.
fn variables(text: &str) -> Vec<Range<usize>> {
    let mut at = 0;
    let mut found = Vec::new();
    for line in text.split_inclusive('\n') {
        let body = line.trim();
        if body.starts_with('#') {
            let start = at + line.len() - line.trim_start().len();
            found.push(start..start + body.len());
        }
        at += line.len();
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
    // The lexer counts characters.
    let offsets: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let byte = |mark: Marker| offsets.get(mark.index()).copied().unwrap_or(text.len());
    let mut scalars: Vec<Range<usize>> = Vec::new();
    let mut end = text.len();
    for event in Parser::new_from_str(text) {
        match event {
            Ok((Event::Scalar(_, style, ..), span)) => {
                let start = byte(span.start);
                scalars.push(match style {
                    // Its end is that of the comment behind it, if there is one.
                    ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
                        start..start + quoted_length(&text[start..])
                    }
                    _ => start..byte(span.end),
                });
            }
            Ok(_) => {}
            Err(error) => {
                end = byte(*error.marker());
                break;
            }
        }
    }
    scalars.retain(|range| !range.is_empty());
    scalars.sort_by_key(|range| range.start);

    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, _) in text[..end].match_indices('#') {
        let in_comment = found.last().is_some_and(|last| at < last.end);
        let before = scalars.partition_point(|range| range.start <= at);
        let in_scalar = before > 0 && at < scalars[before - 1].end;
        if !in_comment && !in_scalar && !text[..at].ends_with(|c: char| !c.is_ascii_whitespace()) {
            let line = text[at..].split(['\n', '\r']).next().unwrap_or_default();
            found.push(at..at + line.len());
        }
    }
    found
}

/// The length of the quoted YAML scalar with which a text begins.
fn quoted_length(text: &str) -> usize {
    let mut chars = text.char_indices().peekable();
    let Some((_, quote)) = chars.next() else { return 0 };
    while let Some((at, c)) = chars.next() {
        let is_escape = match quote {
            '\'' => c == quote && chars.peek().is_some_and(|(_, next)| *next == quote),
            _ => c == '\\',
        };
        if is_escape {
            chars.next();
        } else if c == quote {
            return at + c.len_utf8();
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts<'t>(path: &str, text: &'t str) -> Vec<&'t str> {
        find(path, text).ranges.into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn toml_strings_hold_no_comments() {
        let text = concat!(
            "# one\r\n",
            "a = \"# no \\\" # no\" # two\n",
            "b = '# no \\' # three\n",
            "c = \"\"\"\n# no \"\" # no \\\"\"\" # no\n\"\"\"\"\" # four\n",
            "d = '''\n# no ' '' # no\n'''''# five\n",
            "\"e # no\" = [ # six\n  1, # seven\n]\n",
            "f = 1 # ä #eight",
        );
        let expected =
            ["# one", "# two", "# three", "# four", "# five", "# six", "# seven", "# ä #eight"];
        assert_eq!(texts("wrangler.toml", text), expected);
    }

    #[test]
    fn toml_headers_are_not_lists() {
        let text =
            "a = [\n  [1],\n[2]]\n[b]\n  [[c.\"[d]\"]] # x\ne = { f = [\n[3]] }\n'''\n[g]'''=1\n";
        let lines: Vec<&str> = find("a.toml", text)
            .headers
            .into_iter()
            .map(|at| text[at..].lines().next().unwrap_or_default())
            .collect();
        assert_eq!(lines, ["[b]", "[[c.\"[d]\"]] # x"]);
    }

    #[test]
    fn json_strings_hold_no_comments() {
        let text = concat!(
            "// one\r\n{ /* two */ \"// no\": \"/* no */ \\\" // no\", // three // still\n",
            "\"url\": \"https://example.com\", /* four\n// still\n*/ \"a\": 1 /**/ }\n//",
        );
        let expected =
            ["// one", "/* two */", "// three // still", "/* four\n// still\n*/", "/**/", "//"];
        assert_eq!(texts("wrangler.json", text), expected);
        assert_eq!(texts("wrangler.jsonc", text), expected);
    }

    #[test]
    fn yaml_scalars_hold_no_comments() {
        let text = concat!(
            "# one\n",
            "a: it's # two\n",
            "b: 'it''s # no' # three\n",
            "c: \"\\\" # no\n  # no\" # four\n",
            "d: a#no b # five\n",
            "e: | # six\n",
            "  # no\n",
            "\n",
            "    # no\n",
            " # seven\n",
            "f: >-\n",
            "  text # no\n",
            "# eight\n",
            "g: [ a, # nine\n  'ä # no', \"#no\" ]# no\n",
            "? h # ten\n",
            ": # eleven\n",
            "i: plain\n  more # twelve\n",
            "j: &x !t # thirteen\n  k: *x\n",
        );
        // `]#` starts no comment, so the lexer stops there.
        assert_eq!(
            texts("ci.yml", text),
            [
                "# one", "# two", "# three", "# four", "# five", "# six", "# seven", "# eight",
                "# nine"
            ]
        );
        let text = text.replace("]# no", "]");
        let found = texts("ci.yaml", &text);
        assert_eq!(found.len(), 13, "{found:?}");
        assert_eq!(found[9..], ["# ten", "# eleven", "# twelve", "# thirteen"]);
    }

    #[test]
    fn other_files_have_no_comments_that_are_known() {
        assert!(texts("Dockerfile", "# x").is_empty());
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange(text in "[ \\n\\r\\t#/*'\"\\\\|>:\\[\\]{}=a\u{e4}&!%-]{0,60}") {
            for path in ["a.toml", "a.jsonc", "a.yml", "a.sql", ".env"] {
                let found = find(path, &text);
                let mut end = 0;
                for range in found.ranges {
                    prop_assert!(end <= range.start && range.start < range.end);
                    prop_assert!(text.get(range.clone()).is_some());
                    end = range.end;
                }
            }
        }

        #[test]
        fn no_text_at_all_is_too_strange(text in any::<String>()) {
            for path in ["a.toml", "a.jsonc", "a.yml", "a.sql", ".env"] {
                find(path, &text);
            }
        }

        #[test]
        fn a_quoted_text_holds_no_comment(text in "[ \\n#/*'\"\\\\:a\u{e4}]{0,40}") {
            let quoted = serde_json::Value::from(text).to_string();
            for (path, document, comment) in [
                ("a.toml", format!("a = {quoted} # x\n"), "# x"),
                ("a.json", format!("{{ \"a\": {quoted} // x\n}}"), "// x"),
                ("a.yml", format!("a: {quoted} # x\n"), "# x"),
            ] {
                prop_assert_eq!(texts(path, &document), [comment], "{}", document);
            }
        }
    }
}
