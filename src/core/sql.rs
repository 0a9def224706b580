//! SQL as SQLite reads it, cut into statements and words, whether it can be parsed or not.
//!
//! Where a statement ends is what Wrangler goes by (`splitSqlIntoStatements`, cli.js:66924), which
//! is SQLite's `sqlite3_complete`: at a semicolon, and in a trigger at `; END ;`.

use std::ops::Range;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A keyword or a name: a run of letters, digits, `_` and `$`. Numbers too.
    Word,
    /// A name in `"`, `` ` `` or brackets.
    Quoted,
    /// Text in `'`.
    Text,
    /// Any other character.
    Sign,
}

/// A token and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    /// What it is.
    pub kind: Kind,
    /// As it is written, with its quotes.
    pub text: &'a str,
    /// Offset of its first byte.
    pub start: usize,
}

impl Token<'_> {
    /// Whether this is a keyword.
    pub fn is(&self, keyword: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(keyword)
    }

    /// The name that it stands for, if it can be one: without quotes, in small letters, because
    /// SQLite does not tell capitals apart.
    pub fn name(&self) -> Option<String> {
        match self.kind {
            Kind::Word => Some(self.text.to_lowercase()),
            Kind::Quoted => {
                let inner = self.text.get(1..self.text.len().saturating_sub(1))?;
                Some(inner.to_lowercase())
            }
            Kind::Text | Kind::Sign => None,
        }
    }
}

/// A statement: its tokens, without comments and without the semicolon at its end.
#[derive(Clone, Debug)]
pub struct Statement<'a> {
    /// The tokens; never empty.
    pub tokens: Vec<Token<'a>>,
}

impl<'a> Statement<'a> {
    /// Its bytes, from the first token to the end of the last.
    pub fn range(&self) -> Range<usize> {
        let start = self.tokens.first().map_or(0, |token| token.start);
        let end = self.tokens.last().map_or(start, |token| token.start + token.text.len());
        start..end
    }

    /// The tokens after these keywords, if it begins with them.
    pub fn after(&self, keywords: &[&str]) -> Option<&[Token<'a>]> {
        after(&self.tokens, keywords)
    }
}

/// The tokens after these keywords, if they begin with them.
pub fn after<'t, 'a>(tokens: &'t [Token<'a>], keywords: &[&str]) -> Option<&'t [Token<'a>]> {
    let begins = tokens.len() >= keywords.len()
        && tokens.iter().zip(keywords).all(|(token, keyword)| token.is(keyword));
    begins.then(|| &tokens[keywords.len()..])
}

/// A name at the beginning of tokens, without the schema that may stand before it, and what
/// follows.
pub fn name<'t, 'a>(tokens: &'t [Token<'a>]) -> Option<(String, &'t [Token<'a>])> {
    let (first, rest) = tokens.split_first()?;
    let qualified = rest.first().filter(|dot| dot.text == ".").and(rest.get(1));
    match qualified {
        Some(second) => Some((second.name()?, &rest[2..])),
        None => Some((first.name()?, rest)),
    }
}

/// The statements of a text, in their order.
pub fn statements(text: &str) -> Vec<Statement<'_>> {
    one_by_one(text).collect()
}

/// The same, each when it is asked for: a text may be a whole database.
pub fn one_by_one(text: &str) -> impl Iterator<Item = Statement<'_>> {
    let mut lexemes = lexemes(text).filter_map(Lexeme::token);
    std::iter::from_fn(move || {
        let mut tokens: Vec<Token<'_>> = Vec::new();
        let mut end_of_trigger = false;
        for token in lexemes.by_ref() {
            let semicolon = token.text == ";" && token.kind == Kind::Sign;
            if semicolon && (end_of_trigger || !is_trigger(&tokens)) {
                if !tokens.is_empty() {
                    break;
                }
                end_of_trigger = false;
                continue;
            }
            // `END` counts where it stands right after a semicolon.
            end_of_trigger = token.is("END") && tokens.last().is_some_and(|last| last.text == ";");
            tokens.push(token);
        }
        Some(Statement { tokens }).filter(|statement| !statement.tokens.is_empty())
    })
}

