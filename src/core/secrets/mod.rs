//! What looks like a secret.
//!
//! Text goes in, an opinion comes out. The text itself goes into no message: [`spans`] says what
//! of a configuration must not be shown.

pub mod cloudflare;
mod names;
mod randomness;
mod shapes;
mod tree;
mod urls;

use std::ops::Range;

pub use names::is_secret as is_secret_name;
pub use shapes::find;
pub use tree::{Exposed, Holder, exposed, spans};

use crate::core::config::placeholder::placeholder;

/// Something in a text that should be known to few.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// What it is, in words: `a Stripe secret key`.
    pub what: &'static str,
    /// How sure that is.
    pub sure: Sure,
    /// Where it stands in the text, in bytes.
    pub range: Range<usize>,
}

/// How sure it is that something is a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sure {
    /// Its shape says so: nothing else begins like this.
    Yes,
    /// It may be one that everybody may know, or no secret at all.
    Maybe,
}

/// What a value is by its shape, or by its name and its randomness.
pub fn judge(name: &str, text: &str) -> Option<Secret> {
    let whole = |what, sure| Secret { what, sure, range: 0..text.len() };
    let ours = || cloudflare::older(name, text).map(|what| whole(what, Sure::Yes));
    let known = || find(text).next();
    let random = || {
        let random = randomness::is_random(text) && names::is_secret(name);
        random.then(|| whole("what looks like a secret", Sure::Maybe))
    };
    let secret = ours().or_else(known).or_else(random)?;
    let harmless = names::is_public(name) || placeholder(text).is_some();
    (secret.sure == Sure::Yes || !harmless).then_some(secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_and_a_random_value_make_a_secret() {
        for (name, text, expected) in [
            ("JWT_SECRET", "q7Rk2xVnT9sLw4Zb8mYc1dPf", Some(Sure::Maybe)),
            ("sessionSecret", "9f86d081884c7d659a2feaa0c55ad015", Some(Sure::Maybe)),
            ("REGION", "9f86d081884c7d659a2feaa0c55ad015", None),
            ("STRIPE_PUBLISHABLE_KEY", "pk_live_51JbFxJJygY5LJFfKLVVldb10", None),
            ("FIREBASE_API_KEY", "AIzaSyD-1234567890abcdefghijklmnopqrstu", None),
            ("TURNSTILE_SITE_KEY", "0x4AAAAAAADnPIDROrmt1Wwj", None),
            ("TOKEN_ADDRESS", "0xA54D63a6223B66EDED35286522336e45F21BE512", None),
            ("JWT_SECRET", "local-dev-signing-key", None),
            ("JWT_SECRET", "your-jwt-secret-9f86d081884c7d659a2feaa0c55ad015", None),
            ("PASSWORD_MIN_LENGTH", "12", None),
            ("ADMIN_PASSWORD", "Tr0ub4dor&3-horse", Some(Sure::Maybe)),
            ("TOKEN_URL", "https://example.com/oauth/Token1234567890abcdef", None),
        ] {
            assert_eq!(judge(name, text).map(|secret| secret.sure), expected, "{name} {text}");
        }
    }
}
