//! Keeping secrets out of what is shown.
//!
//! Every output format may quote the files that findings point into. What must not be quoted is
//! covered before any of them sees the text.

use std::iter::repeat_n;
use std::ops::Range;

use crate::core::model::Span;

/// Puts `*` in the place of what stands in the spans. Lines, and the offset of every byte, stay as
/// they are, so that places found before still fit. A span that cuts a character covers all of it.
pub fn conceal(text: &mut String, spans: &[Span]) {
    for span in spans.iter().filter(|span| span.start < span.end) {
        let range = whole_characters(text, *span);
        let cover = |c: char| match c {
            '\n' | '\r' => repeat_n(c, 1),
            c => repeat_n('*', c.len_utf8()),
        };
        let covered: String = text[range.clone()].chars().flat_map(cover).collect();
        text.replace_range(range, &covered);
    }
}

/// The range of a span, widened to the characters that it touches.
fn whole_characters(text: &str, span: Span) -> Range<usize> {
    let mut start = (span.start as usize).min(text.len());
    let mut end = (span.end as usize).clamp(start, text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    while !text.is_char_boundary(end) {
        end += 1;
    }
    start..end
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn concealed(text: &str, spans: &[(usize, usize)]) -> String {
        let mut text = text.to_owned();
        let spans: Vec<Span> = spans.iter().map(|(start, end)| Span::new(*start, *end)).collect();
        conceal(&mut text, &spans);
        text
    }

    #[test]
    fn what_is_covered_keeps_its_length_and_its_lines() {
        assert_eq!(concealed("KEY=abc # x", &[(4, 7)]), "KEY=*** # x");
        assert_eq!(concealed("a\r\n\tb\nc", &[(0, 8)]), "*\r\n**\n*");
        assert_eq!(concealed("ab", &[(1, 1), (9, 99)]), "ab");
        assert_eq!(concealed("abcd", &[(2, 4), (0, 3)]), "****");
    }

    #[test]
    fn no_part_of_a_character_stays() {
        assert_eq!(concealed("aé😀z", &[(2, 5)]), "a******z");
        assert_eq!(concealed("é", &[(1, 2)]), "**");
        assert_eq!(concealed("é", &[(1, 1)]), "é");
    }

    proptest! {
        #[test]
        fn nothing_but_the_spans_changes(
            text in any::<String>(),
            spans in proptest::collection::vec((0_usize..40, 0_usize..40), 0..4),
        ) {
            let after = concealed(&text, &spans);
            prop_assert_eq!(after.len(), text.len());
            let covers = |at: usize| spans.iter().any(|(start, end)| (*start..*end).contains(&at));
            for (at, c) in text.char_indices() {
                let touched = (at..at + c.len_utf8()).any(covers);
                let kept = after.get(at..at + c.len_utf8()) == Some(&text[at..at + c.len_utf8()]);
                prop_assert!(kept || touched, "{at} changed");
                prop_assert!(!kept || !touched || matches!(c, '\n' | '\r' | '*'), "{at} stayed");
            }
        }
    }
}
