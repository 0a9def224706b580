//! Passwords in addresses: `postgres://user:password@host`.

use super::{Secret, Sure};
use crate::core::config::placeholder::placeholder;

/// Passwords that everybody knows. They are still passwords, but nobody gives them to something
/// that matters.
const WELL_KNOWN: [&str; 14] = [
    "admin", "dev", "example", "guest", "mysql", "pass", "passwd", "password", "postgres", "pwd",
    "root", "secret", "test", "user",
];

/// Longer than any scheme in use: a bound, so that a text of nothing but such characters is not
/// read again from each of its words.
const MAX_SCHEME: usize = 32;

/// The password of the address that begins at `start`, unless its host is this machine.
pub(super) fn password(text: &str, start: usize) -> Option<Secret> {
    let of_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    let (scheme_length, _) =
        text[start..].char_indices().take(MAX_SCHEME + 1).find(|(_, c)| !of_scheme(*c))?;
    let (scheme, rest) = text[start..].split_at(scheme_length);
    let rest = rest.strip_prefix("://")?;
    let end =
        rest.find(|c: char| c.is_whitespace() || matches!(c, '/' | '?' | '#' | '"' | '\'' | '`'));
    let (user, host) = rest[..end.unwrap_or(rest.len())].rsplit_once('@')?;
    let (name, password) = user.split_once(':')?;
    if password.is_empty()
        || is_here(host)
        || placeholder(password).is_some()
        || is_hidden(password)
    {
        return None;
    }
    // Sentry's addresses once had a second part, which its documentation now calls public.
    let harmless =
        WELL_KNOWN.contains(&password) || password == name || host.ends_with("sentry.io");
    let at = start + scheme.len() + "://".len() + name.len() + 1;
    let sure = if harmless { Sure::Maybe } else { Sure::Yes };
    Some(Secret { what: "a password in an address", sure, range: at..at + password.len() })
}

/// `user:***@host`
fn is_hidden(password: &str) -> bool {
    password.bytes().all(|b| matches!(b, b'*' | b'.' | b'x' | b'X'))
}

/// Whether a host is this machine, or one that only a local network knows.
fn is_here(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(address) => address.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let local = ["127.", "0.0.0.0", "10.", "192.168."].iter().any(|start| name.starts_with(start));
    let known =
        [".local", ".localhost", ".internal", ".test"].iter().any(|end| name.ends_with(end));
    name == "::1" || local || known || !name.contains('.')
}

#[cfg(test)]
mod tests {
    use super::super::find;
    use super::*;

    #[test]
    fn passwords() {
        let found = |text: &str| {
            find(text).next().map(|secret| (text[secret.range].to_owned(), secret.sure))
        };
        let sure = |password: &str| Some((password.to_owned(), Sure::Yes));
        assert_eq!(found("postgres://app:Hn3-kd@db.acme.io:5432/shop"), sure("Hn3-kd"));
        assert_eq!(found("DB=mysql://app:p@ss@db.acme.io x"), sure("p@ss"));
        assert_eq!(found("redis://:Hn3kd@cache.acme.io"), sure("Hn3kd"));
        let maybe = |password: &str| Some((password.to_owned(), Sure::Maybe));
        assert_eq!(found("postgres://postgres:postgres@db.acme.io"), maybe("postgres"));
        for text in [
            "postgres://root@localhost:5432/example",
            "postgres://app:Hn3-kd@localhost/x",
            "postgres://app:Hn3-kd@db:5432/x",
            "postgres://app:Hn3-kd@[::1]:5432/x",
            "postgres://user:${PASSWORD}@db.acme.io/x",
            "postgres://user:<password>@db.acme.io/x",
            "postgres://user:***@db.acme.io/x",
            "https://0123456789abcdef@o1.ingest.sentry.io/2",
            "https://example.com/a:b@c",
            "https://example.com:8080/",
            "mailto:a@b.io",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
