//! The token that looked at an account.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// An API token, without its value.
///
/// Source: `GET /user/tokens/verify`, and `GET /accounts/{id}/tokens/verify` for tokens that an
/// account owns.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Token {
    /// Who owns it.
    pub kind: TokenKind,
    /// Whether it can be used.
    pub status: TokenStatus,
    /// When it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_on: Option<Timestamp>,
    /// When it begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Timestamp>,
}

impl Token {
    /// The day in UTC on which it ends, if it does.
    pub fn last_day(&self) -> Option<Date> {
        self.expires_on.map(day)
    }
}

/// The day of a time, in UTC.
pub fn day(time: Timestamp) -> Date {
    time.to_zoned(TimeZone::UTC).date()
}

/// Who owns a token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenKind {
    /// A person.
    #[default]
    User,
    /// The account.
    Account,
    /// It is no token: the Global API Key of a person, which may do everything that they may.
    GlobalKey,
}

/// Whether a token can be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenStatus {
    /// It can.
    #[default]
    Active,
    /// Somebody switched it off.
    Disabled,
    /// Its time is over.
    Expired,
    /// Cloudflare does not know it.
    Invalid,
    /// It holds characters that no header can carry, so that nothing was sent.
    Malformed,
}
