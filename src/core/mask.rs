//! Hiding secrets in a stream of bytes, wherever the stream is cut into pieces.

/// What stands in the place of a secret.
const HIDDEN: &str = "***";

/// Texts that must not be shown.
#[derive(Clone, Default)]
pub struct Secrets(Vec<Vec<u8>>);

impl Secrets {
    /// What is shorter is no secret, and stands in many words.
    const SHORTEST: usize = 6;

    /// Of these values. A value of several lines is hidden line by line as well, since whoever
    /// prints it may indent it, and as JSON has it, since whoever quotes it writes `\n`.
    pub fn new(values: impl IntoIterator<Item = String>) -> Self {
        let mut texts = Vec::new();
        for value in values {
            texts.extend(value.lines().map(|line| line.trim().to_owned()));
            let quoted = serde_json::Value::from(value.trim()).to_string();
            texts.push(quoted.trim_matches('"').to_owned());
            texts.push(value.trim().to_owned());
        }
        texts.retain(|text| text.len() >= Self::SHORTEST);
        texts.sort();
        texts.dedup();
        Self(texts.into_iter().map(String::into_bytes).collect())
    }

    /// A text without them.
    pub fn hide_in(&self, text: &str) -> String {
        let mut masker = Masker::new(self);
        let mut shown = masker.feed(text.as_bytes());
        shown.extend(masker.end());
        String::from_utf8_lossy(&shown).into_owned()
    }

    fn longest_at_start(&self, bytes: &[u8]) -> Option<usize> {
        self.0.iter().filter(|secret| bytes.starts_with(secret)).map(Vec::len).max()
    }

    /// Whether more bytes could make a secret of these.
    fn may_begin(&self, bytes: &[u8]) -> bool {
        self.0.iter().any(|secret| secret.len() > bytes.len() && secret.starts_with(bytes))
    }
}

/// Hides secrets in what it is fed, piece by piece. Every byte that belongs to a secret is hidden,
/// also where one secret begins inside another. What could be the beginning of one is held back
/// until more is known.
pub struct Masker<'a> {
    secrets: &'a Secrets,
    held: Vec<u8>,
    /// How many bytes from the first held belong to secrets that begin before it.
    covered: usize,
}

impl<'a> Masker<'a> {
    /// Hides these.
    pub fn new(secrets: &'a Secrets) -> Self {
        Self { secrets, held: Vec::new(), covered: 0 }
    }

    /// What may be shown after this piece.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.held.extend_from_slice(bytes);
        self.decide(|secrets, rest| secrets.may_begin(rest))
    }

    /// The rest: nothing follows that could complete a secret.
    pub fn end(&mut self) -> Vec<u8> {
        self.decide(|_, _| false)
    }

    fn decide(&mut self, must_wait: impl Fn(&Secrets, &[u8]) -> bool) -> Vec<u8> {
        let mut shown = Vec::with_capacity(self.held.len());
        let mut at = 0;
        while let Some(byte) = self.held.get(at) {
            let rest = &self.held[at..];
            if must_wait(self.secrets, rest) {
                break;
            }
            if let Some(length) = self.secrets.longest_at_start(rest) {
                if self.covered == 0 {
                    shown.extend_from_slice(HIDDEN.as_bytes());
                }
                self.covered = self.covered.max(length);
            }
            match self.covered {
                0 => shown.push(*byte),
                _ => self.covered -= 1,
            }
            at += 1;
        }
        self.held.drain(..at);
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn secrets(values: &[&str]) -> Secrets {
        Secrets::new(values.iter().map(|value| (*value).to_owned()))
    }

    #[test]
    fn every_form_of_a_secret_is_hidden() {
        let secrets = secrets(&["abcdef", "defghi", "-----BEGIN\n  key one\nshort\n", "tiny"]);
        for (text, expected) in [
            ("x abcdef y", "x *** y"),
            // One begins inside the other.
            ("abcdefghi!", "***!"),
            ("abcdeabcdef", "abcde***"),
            ("-----BEGIN\n  key one\nshort", "***"),
            ("> -----BEGIN\n> key one", "> ***\n> ***"),
            (r#"{"k":"-----BEGIN\n  key one\nshort"}"#, r#"{"k":"***"}"#),
            ("tiny abcde", "tiny abcde"),
        ] {
            assert_eq!(secrets.hide_in(text), expected, "{text}");
        }
    }

    /// Which bytes belong to a secret, found the slow way.
    fn shown_slowly(secrets: &Secrets, bytes: &[u8]) -> Vec<u8> {
        let mut until = 0;
        let mut shown = Vec::new();
        for (at, byte) in bytes.iter().enumerate() {
            let longest = (secrets.0.iter()).filter(|secret| bytes[at..].starts_with(secret));
            if let Some(length) = longest.map(Vec::len).max() {
                if at >= until {
                    shown.extend_from_slice(HIDDEN.as_bytes());
                }
                until = until.max(at + length);
            }
            if at >= until {
                shown.push(*byte);
            }
        }
        shown
    }

    proptest! {
        #[test]
        fn where_the_stream_is_cut_makes_no_difference(
            values in prop::collection::vec("[ab\n]{6,9}", 0..4),
            text in "[ab\nc]{0,60}",
            cuts in prop::collection::vec(0..60_usize, 0..12),
        ) {
            let secrets = Secrets::new(values);
            let bytes = text.as_bytes();
            let mut masker = Masker::new(&secrets);
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            cuts.sort_unstable();
            let mut shown = Vec::new();
            let mut done = 0;
            for cut in cuts.into_iter().chain([bytes.len()]) {
                shown.extend(masker.feed(&bytes[done..cut]));
                done = cut;
            }
            shown.extend(masker.end());
            prop_assert_eq!(shown, shown_slowly(&secrets, bytes));
        }
    }
}
