//! Texts that somebody, or something, has got wrong.

use proptest::prelude::RngExt as _;
use proptest::test_runner::{RngAlgorithm, TestRng};

/// What an edit puts in: the marks that TOML, JSON and YAML are made of, values in all their
/// spellings, and characters that none of them likes.
pub(crate) const BITS: [&str; 77] = [
    "\"",
    "'",
    "[",
    "]",
    "{",
    "}",
    "=",
    ".",
    ",",
    "#",
    ":",
    "-",
    "_",
    "+",
    "\\",
    "/",
    "&",
    "*",
    "!",
    "|",
    ">",
    "%",
    "@",
    "?",
    "\n",
    "\r",
    "\r\n",
    "\t",
    " ",
    "0",
    "1",
    "9",
    "a",
    "e",
    "E",
    "T",
    "Z",
    "x",
    "\u{e9}",
    "\u{a0}",
    "\u{0}",
    "\u{7}",
    "\u{7f}",
    "\u{2028}",
    "\u{feff}",
    "\u{1f600}",
    "\"\"\"",
    "'''",
    "[[",
    "]]",
    "[a]\n",
    "a.b=1\n",
    "- ",
    "---\n",
    "inf",
    "-nan",
    "1e5",
    "0x1F",
    "0o8",
    "1_000",
    "1__0",
    "2020-01-01",
    "2020-02-30",
    "2020-01-01T00:00:00Z",
    "07:32",
    "\\u00e9",
    "\\ud83d",
    "\\x41",
    "\\e",
    "//",
    "/*",
    "*/",
    "null",
    "true",
    "True",
    "9007199254740993",
    "clodo-ignore config/unknown-key: x",
];

/// Randomness that is the same in every run: seeded with a name.
pub(crate) fn seeded(name: &str) -> TestRng {
    let mut seed = [0; 32];
    for (at, byte) in name.bytes().enumerate() {
        let round = u32::try_from(at / seed.len()).unwrap_or_default();
        seed[at % 32] ^= byte.rotate_left(round);
    }
    TestRng::from_seed(RngAlgorithm::ChaCha, &seed)
}

/// A text with one or two random edits.
pub(crate) fn corrupted(text: &str, random: &mut TestRng) -> String {
    let mut text: Vec<char> = text.chars().collect();
    for _ in 0..random.random_range(1..=2) {
        let at = random.random_range(0..=text.len());
        match random.random_range(0..10) {
            0..=2 => drop(text.drain(at..text.len().min(at + random.random_range(1..=3)))),
            3..=7 => {
                let bit = BITS[random.random_range(0..BITS.len())];
                text.splice(at..at, bit.chars());
            }
            8 => {
                let end = text.len().min(at + random.random_range(1..=40));
                let again = text[at..end].to_vec();
                text.splice(at..at, again);
            }
            _ => text.truncate(at),
        }
    }
    text.into_iter().collect()
}

/// The same on bytes, so that what comes of it may be no text at all.
pub(crate) fn corrupted_bytes(bytes: &[u8], random: &mut TestRng) -> Vec<u8> {
    let mut bytes = match random.random_bool(0.8) {
        true => corrupted(&String::from_utf8_lossy(bytes), random).into_bytes(),
        false => bytes.to_vec(),
    };
    if random.random_bool(0.3) && !bytes.is_empty() {
        let at = random.random_range(0..bytes.len());
        bytes[at] = random.random();
    }
    bytes
}
