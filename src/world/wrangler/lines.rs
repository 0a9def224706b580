//! Output as it comes: cut into lines, and kept within bounds.

use crate::core::mask::{Masker, Secrets};
use crate::core::transcript::Transcript;

/// Where a line was printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// A line of output, without its end and without any secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// Where it was printed.
    pub stream: Stream,
    /// The text, with the colours that Wrangler prints into pipes too, whatever `NO_COLOR` says.
    pub text: &'a str,
}

impl Line<'_> {
    /// The text without colours.
    pub fn plain(&self) -> String {
        plain(self.text)
    }
}

fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

/// A line that is longer comes in pieces: what prints without an end must not fill the memory.
const LONGEST: usize = 64 * 1024;

/// One of the two streams, while it is read.
pub(super) struct Reading<'a> {
    stream: Stream,
    secrets: &'a Secrets,
    masker: Masker<'a>,
    /// The line that has not ended.
    open: Vec<u8>,
    /// The last byte was a carriage return, which a line feed may follow as part of the same end.
    returned: bool,
    kept: Transcript,
}

impl<'a> Reading<'a> {
    pub(super) fn new(stream: Stream, secrets: &'a Secrets) -> Self {
        let masker = Masker::new(secrets);
        Self {
            stream,
            secrets,
            masker,
            open: Vec::new(),
            returned: false,
            kept: Transcript::default(),
        }
    }

    /// Takes what was read, and tells the lines that it ends.
    pub(super) fn take(&mut self, bytes: &[u8], tell: &dyn Fn(Line<'_>)) {
        let shown = self.masker.feed(bytes);
        self.cut(&shown, tell);
    }

    /// Nothing follows: tells what is left, and gives all that was said, without colours.
    pub(super) fn end(mut self, tell: &dyn Fn(Line<'_>)) -> String {
        let shown = self.masker.end();
        self.cut(&shown, tell);
        if !self.open.is_empty() {
            self.tell(tell);
        }
        self.kept.text()
    }

    fn cut(&mut self, bytes: &[u8], tell: &dyn Fn(Line<'_>)) {
        for byte in bytes {
            let returned = std::mem::replace(&mut self.returned, *byte == b'\r');
            match byte {
                b'\n' if returned => {}
                // A lone carriage return ends a line for the runners of CI systems as well.
                b'\n' | b'\r' => self.tell(tell),
                _ => self.open.push(*byte),
            }
            if self.open.len() >= LONGEST {
                self.tell(tell);
            }
        }
    }

    fn tell(&mut self, tell: &dyn Fn(Line<'_>)) {
        let text = String::from_utf8_lossy(&self.open).into_owned();
        self.open.clear();
        let bare = plain(&text);
        let hidden = self.secrets.hide_in(&bare);
        // A secret that is coloured in the middle is seen only now.
        let text = if hidden == bare { text } else { hidden.clone() };
        tell(Line { stream: self.stream, text: &text });
        self.kept.push(&hidden);
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    fn read(pieces: &[&str], secrets: &[&str]) -> (Vec<String>, String) {
        let secrets = Secrets::new(secrets.iter().map(|secret| (*secret).to_owned()));
        let told = RefCell::new(Vec::new());
        let tell = |line: Line<'_>| told.borrow_mut().push(line.text.to_owned());
        let mut reading = Reading::new(Stream::Stdout, &secrets);
        for piece in pieces {
            reading.take(piece.as_bytes(), &tell);
        }
        let kept = reading.end(&tell);
        (told.into_inner(), kept)
    }

    #[test]
    fn lines_end_as_runners_have_it() {
        let (told, kept) = read(&["a\r", "\nb\n\nc\rd"], &[]);
        assert_eq!(told, ["a", "b", "", "c", "d"]);
        assert_eq!(kept, "a\nb\n\nc\nd\n");
    }

    #[test]
    fn colours_are_told_and_not_kept() {
        let (told, kept) = read(&["\u{1b}[3", "1mbad\u{1b}[0m\n"], &[]);
        assert_eq!(told, ["\u{1b}[31mbad\u{1b}[0m"]);
        assert_eq!(kept, "bad\n");
    }

    #[test]
    fn a_secret_is_seen_across_pieces_and_under_colours() {
        let (told, kept) = read(&["key s3cr", "et-1 \n"], &["s3cret-1"]);
        assert_eq!((&*told[0], &*kept), ("key *** ", "key *** \n"));
        let (told, _) = read(&["key s3cr\u{1b}[1met-1\n"], &["s3cret-1"]);
        assert_eq!(told, ["key ***"]);
    }

    #[test]
    fn a_line_without_an_end_comes_in_pieces() {
        let (told, _) = read(&[&"y".repeat(LONGEST + 1)], &[]);
        assert_eq!(told.len(), 2);
    }
}
