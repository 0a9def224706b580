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
    if placeholder(value).is_some() {
        return None;
    }
    if let Some(secret) = credentials(value).next() {
        return Some(secret.what);
    }
    let words = words(name);
    let ours = words.iter().any(|word| matches!(word.as_str(), "cloudflare" | "cf" | "wrangler"));
    let plain = value.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    let varied =
        value.bytes().any(|b| b.is_ascii_digit()) && value.bytes().any(|b| b.is_ascii_lowercase());
    match words.last().map(String::as_str) {
        _ if !ours || !plain || !varied => None,
        Some("token") if value.len() == TOKEN_LENGTH => Some(TOKEN),
        Some("key") if value.len() == KEY_LENGTH => Some(KEY),
        _ => None,
    }
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
