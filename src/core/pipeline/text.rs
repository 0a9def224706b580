//! A text inside a file: a script in YAML or JSON, whose characters know where they stand.

use crate::core::model::{FileId, Place, Source, Span, Value};

/// The text of a scalar, and where each of its bytes stands in the file.
#[derive(Clone, Debug)]
pub(super) struct Text<'a> {
    /// The text, as the file's format decodes it.
    pub content: &'a str,
    file: FileId,
    whole: Span,
    /// The offset of each byte of the content in the file; `None` where they do not correspond.
    offsets: Option<Vec<u32>>,
}

impl<'a> Text<'a> {
    /// The text of a value, if it is text.
    pub(super) fn of(value: &'a Value, file: FileId, source: &Source) -> Option<Self> {
        let content = value.as_str()?;
        let whole = value.span;
        let offsets = align(content, &source.text, source.range(whole));
        Some(Self { content, file, whole, offsets })
    }

    /// Where a part of the text stands; the whole of it where that is not known.
    pub(super) fn place(&self, start: usize, end: usize) -> Place {
        let part = self.offsets.as_ref().and_then(|offsets| {
            let last = end.checked_sub(1).filter(|last| *last >= start)?;
            Some(Span { start: *offsets.get(start)?, end: offsets.get(last)?.saturating_add(1) })
        });
        Place { file: self.file, span: part.unwrap_or(self.whole) }
    }
}

/// The text of a scalar, as a CI system hands it on.
pub(super) fn scalar(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Lays a scalar beside its source. YAML's ways to write one (plain, quoted, literal, folded) and
/// JSON's differ from the content in white space, in quotes and in escapes: where nothing else
/// differs, every byte finds its place.
fn align(content: &str, text: &str, range: std::ops::Range<usize>) -> Option<Vec<u32>> {
    let bytes = text.as_bytes();
    let mut at = range.start;
    let quote = bytes.get(at).copied().filter(|byte| matches!(byte, b'"' | b'\''));
    match bytes.get(at) {
        Some(b'|' | b'>') => at += text[range.clone()].find('\n')?,
        Some(b'"' | b'\'') => at += 1,
        _ => {}
    }
    let mut offsets = Vec::with_capacity(content.len());
    for byte in content.bytes() {
        if byte.is_ascii_whitespace() {
            offsets.push(u32::try_from(at.min(range.end)).ok()?);
            if quote == Some(b'"') && bytes.get(at) == Some(&b'\\') {
                at += 2;
            } else if bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
                at += 1;
            }
            continue;
        }
        while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
            at += 1;
        }
        match (quote, bytes.get(at..at + 2)) {
            (Some(b'"'), Some([b'\\', escaped])) if *escaped == byte => at += 1,
            (Some(b'\''), Some(b"''")) if byte == b'\'' => at += 1,
            _ => {}
        }
        if at >= range.end || bytes.get(at) != Some(&byte) {
            return None;
        }
        offsets.push(u32::try_from(at).ok()?);
        at += 1;
    }
    Some(offsets)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::config::{jsonc, yaml};

    /// Where a word of the script `run` stands, by what the file has there.
    fn shown(file: &str, word: &str) -> String {
        let parse = if file.starts_with('{') { jsonc::parse } else { yaml::parse };
        let root = parse(file).expect("valid");
        let value = root.get("run").expect("a script");
        let source = Source { path: String::new(), text: file.to_owned() };
        let text = Text::of(value, FileId(0), &source).expect("text");
        let start = text.content.find(word).expect("the word is there");
        let place = text.place(start, start + word.len());
        source.text[source.range(place.span)].to_owned()
    }

    #[test]
    fn every_way_to_write_a_scalar() {
        for file in [
            "run: npx wrangler deploy --é now\nx: 1\n",
            "run: 'npx wrangler deploy ''--é'' now'\n",
            "run: \"npx \\\"wrangler\\\" deploy\\n --é now\"\n",
            "x: 1\nrun: |\n    npm ci\n\n    npx wrangler \\\n      deploy --é now\n",
            "run: >-  # folded\n  npx\n  wrangler deploy\n  --é now\n",
            "run: npx wrangler\n  deploy --é\n  now\n",
            "{ \"run\": \"echo \\\"a\\\\b\\\" && wrangler\\tdeploy --é now\" }",
        ] {
            assert_eq!(shown(file, "wrangler"), "wrangler", "{file}");
            assert_eq!(shown(file, "--é"), "--é", "{file}");
            assert_eq!(shown(file, "now"), "now", "{file}");
        }
    }

    #[test]
    fn what_does_not_correspond_is_shown_whole() {
        assert_eq!(shown("run: \"\\x77rangler x\"\n", "x"), "\"\\x77rangler x\"");
        assert_eq!(shown("a: &a wrangler deploy\nrun: *a\n", "deploy"), "*a");
    }
}
