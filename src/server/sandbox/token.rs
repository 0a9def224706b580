//! Signed tokens that the API gives out, such as those of an upload of assets: JWTs with HS256.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use ring::hmac;
use serde::{Deserialize, Serialize};

/// How long a token is good: an hour, as Cloudflare documents for uploads of assets.
const LIFETIME: SignedDuration = SignedDuration::from_hours(1);

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// What it is about, such as the id of an upload.
    #[serde(rename = "sub")]
    pub id: String,
    /// Whether everything is there: the token finishes an upload rather than begins one.
    pub is_complete: bool,
    /// Until when it is good, in seconds since 1970.
    pub exp: i64,
}

impl Claims {
    /// What a token of now says.
    pub fn new(id: &str, is_complete: bool, now: Timestamp) -> Self {
        Self { id: id.to_owned(), is_complete, exp: (now + LIFETIME).as_second() }
    }

    /// The token.
    pub fn sign(&self, key: &str) -> String {
        let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let claims = serde_json::to_string(self).unwrap_or_default();
        let signed = format!("{}.{}", encode(r#"{"alg":"HS256","typ":"JWT"}"#), encode(&claims));
        let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(hmac::sign(&key, signed.as_bytes()));
        format!("{signed}.{signature}")
    }
}

/// What a token says, if it was signed with the key and its time is not over.
pub fn verify(key: &str, token: &str, now: Timestamp) -> Option<Claims> {
    let (signed, signature) = token.rsplit_once('.')?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
    hmac::verify(&key, signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).ok()?).ok()?;
    let claims = URL_SAFE_NO_PAD.decode(signed.split_once('.')?.1).ok()?;
    let claims: Claims = serde_json::from_slice(&claims).ok()?;
    (claims.exp > now.as_second()).then_some(claims)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_its_key_and_its_time() {
        let now = Timestamp::UNIX_EPOCH;
        let claims = Claims::new("upload", true, now);
        let token = claims.sign("key");
        assert_eq!(verify("key", &token, now), Some(claims));
        assert_eq!(verify("other", &token, now), None);
        assert_eq!(verify("key", &token, now + LIFETIME), None);
        assert_eq!(verify("key", "a.b.c", now), None);
    }
}
