//! Tokens, and what each may.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// A token of the user or of the account.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Token {
    /// 32 hexadecimal digits.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What the client sends. Good for this sandbox only, so it is no secret.
    pub value: String,
    /// Whether it belongs to the account and to no user: `user/tokens/verify` does not know it.
    pub account_owned: bool,
    /// Whether it is in use.
    pub status: TokenStatus,
    /// Not good before this time, RFC 3339.
    pub not_before: Option<String>,
    /// Good until this time, RFC 3339.
    pub expires_on: Option<String>,
    /// The permission groups by Cloudflare's names, such as `Workers Scripts Write`; `None` is all.
    pub permissions: Option<BTreeSet<String>>,
    /// Groups that were taken away later.
    pub revoked: BTreeSet<String>,
    /// The names of the zones that it may see; `None` is all.
    pub zones: Option<BTreeSet<String>>,
}

/// Whether a token is in use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenStatus {
    /// It is.
    #[default]
    Active,
    /// Someone switched it off.
    Disabled,
    /// Its time is over.
    Expired,
}

impl Token {
    /// Whether it has a permission group.
    pub fn has(&self, group: &str) -> bool {
        self.permissions.as_ref().is_none_or(|groups| groups.contains(group))
            && !self.revoked.contains(group)
    }

    /// Whether it may see a zone.
    pub fn sees_zone(&self, name: &str) -> bool {
        self.zones.as_ref().is_none_or(|zones| zones.contains(name))
    }

    /// Its status at a time.
    pub fn status_at(&self, now: jiff::Timestamp) -> TokenStatus {
        let is_over = self.expires_on.as_ref().and_then(|time| time.parse().ok());
        match self.status {
            TokenStatus::Active if is_over.is_some_and(|end: jiff::Timestamp| end <= now) => {
                TokenStatus::Expired
            }
            status => status,
        }
    }
}
