//! Files of environment variables, as Wrangler's dotenv 16 reads them.
//!
//! Only the places of names and values are kept. Whoever needs a value slices the text, and takes
//! care that it goes nowhere.

use crate::core::model::{DotEnvKey, Span};

/// Ends of names that say that a file is a pattern for others to fill in.
const EXAMPLES: [&str; 8] =
    ["default", "defaults", "dist", "example", "sample", "schema", "template", "tpl"];

/// Ends of names that say that a file is code, or text about it.
const CODE: [&str; 11] =
    ["cjs", "js", "json", "md", "mjs", "py", "sh", "toml", "ts", "yaml", "yml"];

/// Ends of names that say that a file was encrypted, mostly in order to be committed.
const SEALED: [&str; 6] = ["age", "enc", "encrypted", "gpg", "sops", "vault"];

/// Whether a file of this name holds environment variables.
pub fn is_dotenv(name: &str) -> bool {
    let is_other = |ending| is_among(&CODE, ending) || is_among(&SEALED, ending);
    endings(name).is_some_and(|mut endings| !endings.any(is_other))
}

/// Whether the name of such a file says that it is a pattern for others to fill in.
pub fn is_example(name: &str) -> bool {
    endings(name).is_some_and(|mut endings| endings.any(|ending| is_among(&EXAMPLES, ending)))
}

/// The parts behind `.env` or `.dev.vars`: `staging` and `local` of `.env.staging.local`.
fn endings(name: &str) -> Option<impl Iterator<Item = &str>> {
    let rest = name.strip_prefix(".env").or_else(|| name.strip_prefix(".dev.vars"))?;
    (rest.is_empty() || rest.starts_with('.')).then(|| rest.split('.').skip(1))
}

fn is_among(words: &[&str], ending: &str) -> bool {
    words.iter().any(|word| word.eq_ignore_ascii_case(ending))
}

/// The variables that a file sets. Lines that set nothing are passed over, as dotenv does.
pub fn parse(text: &str) -> Vec<DotEnvKey> {
    let mut keys = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let end = match assignment(text, at) {
            Some((key, end)) => {
                keys.push(key);
                end
            }
            None => at,
        };
        at = line_end(text, end) + 1;
    }
    keys
}

/// The assignment on the line at `at`, and where it ends.
fn assignment(text: &str, at: usize) -> Option<(DotEnvKey, usize)> {
    let line = &text[at..line_end(text, at)];
    let mut rest = line.trim_start();
    if let Some(exported) = rest.strip_prefix("export").filter(|r| r.starts_with(BLANK)) {
        rest = exported.trim_start();
    }
    let length = rest.find(|c: char| !is_of_name(c)).unwrap_or(rest.len());
    let (name, rest) = rest.split_at(length);
    let value = match rest.trim_start().strip_prefix('=') {
        Some(value) => value,
        None => rest.strip_prefix(':').filter(|value| value.starts_with(BLANK))?,
    };
    if name.is_empty() {
        return None;
    }
    let offset = |part: &str| at + line.len() - part.len();
    let start = offset(rest) - name.len();
    let span = Span::new(start, start + name.len());
    let (value, end) = self::value(text, offset(value.trim_start_matches(BLANK)));
    Some((DotEnvKey { name: name.into(), span, value_span: Span::new(value.0, value.1) }, end))
}

const BLANK: [char; 2] = [' ', '\t'];

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-')
}

/// The offset of the end of a line, without its break.
fn line_end(text: &str, at: usize) -> usize {
    text[at..].find(['\n', '\r']).map_or(text.len(), |length| at + length)
}

/// From where to where the value at `at` reaches without its quotes, and where it ends with them.
fn value(text: &str, at: usize) -> ((usize, usize), usize) {
    if let Some(end) = closing_quote(text, at) {
        return ((at + 1, end), end + 1);
    }
    let line = &text[at..line_end(text, at)];
    let end = match key_end(text, at) {
        Some(end) => end,
        None => at + line.split('#').next().unwrap_or_default().trim_end().len(),
    };
    ((at, end), end)
}

/// Where the quote at `at` is closed, if there is one and nothing but a comment stands behind it.
fn closing_quote(text: &str, at: usize) -> Option<usize> {
    let quote = text[at..].chars().next().filter(|c| matches!(c, '\'' | '"' | '`'))?;
    let mut chars = text[at + 1..].char_indices().peekable();
    let end = loop {
        match chars.next()? {
            (_, '\\') => drop(chars.next_if(|(_, next)| *next == quote)),
            (offset, c) if c == quote => break at + 1 + offset,
            _ => {}
        }
    };
    let behind = text[end + 1..line_end(text, end)].trim_start();
    (behind.is_empty() || behind.starts_with('#')).then_some(end)
}

