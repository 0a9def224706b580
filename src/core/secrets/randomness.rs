//! Whether a text was made by a generator of random text, or by a person.

/// Fewer characters than this are no key.
const SHORTEST: usize = 16;

/// Hexadecimal digits have fewer bits each, so there must be more of them.
const SHORTEST_HEX: usize = 32;

/// Bits of information in each character, measured on the text itself. Twenty random characters
/// of Base64 have about 4, twenty letters of English about 3.
const BITS: f64 = 3.3;

/// Whether a text looks random: digits among letters, few repetitions, and neither a sentence nor
/// an address nor a path.
pub(super) fn is_random(text: &str) -> bool {
    if text.len() < SHORTEST {
        return false;
    }
    let has = |is: fn(&u8) -> bool| text.bytes().any(|b| is(&b));
    let plain = text.bytes().all(|b| b.is_ascii_graphic()) && !text.contains("://");
    let hexadecimal = text.strip_prefix("0x").unwrap_or(text);
    if hexadecimal.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-') {
        return hexadecimal.len() >= SHORTEST_HEX && bits(hexadecimal) > 2.8;
    }
    let mixed = has(u8::is_ascii_digit)
        && has(u8::is_ascii_lowercase)
        && (has(u8::is_ascii_uppercase) || text.len() >= 2 * SHORTEST);
    plain && mixed && bits(text) >= BITS && !is_words(text)
}

/// Whether a text is made of words, with a number among them or not: `test-admin-secret-123`.
fn is_words(text: &str) -> bool {
    let parts = || text.split(|c: char| !c.is_ascii_alphanumeric());
    let kind = |b: u8| (b.is_ascii_digit(), b.is_ascii_uppercase());
    let changes = |part: &str| {
        let kinds: Vec<_> = part.bytes().map(kind).collect();
        kinds.windows(2).filter(|pair| pair[0] != pair[1]).count()
    };
    parts().count() > 1 && parts().all(|part| changes(part) <= 2)
}

/// Shannon's entropy of a text, in bits for each byte.
fn bits(text: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in text.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let length = text.len().max(1) as f64;
    let shares = counts.iter().filter(|count| **count > 0).map(|count| f64::from(*count) / length);
    -shares.map(|share| share * share.log2()).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_and_not() {
        for text in [
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzz1",
            "9f86d081884c7d659a2feaa0c55ad015",
            "0x9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "3d2f1e4c-9a7b-4c8d-8e6f-5a4b3c2d1e0f",
        ] {
            assert!(is_random(text), "{text}");
        }
        for text in [
            "",
            "test-admin-secret-123",
            "MOCKR2SECRETACCESSKEY",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "The quick brown fox 123 Jumps",
            "https://example.com/A1b2C3d4E5f6G7h8",
            "com.example.application.Main2",
        ] {
            assert!(!is_random(text), "{text}");
        }
    }
}
