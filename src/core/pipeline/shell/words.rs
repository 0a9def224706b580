//! The words of a command: what is quoted, escaped or filled in later.

use super::{Reader, Word};

impl Reader<'_> {
    /// The length of what a CI system fills in, if it begins here.
    pub(super) fn opaque(&self) -> Option<usize> {
        let rest = self.rest();
        let until = |close: &str| Some(rest.find(close)? + close.len());
        if rest.starts_with("${{") {
            return until("}}");
        }
        if rest.starts_with("$[[") {
            return until("]]");
        }
        let name = rest.strip_prefix("<<")?.trim_start_matches(' ');
        let known = ["parameters.", "pipeline.", "matrix."].iter().any(|p| name.starts_with(p));
        if known { until(">>") } else { None }
    }

    /// Reads one word; an empty one where none begins here.
    pub(super) fn word(&mut self) -> Word {
        let start = self.at;
        let mut word =
            Word { text: String::new(), literal: true, splits: false, range: start..start };
        while let Some(c) = self.rest().chars().next() {
            if let Some(length) = self.opaque() {
                self.expansion(length, &mut word, false);
                continue;
            }
            match c {
                '(' if word.text.ends_with('=') => {
                    let length = balanced(self.rest(), '(', ')').unwrap_or(self.rest().len());
                    self.expansion(length, &mut word, false);
                }
                ' ' | '\t' | '\r' | '\n' | ';' | '&' | '|' | '(' | ')' | '<' | '>' => break,
                '\'' => {
                    self.at += 1;
                    let end = self.rest().find('\'').unwrap_or(self.rest().len());
                    self.quoted_literally(end, &mut word);
                    self.eat("'");
                }
                '"' => self.double_quoted(&mut word),
                '\\' => {
                    self.at += 1;
                    if self.eat("\n") || self.eat("\r\n") {
                        continue;
                    }
                    if let Some(escaped) = self.rest().chars().next() {
                        word.text.push(escaped);
                        self.at += escaped.len_utf8();
                    }
                }
                '$' | '`' => self.dollar(&mut word, false),
                c => {
                    word.text.push(c);
                    self.at += c.len_utf8();
                    word.literal &= !matches!(c, '*' | '?');
                }
            }
        }
        word.range = start..self.at;
        word
    }

    /// Text in single quotes, in which only the CI system fills something in.
    fn quoted_literally(&mut self, end: usize, word: &mut Word) {
        let text = &self.rest()[..end];
        word.literal &= !text.contains("${{") && !text.contains("$[[");
        word.text.push_str(text);
        self.at += end;
    }

    fn double_quoted(&mut self, word: &mut Word) {
        self.at += 1;
        while let Some(c) = self.rest().chars().next() {
            if let Some(length) = self.opaque() {
                self.expansion(length, word, true);
                continue;
            }
            match c {
                '"' => {
                    self.at += 1;
                    return;
                }
                '\\' => {
                    self.at += 1;
                    if self.eat("\n") {
                        continue;
                    }
                    let escaped = self.rest().chars().next();
                    if !matches!(escaped, Some('"' | '\\' | '$' | '`')) {
                        word.text.push('\\');
                    }
                    if let Some(escaped) = escaped {
                        word.text.push(escaped);
                        self.at += escaped.len_utf8();
                    }
                }
                '$' | '`' => self.dollar(word, true),
                c => {
                    word.text.push(c);
                    self.at += c.len_utf8();
                }
            }
        }
    }

    /// Takes an expansion of a known length as it is written.
    fn expansion(&mut self, length: usize, word: &mut Word, quoted: bool) {
        word.text.push_str(&self.rest()[..length]);
        self.at += length;
        word.literal = false;
        word.splits |= !quoted;
    }

    fn dollar(&mut self, word: &mut Word, quoted: bool) {
        let rest = self.rest();
        if rest.starts_with("$((") {
            let length = rest.find("))").map_or(rest.len(), |end| end + 2);
            return self.expansion(length, word, quoted);
        }
        if rest.starts_with("$(") {
            let length = balanced(&rest[1..], '(', ')').map_or(rest.len(), |length| length + 1);
            self.inner(self.at + 2, self.at + length.saturating_sub(1));
            return self.expansion(length, word, quoted);
        }
        if let Some(behind) = rest.strip_prefix('`') {
            let length = behind.find('`').map_or(rest.len(), |end| end + 2);
            self.inner(self.at + 1, self.at + length.saturating_sub(1));
            return self.expansion(length, word, quoted);
        }
        if rest.starts_with("${") {
            let length = balanced(&rest[1..], '{', '}').map_or(rest.len(), |length| length + 1);
            return self.expansion(length, word, quoted);
        }
        let name =
            rest[1..].bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
        match (name, rest[1..].chars().next()) {
            (0, Some(special @ ('@' | '*' | '#' | '?' | '!' | '-' | '$'))) => {
                self.expansion(1 + special.len_utf8(), word, quoted);
            }
            (0, _) => {
                word.text.push('$');
                self.at += 1;
            }
            (name, _) => self.expansion(1 + name, word, quoted),
        }
    }
}

/// The length of a bracketed text that begins here, with what is quoted in it left alone.
fn balanced(text: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 0_usize;
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if std::mem::take(&mut escaped) {
            continue;
        }
        match (quote, c) {
            (None | Some('"'), '\\') => escaped = true,
            (None, '\'' | '"') => quote = Some(c),
            (Some(opened), c) if c == opened => quote = None,
            (Some('\''), _) => {}
            (_, c) if c == open => depth += 1,
            (_, c) if c == close => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + c.len_utf8());
                }
            }
            _ => {}
        }
    }
    None
}
