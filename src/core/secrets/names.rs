//! What the name of a variable says about its value.

/// Last words of names whose values are secret.
const SECRET: [&str; 16] = [
    "apikey",
    "credential",
    "credentials",
    "key",
    "keys",
    "passphrase",
    "passwd",
    "password",
    "pepper",
    "privatekey",
    "pwd",
    "salt",
    "secret",
    "secretkey",
    "secrets",
    "token",
];

/// Words that say that everybody may know the value, or that it is no secret in spite of its last
/// word: keys that browsers are given, and the keys of tables and stores.
const PUBLIC: [&str; 25] = [
    "amplitude",
    "analytics",
    "anon",
    "beacon",
    "cache",
    "firebase",
    "idempotency",
    "indexnow",
    "mapbox",
    "mixpanel",
    "partition",
    "posthog",
    "primary",
    "primarykey",
    "pub",
    "public",
    "publishable",
    "rum",
    "search",
    "segment",
    "site",
    "sitekey",
    "sort",
    "storage",
    "write",
];

/// Words behind the one that says what the value is: `API_KEY_STAGING`.
const VARIANTS: [&str; 9] =
    ["current", "dev", "new", "next", "old", "prod", "production", "staging", "test"];

/// Whether a variable of this name holds a secret.
pub fn is_secret(name: &str) -> bool {
    let is_variant =
        |word: &&str| word.bytes().all(|b| b.is_ascii_digit()) || is_among(&VARIANTS, word);
    let last = words(name).filter(|word| !is_variant(word)).last();
    last.is_some_and(|last| is_among(&SECRET, last)) && !is_public(name)
}

/// Whether the name says that everybody may know the value.
pub(super) fn is_public(name: &str) -> bool {
    words(name).any(|word| is_among(&PUBLIC, word))
}

fn is_among(known: &[&str], word: &str) -> bool {
    known.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// The words of a name: those of `API_KEY`, `api-key` and `apiKey` differ in their letters' case
/// alone.
pub(super) fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| !c.is_alphanumeric()).flat_map(humps).filter(|word| !word.is_empty())
}

/// The parts of `apiKeyId`.
fn humps(word: &str) -> impl Iterator<Item = &str> {
    let mut rest = word;
    std::iter::from_fn(move || {
        let mut chars = rest.char_indices();
        let (_, mut before) = chars.next()?;
        let end = chars.find_map(|(at, c)| {
            let starts = c.is_uppercase() && before.is_lowercase();
            before = c;
            starts.then_some(at)
        });
        let (hump, after) = rest.split_at(end.unwrap_or(rest.len()));
        rest = after;
        Some(hump)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_all_styles() {
        for name in ["API_KEY_ID", "api-key.id", "apiKeyId", "_api__Key_ID"] {
            let found: Vec<String> = words(name).map(str::to_lowercase).collect();
            assert_eq!(found, ["api", "key", "id"], "{name}");
        }
        assert_eq!(words("").count(), 0);
        assert_eq!(words("éÉ").collect::<Vec<_>>(), ["é", "É"]);
    }

    #[test]
    fn the_last_word_counts() {
        for name in
            ["API_KEY", "apiKey", "DB-PASSWORD", "GITHUB_TOKEN_2", "STRIPE_KEY_STAGING", "SECRET"]
        {
            assert!(is_secret(name), "{name}");
        }
        for name in [
            "TOKEN_URL",
            "KEY_ID",
            "NEXT_PUBLIC_API_KEY",
            "RECAPTCHA_SITE_KEY",
            "CACHE_KEY",
            "MONKEY",
            "",
        ] {
            assert!(!is_secret(name), "{name}");
        }
    }
}
