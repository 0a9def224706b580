//! The errors that Cloudflare documents or was seen to give, each once, with how sure it is.
//!
//! The codes of a product stand together. "captured" means captured from the real API by other
//! projects (alchemy, distilled) or quoted in an issue; "cli.js" means that Wrangler 4.164.0 looks
//! for the code. Where neither status nor text are known, the constant says so by its mark.

use std::borrow::Cow;

use super::envelope::Mark::{Documented, Guessed, Observed};
use super::envelope::{ApiError, Mark};

/// An error that is known beforehand.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    status: u16,
    code: u32,
    message: &'static str,
    mark: Mark,
}

/// One line of the tables below.
pub const fn known(status: u16, code: u32, mark: Mark, message: &'static str) -> Known {
    Known { status, code, message, mark }
}

impl Known {
    /// The error with a text that names what it is about.
    pub fn saying(self, message: impl Into<Cow<'static, str>>) -> ApiError {
        let Self { status, code, mark, .. } = self;
        ApiError { status, code, message: message.into(), mark, chain: Vec::new() }
    }
}

impl From<Known> for ApiError {
    fn from(known: Known) -> Self {
        known.saying(known.message)
    }
}

// Requests and tokens.

/// A path that nothing answers to, or an id of the wrong shape (captured, many services).
pub const NO_ROUTE: Known = known(
    404,
    7003,
    Observed,
    "Could not route to that path, perhaps your object identifier is invalid?",
);
/// A method that the path does not take.
pub const WRONG_METHOD: Known =
    known(405, 10405, Observed, "Method not allowed for this authentication scheme");
/// A body that is no JSON.
pub const MALFORMED_JSON: Known = known(400, 6007, Guessed, "Malformed JSON in request body");
/// No token at all.
pub const NO_CREDENTIALS: Known =
    known(400, 9106, Guessed, "Missing X-Auth-Key, X-Auth-Email or Authorization headers");
/// A header that cannot be a token's (documented with 6111 beneath it).
pub const INVALID_HEADERS: Known = known(400, 6003, Documented, "Invalid request headers");
/// A token that is not known, has expired or is disabled, where it is asked about itself.
pub const INVALID_TOKEN: Known = known(401, 1000, Documented, "Invalid API Token");
/// A token that is not known or not allowed, at the account's products (captured).
pub const NOT_ALLOWED: Known = known(403, 10000, Observed, "Authentication error");
/// A token that is not allowed, at /zones, /accounts and /user (recorded).
pub const UNAUTHORIZED: Known =
    known(403, 9109, Observed, "Unauthorized to access requested resource");
/// A token that is not allowed, at /memberships (quoted in workers-sdk#8277).
pub const NOT_AUTHENTICATED: Known = known(403, 10001, Observed, "Unable to authenticate request");
/// Too many requests (quoted in issues).
pub const THROTTLED: Known =
    known(429, 971, Observed, "Please wait and consider throttling your request speed");
/// What Cloudflare answers when it does not know itself (captured at /services and /versions).
pub const UNKNOWN_ERROR: Known = known(
    500,
    10013,
    Observed,
    "An unknown error has occurred. If this error persists, please contact support.",
);

// Workers.

/// A Worker that is not there (captured; cli.js reads it as "new Worker").
pub const NO_SUCH_WORKER: Known =
    known(404, 10007, Observed, "This Worker does not exist on your account.");
