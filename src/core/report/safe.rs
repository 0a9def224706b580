//! Text from files, made safe to print.
//!
//! Two readers take text for orders. A terminal obeys control characters. A CI runner obeys
//! lines on the standard output of a step: GitHub's takes a line that starts with `::` and, from
//! its older syntax, `##[command]` anywhere in a line (`ActionCommand.cs` in actions/runner);
//! Azure Pipelines takes `##vso[…]`, and TeamCity `##teamcity[…]`.

use std::borrow::Cow;

/// Text for one line of a terminal or log: line breaks become spaces.
pub(super) fn line(text: &str) -> String {
    let shown: String = text.chars().map(|c| if c == '\n' { ' ' } else { visible(c) }).collect();
    let shown = without_commands(&shown, "(");
    if shown.trim_start().starts_with("::") {
        return shown.replacen("::", ": :", 1);
    }
    shown.into_owned()
}

/// Text for one line of a terminal, with the colours that it has: of all that a terminal obeys,
/// only the sequences that choose them (`ESC [ … m`) stay.
pub(super) fn coloured(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("\u{1b}[") {
        let parameters =
            rest[at + 2..].trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
        match parameters.strip_prefix('m') {
            Some(behind) => {
                shown.extend(rest[..at].chars().map(visible));
                shown.push_str(&rest[at..rest.len() - behind.len()]);
                rest = behind;
            }
            None => {
                shown.extend(rest[..at + 2].chars().map(visible));
                rest = &rest[at + 2..];
            }
        }
    }
    shown.extend(rest.chars().map(visible));
    shown
}

/// Text for several lines of a terminal or log: line breaks stay.
pub fn lines(text: &str) -> String {
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// Text for a file that people open, with its line breaks and tabs.
pub(super) fn in_file(text: &str) -> String {
    text.chars().map(|c| if matches!(c, '\n' | '\r' | '\t') { c } else { visible(c) }).collect()
}

/// Source text for an excerpt. Its length in bytes stays the same, so that spans still fit.
/// annotate-snippets shows the other control characters itself.
pub(super) fn source(text: &str) -> Cow<'_, str> {
    let of_same_length = |c: char| match c.len_utf8() {
        2 if is_hidden(c) => '·',
        3 if is_hidden(c) => REPLACEMENT,
        _ => c,
    };
    if text.chars().all(|c| of_same_length(c) == c) {
        return without_commands(text, "(");
    }
    let shown: String = text.chars().map(of_same_length).collect();
    Cow::Owned(without_commands(&shown, "(").into_owned())
}

/// Puts `bracket` in the place of the bracket of anything that a CI runner takes for a command.
pub(super) fn without_commands<'a>(text: &'a str, bracket: &str) -> Cow<'a, str> {
    let mut safe = String::new();
    let mut done = 0;
    let mut name_end = 0;
    for (at, _) in text.match_indices("##") {
        if at < name_end {
            continue;
        }
        name_end = text[at..]
            .find(|c: char| c != '#' && !c.is_ascii_alphanumeric())
            .map_or(text.len(), |length| at + length);
        if text[name_end..].starts_with('[') {
            safe.push_str(&text[done..name_end]);
            safe.push_str(bracket);
            done = name_end + 1;
        }
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    safe.push_str(&text[done..]);
    Cow::Owned(safe)
}

const REPLACEMENT: char = char::REPLACEMENT_CHARACTER;

/// A character as a person should see it: pictures of the control characters instead of them.
fn visible(c: char) -> char {
    match c {
        '\t' => ' ',
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or(REPLACEMENT),
        '\u{7f}' => '␡',
        c if is_hidden(c) => REPLACEMENT,
        c => c,
    }
}

/// Whether a character beyond ASCII is a control character, or changes the direction of text,
/// breaks lines or takes no room, so that what is read is not what stands there.
fn is_hidden(c: char) -> bool {
    matches!(c, '\u{80}'..='\u{9f}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminals_get_no_orders() {
        assert_eq!(line("a\u{1b}[2J\r\nb\u{9b}31m\t\u{202e}c"), "a␛[2J␍ b�31m �c");
        assert_eq!(
            coloured("\u{1b}[31;1mbad\u{1b}[0m\u{1b}[2J\u{7}"),
            "\u{1b}[31;1mbad\u{1b}[0m␛[2J␇"
        );
        assert_eq!(source("\u{9b}\u{61c}\u{2028}"), "··�");
    }

    #[test]
    fn runners_get_no_orders() {
        assert_eq!(line("a ##[set-output name=x]y"), "a ##(set-output name=x]y");
        assert_eq!(line("###vso[task.x]##[a]"), "###vso(task.x]##(a]");
        assert_eq!(line("## [a] ##a b[c]"), "## [a] ##a b[c]");
        assert_eq!(lines("a\n  ::error::b\nc::d"), "a\n  : :error::b\nc::d");
    }
}
