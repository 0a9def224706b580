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
const PUBLIC: [&str; 26] = [
    "amplitude",
    "analytics",
    "anon",
    "beacon",
    "cache",
    "client_key",
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

/// Whether a variable of this name holds a secret.
pub fn is_secret(name: &str) -> bool {
    let words = words(name);
    let last = words.iter().rev().find(|word| !is_variant(word));
    last.is_some_and(|last| SECRET.contains(&last.as_str())) && !is_public(name)
}

/// Whether the name says that everybody may know the value.
pub(super) fn is_public(name: &str) -> bool {
    words(name).iter().any(|word| PUBLIC.contains(&word.as_str()))
}

/// Words behind the one that says what the value is: `API_KEY_2`, `API_KEY_STAGING`.
fn is_variant(word: &str) -> bool {
    const VARIANTS: [&str; 9] =
        ["current", "dev", "new", "next", "old", "prod", "production", "staging", "test"];
    word.bytes().all(|b| b.is_ascii_digit()) || VARIANTS.contains(&word)
}

/// The words of a name, in small letters: those of `API_KEY`, `api-key` and `apiKey` are the same.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut previous = ' ';
    for c in name.chars() {
        let starts = !previous.is_alphanumeric() || (c.is_uppercase() && previous.is_lowercase());
        match words.last_mut() {
            Some(word) if c.is_alphanumeric() && !starts => word.extend(c.to_lowercase()),
            _ if c.is_alphanumeric() => words.push(c.to_lowercase().collect()),
            _ => {}
        }
        previous = c;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

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
