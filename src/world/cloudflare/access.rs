//! How to get in: the variables that Wrangler reads, under their old names too.

use super::CloudflareError;
use crate::core::config::credentials::{ACCOUNT, BASE_URL, EMAIL, KEY, TOKEN, Variable};
use crate::world::http::Token;

/// Where the API is, unless a variable says otherwise.
const API: &str = "https://api.cloudflare.com/client/v4";

/// How to get in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// The address to which paths are added.
    pub base: String,
    /// What proves who asks.
    pub credential: Credential,
    /// The account that was named for all that name none.
    pub account: Option<String>,
}

/// What proves who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// A token for some permissions.
    Token(Token),
    /// The key of a person, for all of theirs.
    Key {
        /// Their address.
        email: String,
        /// The key.
        key: Token,
    },
}

impl Access {
    /// Reads the variables. `None` where there is neither a token nor a key: an empty variable is
    /// what a pull request from a fork gets.
    ///
    /// A key with its address comes before a token, as it does for Wrangler (`getAuthFromEnv`,
    /// cli.js:130827).
    ///
    /// # Errors
    /// Where the token or the key cannot be one, so that nothing needs to be sent to know it.
    pub fn of(variable: &dyn Fn(&str) -> Option<String>) -> Result<Option<Self>, CloudflareError> {
        let text = |known: Variable| {
            let filled = |name| variable(name).filter(|text| !text.trim().is_empty());
            filled(known.name).or_else(|| filled(known.old))
        };
        let secret =
            |known: Variable, text: &str| printable(known.name, text).map(|()| Token::new(text));
        let credential = match (text(EMAIL), text(KEY), text(TOKEN)) {
            (Some(email), Some(key), _) => secret(KEY, &key)?
                .map(|key| Credential::Key { email: email.trim().to_owned(), key }),
            (_, _, Some(token)) => secret(TOKEN, &token)?.map(Credential::Token),
            _ => None,
        };
        let base = text(BASE_URL).unwrap_or_else(|| API.to_owned());
        Ok(credential.map(|credential| Self {
            base: base.trim().trim_end_matches('/').to_owned(),
            credential,
            account: text(ACCOUNT).map(|id| id.trim().to_owned()),
        }))
    }
}

/// Whether every character of a secret can stand in a header. The space around it does not count:
/// it is not sent.
fn printable(variable: &'static str, text: &str) -> Result<(), CloudflareError> {
    let odd = text.trim().chars().find(|c| !matches!(c, '\u{21}'..='\u{7e}'));
    odd.map_or(Ok(()), |odd| Err(CloudflareError::Malformed { variable, odd }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(pairs: &[(&str, &str)]) -> Result<Option<Access>, CloudflareError> {
        Access::of(&|name: &str| {
            pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn variables_have_old_names_too() {
        let found = access(&[
            ("CF_API_TOKEN", "t0ken\n"),
            ("CF_ACCOUNT_ID", "a1"),
            ("CF_API_BASE_URL", "http://localhost:1/client/v4/"),
        ]);
        let found = found.expect("well-formed").expect("a token");
        assert_eq!(found.credential, Credential::Token(Token::new("t0ken").expect("a token")));
        assert_eq!(found.base, "http://localhost:1/client/v4");
        assert_eq!(found.account.as_deref(), Some("a1"));
    }

    #[test]
    fn a_key_comes_before_a_token_if_its_address_is_there() {
        let token = ("CLOUDFLARE_API_TOKEN", "t0ken");
        let key = ("CLOUDFLARE_API_KEY", "k3y");
        let email = ("CLOUDFLARE_EMAIL", "ana@example.com");
        let is_key = |pairs: &[(&str, &str)]| {
            let found = access(pairs).expect("well-formed").expect("a credential");
            matches!(found.credential, Credential::Key { .. })
        };
        assert!(is_key(&[token, key, email]));
        assert!(!is_key(&[token, key]));
    }

    #[test]
    fn what_is_empty_is_not_there() {
        assert_eq!(access(&[]), Ok(None));
        assert_eq!(access(&[("CLOUDFLARE_API_TOKEN", " ")]), Ok(None));
    }

    #[test]
    fn a_malformed_token_is_noticed_and_not_shown() {
        for (token, odd) in [("abc\u{2026}def", '\u{2026}'), ("Bearer abc", ' '), ("a\nb", '\n')] {
            let error = access(&[("CLOUDFLARE_API_TOKEN", token)]).expect_err("malformed");
            let variable = "CLOUDFLARE_API_TOKEN";
            assert_eq!(error, CloudflareError::Malformed { variable, odd });
            assert!(!error.to_string().contains("abc"), "{error}");
        }
    }
}
