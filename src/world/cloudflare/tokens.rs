//! The token that asks.

use jiff::Timestamp;
use serde::Deserialize;

use super::{Call, Cloudflare, CloudflareError, Credential};
use crate::core::model::account::{Token, TokenKind, TokenStatus};
use crate::world::http::segment;

/// The API does not know the token. Of one that an account owns, `GET /user/tokens/verify` says so
/// too (cli.js:354553).
const INVALID: i64 = 1000;

/// The header of the token has not the form of one.
const INVALID_HEADERS: i64 = 6003;

/// What the API says of a token.
#[derive(Debug, Deserialize)]
struct Verified {
    status: Status,
    #[serde(default)]
    expires_on: Option<Timestamp>,
    #[serde(default)]
    not_before: Option<Timestamp>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Active,
    Disabled,
    Expired,
}

impl Cloudflare {
    /// What the token is, if it is one of a person's. It needs no permission to ask.
    ///
    /// # Errors
    /// [`CloudflareError::DeadToken`] where it cannot be used, or is an account's:
    /// see [`CloudflareError::may_be_an_accounts`].
    pub async fn verify_user_token(&self) -> Result<Token, CloudflareError> {
        if let Credential::Key { .. } = self.credential() {
            // Keys have no end, and nothing verifies them: one that reads its owner is one.
            let owner = self.read::<serde::de::IgnoredAny>(Call::get("/user")).await;
            let key = Token { kind: TokenKind::GlobalKey, ..Token::default() };
            return owner.map(|_| key).map_err(dead);
        }
        self.verify("/user/tokens/verify", TokenKind::User).await
    }

    /// What the token is, if it is one of an account's.
    ///
    /// # Errors
    /// [`CloudflareError::DeadToken`] where it is not, or cannot be used.
    pub async fn verify_account_token(&self, account: &str) -> Result<Token, CloudflareError> {
        let path = format!("/accounts/{}/tokens/verify", segment(account));
        self.verify(&path, TokenKind::Account).await
    }

    async fn verify(&self, path: &str, kind: TokenKind) -> Result<Token, CloudflareError> {
        let found: Verified = self.read(Call::get(path)).await.map_err(dead)?;
        let status = match found.status {
            Status::Active => TokenStatus::Active,
            Status::Disabled => TokenStatus::Disabled,
            Status::Expired => TokenStatus::Expired,
        };
        let Verified { expires_on, not_before, .. } = found;
        match status {
            TokenStatus::Active => Ok(Token { kind, status, expires_on, not_before }),
            _ => Err(CloudflareError::DeadToken { status, message: String::new() }),
        }
    }
}

impl CloudflareError {
    /// Whether the token may be one that an account owns, which is verified elsewhere.
    pub(super) fn may_be_an_accounts(&self) -> bool {
        matches!(self, Self::DeadToken { status: TokenStatus::Invalid, .. })
    }
}

/// An answer that says that the token is none.
fn dead(error: CloudflareError) -> CloudflareError {
    let Some(refusal) = error.refusal() else { return error };
    let status = match refusal.status {
        _ if matches!(error, CloudflareError::Blocked(_)) => return error,
        _ if refusal.has_code(INVALID_HEADERS) => TokenStatus::Malformed,
        400 | 401 | 403 => TokenStatus::Invalid,
        _ if refusal.has_code(INVALID) => TokenStatus::Invalid,
        _ => return error,
    };
    CloudflareError::DeadToken { status, message: refusal.reason() }
}