/// Where the key in PEM that starts at `at` ends. dotenv takes no more than the first line of one
/// without quotes; but the others are no less secret, and may look like assignments.
fn key_end(text: &str, at: usize) -> Option<usize> {
    if !text[at..].starts_with("-----BEGIN") {
        return None;
    }
    let last = at + text[at..].find("-----END")?;
    Some(line_end(text, last))
}

/// What must not be shown of a file: all but the names, and what stands between a name and its
/// value. Comments are no exception, for they hold what was once a value.
pub fn beside_names(text: &str, keys: &[DotEnvKey]) -> Vec<Span> {
    let starts = keys.iter().map(|key| key.span.start as usize).chain([text.len()]);
    let ends = [0].into_iter().chain(keys.iter().map(|key| key.value_span.start as usize));
    ends.zip(starts).map(|(end, start)| Span::new(end, start)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::core::conceal::conceal;

    fn pairs(text: &str) -> Vec<(&str, &str)> {
        let slice = |span: Span| &text[span.start as usize..span.end as usize];
        let keys = parse(text);
        assert!(keys.iter().all(|key| slice(key.span) == &*key.name), "{keys:?}");
        keys.iter().map(|key| (slice(key.span), slice(key.value_span))).collect()
    }

    fn shown(text: &str) -> String {
        let mut shown = text.to_owned();
        conceal(&mut shown, &beside_names(text, &parse(text)));
        shown
    }

    #[test]
    fn names() {
        for name in [".env", ".env.local", ".dev.vars", ".dev.vars.staging", ".env.keys"] {
            assert!(is_dotenv(name) && !is_example(name), "{name}");
        }
        for name in [".env.example", ".env.local.example", ".dev.vars.Sample"] {
            assert!(is_dotenv(name) && is_example(name), "{name}");
        }
        for name in ["env", ".envrc", ".environment", ".env.d.ts", ".env.vault", ".dev.varsity"] {
            assert!(!is_dotenv(name), "{name}");
        }
    }

    #[test]
    fn assignments() {
        for (text, expected) in [
            ("A=1\nB = 2 \r\n\tC: 3", &[("A", "1"), ("B", "2"), ("C", "3")][..]),
            ("export A=1\nexport=2\nexportB=3", &[("A", "1"), ("export", "2"), ("exportB", "3")]),
            ("A=\nB= # none\n=x\nC\nD:x", &[("A", ""), ("B", "")]),
            ("A='x # y' # z\nB=x#y", &[("A", "x # y"), ("B", "x")]),
            ("A=\"x\\\"y\"\nB=`a'b`", &[("A", "x\\\"y"), ("B", "a'b")]),
            ("A=\"x\ny=1\n\"\nB=2", &[("A", "x\ny=1\n"), ("B", "2")]),
            ("A=\"x\nB=2", &[("A", "\"x"), ("B", "2")]),
            ("A='x' y\nB=é", &[("A", "'x' y"), ("B", "é")]),
            ("# A=1\nKEY.with-all_9=v", &[("KEY.with-all_9", "v")]),
            ("", &[]),
        ] {
            assert_eq!(pairs(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_key_without_quotes_is_one_value() {
        let text = "A=-----BEGIN PRIVATE KEY-----\nabc==\n-----END PRIVATE KEY-----\nB=1";
        let names: Vec<_> = pairs(text).iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["A", "B"]);
    }

    #[test]
    fn nothing_but_names_is_shown() {
        let text = "# OLD=one\nA = 'two' # three\n\nnonsense\nB=é\n";
        assert_eq!(shown(text), "*********\nA = '************\n\n********\nB=**\n");
        assert_eq!(shown("nonsense"), "********");
        assert_eq!(shown(""), "");
    }

    proptest! {
        #[test]
        fn no_value_is_ever_shown(text in "([A-C]{1,2}|[ \\n\\r\\t='\"`#:\\\\-]|7|é){0,40}") {
            let shown = shown(&text);
            prop_assert_eq!(shown.len(), text.len());
            prop_assert!(!shown.contains(['#', '\\', 'é']) , "{}", shown);
            for key in parse(&text) {
                let value = &shown[key.value_span.start as usize..key.value_span.end as usize];
                prop_assert!(value.chars().all(|c| matches!(c, '*' | '\n' | '\r')), "{}", shown);
            }
        }

        #[test]
        fn no_text_is_too_strange(text in any::<String>()) {
            parse(&text);
        }
    }
}