fn is_trigger(tokens: &[Token<'_>]) -> bool {
    let tokens = after(tokens, &["EXPLAIN"]).unwrap_or(tokens);
    let Some(tokens) = after(tokens, &["CREATE"]) else { return false };
    let temporary = ["TEMP", "TEMPORARY"].iter().find_map(|word| after(tokens, &[word]));
    after(temporary.unwrap_or(tokens), &["TRIGGER"]).is_some()
}

/// The comments of a text with their marks, in their order.
pub fn comments(text: &str) -> Vec<Range<usize>> {
    let comment = |lexeme| match lexeme {
        Lexeme::Comment(range) => Some(range),
        Lexeme::Token(_) => None,
    };
    lexemes(text).filter_map(comment).collect()
}

enum Lexeme<'a> {
    Token(Token<'a>),
    Comment(Range<usize>),
}

impl<'a> Lexeme<'a> {
    fn token(self) -> Option<Token<'a>> {
        match self {
            Self::Token(token) => Some(token),
            Self::Comment(_) => None,
        }
    }
}

/// What a text is made of, without the space between.
fn lexemes(text: &str) -> impl Iterator<Item = Lexeme<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        at += text[at..].find(|c: char| !c.is_whitespace())?;
        let rest = &text[at..];
        let first = rest.chars().next()?;
        let until = |end: &str, from: usize| {
            rest[from..].find(end).map_or(rest.len(), |found| from + found + end.len())
        };
        let (kind, length) = match first {
            '-' if rest.starts_with("--") => (None, rest.find('\n').unwrap_or(rest.len())),
            '/' if rest.starts_with("/*") => (None, until("*/", 2)),
            '\'' => (Some(Kind::Text), quoted(rest, '\'')),
            '"' | '`' => (Some(Kind::Quoted), quoted(rest, first)),
            '[' => (Some(Kind::Quoted), until("]", 1)),
            c if is_word(c) => (Some(Kind::Word), rest.find(|c| !is_word(c)).unwrap_or(rest.len())),
            c => (Some(Kind::Sign), c.len_utf8()),
        };
        let start = at;
        at += length;
        Some(match kind {
            Some(kind) => Lexeme::Token(Token { kind, text: &rest[..length], start }),
            None => Lexeme::Comment(start..at),
        })
    })
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '$') || !c.is_ascii()
}

/// The length of a quoted text; a quote inside stands twice.
fn quoted(text: &str, quote: char) -> usize {
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == quote && chars.next_if(|(_, next)| *next == quote).is_none() {
            return at + c.len_utf8();
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<&str> {
        statements(text).iter().map(|statement| &text[statement.range()]).collect()
    }

    #[test]
    fn statements_end_where_sqlite_ends_them() {
        assert_eq!(split(""), [""; 0]);
        assert_eq!(split(" ;; -- nothing\n/* ; */"), [""; 0]);
        assert_eq!(
            split("SELECT 1; SELECT ';' /* ; */ , \"a;\"\"b\" ;"),
            ["SELECT 1", "SELECT ';' /* ; */ , \"a;\"\"b\""]
        );
        assert_eq!(
            split("SELECT 'it''s; fine'; DROP TABLE [a;b]"),
            ["SELECT 'it''s; fine'", "DROP TABLE [a;b]"]
        );
        let trigger = "CREATE TEMP TRIGGER t AFTER DELETE ON a BEGIN DELETE FROM b; SELECT CASE 1 WHEN 1 THEN 2 END; END";
        assert_eq!(split(&format!("{trigger}; SELECT 1")), [trigger, "SELECT 1"]);
        assert_eq!(split("'open"), ["'open"]);
        assert_eq!(split("--\u{e9}\r\nSELECT \u{e9}"), ["SELECT \u{e9}"]);
    }

    #[test]
    fn comments_are_not_in_text() {
        let text = "-- one\nSELECT '-- no', \"/* no */\" -- two\r\n/* three\n */ FROM [--no]; --";
        let found: Vec<&str> = comments(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, ["-- one", "-- two\r", "/* three\n */", "--"]);
    }

    #[test]
    fn names_lose_quotes_and_schema() {
        for (text, expected) in [
            ("Users", Some("users")),
            ("main.\"Users\" x", Some("users")),
            ("[A b] (", Some("a b")),
            ("`q`", Some("q")),
            ("'text'", None),
            ("(", None),
        ] {
            let statements = statements(text);
            let found = name(&statements[0].tokens).map(|(name, _)| name);
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }
}
