//! The tokens and keys of Cloudflare itself.
//!
//! Since 2026 they begin with letters that say what they are:
//! <https://developers.cloudflare.com/fundamentals/api/get-started/token-formats/>. Those from
//! before are random text of a known length, and keep working.

use super::names::words;
use super::{Secret, find};
use crate::core::config::placeholder::placeholder;

const TOKEN: &str = "a Cloudflare API token";
const KEY: &str = "a Cloudflare API key";

/// Characters of a token, and of the global key, from before they had a beginning of their own.
const TOKEN_LENGTH: usize = 40;
const KEY_LENGTH: usize = 37;

/// The tokens and keys that a text holds.
pub fn credentials(text: &str) -> impl Iterator<Item = Secret> {
    find(text).filter(is_own)
}

/// Whether a secret is one of Cloudflare's.
pub fn is_own(secret: &Secret) -> bool {
    matches!(secret.what, TOKEN | KEY)
}

/// What the value of a variable is, if it is a token or a key.
pub fn credential(name: &str, value: &str) -> Option<&'static str> {
    older(name, value).or_else(|| credentials(value).next().map(|secret| secret.what))
}

/// The same for those that only their name and their length tell.
pub(super) fn older(name: &str, value: &str) -> Option<&'static str> {
    let (what, last) = match value.len() {
        TOKEN_LENGTH => (TOKEN, "token"),
        KEY_LENGTH => (KEY, "key"),
        _ => return None,
    };
    let is = |word: &str, known: &str| word.eq_ignore_ascii_case(known);
    let ours = |word: &str| ["cloudflare", "cf", "wrangler"].iter().any(|known| is(word, known));
    let named = words(name).any(ours) && words(name).last().is_some_and(|word| is(word, last));
    let plain = value.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    let has = |is: fn(&u8) -> bool| value.bytes().any(|b| is(&b));
    let varied = has(u8::is_ascii_digit) && has(u8::is_ascii_lowercase);
    (named && plain && varied && placeholder(value).is_none()).then_some(what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_of_both_kinds() {
        let new = "cfut_Zq3Xv7Kp1Lm9Rt5Wy2Bn8Dc4Fg6Hj0SsAaQeUiOo12ab34cd";
        let old = "Zq3Xv7Kp1Lm9Rt5Wy2Bn8Dc4Fg6Hj0SsAaQeUiOo";
        assert_eq!(credential("ANYTHING", new), Some(TOKEN));
        assert_eq!(credential("CLOUDFLARE_API_TOKEN", old), Some(TOKEN));
        assert_eq!(credential("CF_API_TOKEN", old), Some(TOKEN));
        assert_eq!(credential("CLOUDFLARE_API_KEY", &old[..37]), Some(KEY));
        assert_eq!(credential("API_TOKEN", old), None);
        assert_eq!(credential("CLOUDFLARE_API_TOKEN", "your-token"), None);
        assert_eq!(
            credential("CLOUDFLARE_API_TOKEN", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
            None
        );
        assert_eq!(credential("CLOUDFLARE_ACCOUNT_ID", "0123456789abcdef0123456789abcdef"), None);
    }
}
