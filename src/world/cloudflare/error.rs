//! What the API can answer in place of what was asked for.

use std::fmt;
use std::time::Duration;

use serde::Deserialize;

use crate::core::model::account::TokenStatus;
use crate::world::http::HttpError;

/// Why there is no answer that can be used. Holds no token.
///
/// The status decides what it is, and not the code: some refusals carry none
/// (<https://github.com/cloudflare/workers-sdk/issues/15718>).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CloudflareError {
    /// The token holds a character that no header can carry, so that nothing was sent.
    #[error(
        "{variable} holds a character that no header can carry: {odd:?} (U+{:04X})",
        u32::from(*odd)
    )]
    Malformed {
        /// Where the token comes from.
        variable: &'static str,
        /// The character.
        odd: char,
    },
    /// The token is no longer one, or never was.
    #[error("the API token cannot be used: {}", words(*status, message))]
    DeadToken {
        /// What is wrong with it.
        status: TokenStatus,
        /// What the API says.
        message: String,
    },
    /// It is not known which account is meant.
    #[error("it is not known which account is meant: {0}")]
    Account(String),
    /// The token may not (401 or 403).
    #[error("the API token may not {0}")]
    Forbidden(Refusal),
    /// What stands before the API refuses (401 or 403), a firewall or a proxy: the answer is a page,
    /// and says nothing about the token.
    #[error("something before the API refuses {0}")]
    Blocked(Refusal),
    /// It does not exist (404).
    #[error("{0}")]
    NotFound(Refusal),
    /// There were too many requests (429).
    #[error("too many requests: {0}")]
    Limited(Refusal),
    /// Cloudflare has a problem (5xx).
    #[error("Cloudflare has a problem: {0}")]
    Unavailable(Refusal),
    /// It is refused for another reason.
    #[error("{0}")]
    Refused(Refusal),
    /// The answer is a success, but not what the API documents.
    #[error("the answer to {asked} cannot be read: {why}{}", ray_id(ray.as_deref()))]
    Unreadable {
        /// What was asked.
        asked: String,
        /// Why: the field, and what stands there.
        why: String,
        /// By which Cloudflare finds the request.
        ray: Option<String>,
    },
    /// It was sent, and nobody knows whether it took effect: the connection broke, Cloudflare had a
    /// problem, or the answer cannot be read. Only a look at the account can tell.
    #[error("it is not known whether this took effect: {0}")]
    Unsettled(Box<CloudflareError>),
    /// A list does not end.
    #[error("the list {asked} does not end: it goes in circles, or has more than {most} pages")]
    Endless {
        /// What was asked.
        asked: String,
        /// How many pages are read.
        most: usize,
    },
    /// There is no answer.
    #[error(transparent)]
    Http(#[from] HttpError),
}

/// An answer that says no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What was asked: `GET /accounts/…/d1/database`.
    pub asked: String,
    /// The status.
    pub status: u16,
    /// What the API says; nothing where the answer is not its own.
    pub problems: Vec<Problem>,
    /// By which Cloudflare finds the request.
    pub ray: Option<String>,
    /// How long it wants us to wait.
    pub wait: Option<Duration>,
}

/// One of the errors of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Problem {
    /// Cloudflare's code.
    pub code: i64,
    /// What it says.
    pub message: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.asked, self.reason())
    }
}

impl Refusal {
    /// Why, without what was asked: `HTTP 403, Authentication error, code 10000, Ray ID 8f…`.
    pub fn reason(&self) -> String {
        let said = self.problems.iter().map(|Problem { code, message }| match message.as_str() {
            "" => format!(", code {code}"),
            message => format!(", {}, code {code}", message.trim_end_matches('.')),
        });
        let said: String = said.collect();
        format!("HTTP {}{said}{}", self.status, ray_id(self.ray.as_deref()))
    }

    /// The same without what differs from time to time.
    fn brief(&self) -> String {
        Self { ray: None, ..self.clone() }.reason()
    }

    /// Whether the API gives this code as the reason.
    pub fn has_code(&self, code: i64) -> bool {
        self.problems.iter().any(|problem| problem.code == code)
    }
}

/// `, Ray ID 8f…`, for those who ask Cloudflare about it.
fn ray_id(ray: Option<&str>) -> String {
    ray.map(|ray| format!(", Ray ID {ray}")).unwrap_or_default()
}

fn words(status: TokenStatus, message: &str) -> String {
    let what = match status {
        TokenStatus::Active => "it is refused",
        TokenStatus::Disabled => "somebody switched it off",
        TokenStatus::Expired => "it has expired",
        TokenStatus::Invalid => "Cloudflare does not know it",
        TokenStatus::Malformed => "it has not the form of one",
    };
    if message.is_empty() { what.to_owned() } else { format!("{what} ({message})") }
}

impl CloudflareError {
    /// What an answer that says no is, by its status.
    pub(super) fn of(refusal: Refusal) -> Self {
        match refusal.status {
            401 | 403 => Self::Forbidden(refusal),
            404 => Self::NotFound(refusal),
            429 => Self::Limited(refusal),
            500.. => Self::Unavailable(refusal),
            _ => Self::Refused(refusal),
        }
    }

    /// The answer that says no, if there is one.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Forbidden(refusal)
            | Self::Blocked(refusal)
            | Self::NotFound(refusal)
            | Self::Limited(refusal)
            | Self::Unavailable(refusal)
            | Self::Refused(refusal) => Some(refusal),
            Self::Unsettled(error) => error.refusal(),
            _ => None,
        }
    }

    /// Why, without what was asked and what differs from time to time: the same of many items that
    /// fail in the same way.
    pub fn in_brief(&self) -> String {
        match self {
            Self::Unreadable { why, .. } => format!("the answer cannot be read: {why}"),
            Self::Endless { most, .. } => format!("the list has more than {most} pages"),
            Self::Http(HttpError::Unreachable { why, .. }) => format!("no connection: {why}"),
            Self::Http(HttpError::Broken { why, .. }) => format!("no answer: {why}"),
            Self::Http(HttpError::UsedUp { .. }) => {
                "Cloudflare takes no more requests for a while".to_owned()
            }
            Self::Blocked(refusal) => format!("a page in place of an answer, {}", refusal.brief()),
            _ => self.refusal().map_or_else(|| self.to_string(), Refusal::brief),
        }
    }

    /// The Ray ID of an answer that was not the API's own, and so says nothing else.
    pub fn ray(&self) -> Option<&str> {
        match self {
            Self::Unreadable { ray, .. } => ray.as_deref(),
            _ => self.refusal().filter(|refusal| refusal.problems.is_empty())?.ray.as_deref(),
        }
    }

    /// Whether the API gives this code as the reason.
    pub fn has_code(&self, code: i64) -> bool {
        self.refusal().is_some_and(|refusal| refusal.has_code(code))
    }

    /// The same error of a call that changes something: unsettled, unless it is certain that nothing
    /// happened.
    pub(super) fn of_write(self) -> Self {
        let may_have_happened = match &self {
            Self::Unavailable(_) | Self::Unreadable { .. } => true,
            Self::Http(error) => {
                matches!(error, HttpError::Broken { .. } | HttpError::Unreadable { .. })
            }
            _ => false,
        };
        if may_have_happened { Self::Unsettled(Box::new(self)) } else { self }
    }

    /// Whether the same may well succeed later.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Limited(_) | Self::Unavailable(_) => true,
            Self::Http(error) => error.is_retryable() || matches!(error, HttpError::UsedUp { .. }),
            _ => false,
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Malformed { .. } => {
                "copy the token again, whole and alone: no `Bearer`, no quotes, no line break"
            }
            Self::DeadToken { .. } => {
                "make a new token at https://dash.cloudflare.com/profile/api-tokens, and save it as \
                 the secret CLOUDFLARE_API_TOKEN; `--offline` looks at files only"
            }
            Self::Account(_) => {
                "set CLOUDFLARE_ACCOUNT_ID, or account_id in the configuration; `--offline` looks at \
                 files only"
            }
            Self::Forbidden(_) => "add the permission to the token",
            Self::Blocked(_) => {
                "check HTTPS_PROXY, and CLOUDFLARE_API_BASE_URL where it is set; a page of Cloudflare's \
                 own firewall has a Ray ID, by which their support finds it"
            }
            Self::NotFound(_) => "check the name or the id",
            Self::Limited(refusal) => return later(refusal.wait),
            Self::Unavailable(_) => {
                "run it again; https://www.cloudflarestatus.com shows whether others have it too"
            }
            Self::Refused(_) => "what the API says tells why; this may be a bug in clodo",
            Self::Unreadable { .. } => {
                "check that CLOUDFLARE_API_BASE_URL, where it is set, is the address of the API; else \
                 this may be a bug in clodo"
            }
            Self::Unsettled(_) => "look at the account before anything is done again",
            Self::Endless { .. } => "this may be a bug in clodo: report it",
            Self::Http(error) => error.hint(),
        }
        .to_owned()
    }
}

fn later(wait: Option<Duration>) -> String {
    match wait {
        Some(wait) => format!("run it again in {} s, or from fewer jobs at once", wait.as_secs()),
        None => "run it again later, or from fewer jobs at once".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(status: u16, problems: Vec<Problem>) -> Refusal {
        let (asked, ray) = ("GET /accounts/a/d1/database".to_owned(), Some("8f2-FRA".to_owned()));
        Refusal { asked, status, problems, ray, wait: None }
    }

    #[test]
    fn the_status_decides() {
        let of = |status| CloudflareError::of(refusal(status, Vec::new()));
        assert!(matches!(of(401), CloudflareError::Forbidden(_)));
        assert!(matches!(of(403), CloudflareError::Forbidden(_)));
        assert!(matches!(of(404), CloudflareError::NotFound(_)));
        assert!(matches!(of(400), CloudflareError::Refused(_)));
        assert!(of(429).is_retryable() && of(522).is_retryable() && !of(403).is_retryable());
    }

    #[test]
    fn a_write_without_a_clear_answer_is_unsettled() {
        let of = |status| CloudflareError::of(refusal(status, Vec::new())).of_write();
        assert!(matches!(of(502), CloudflareError::Unsettled(_)));
        assert!(!of(502).is_retryable());
        assert!(matches!(of(429), CloudflareError::Limited(_)), "nothing was done");
        assert!(matches!(of(400), CloudflareError::Refused(_)));
        let broken = HttpError::Broken { url: String::new(), why: String::new() };
        let unsettled = CloudflareError::from(broken).of_write();
        assert!(matches!(unsettled, CloudflareError::Unsettled(_)));
        let url = String::new();
        let unreachable = HttpError::Unreachable { url, why: String::new() };
        assert!(matches!(CloudflareError::from(unreachable).of_write(), CloudflareError::Http(_)));
    }

    #[test]
    fn what_is_said_and_the_ray_are_shown() {
        let problem = Problem { code: 10000, message: "Authentication error".to_owned() };
        let error = CloudflareError::of(refusal(403, vec![problem]));
        assert!(error.has_code(10000));
        assert_eq!(
            error.to_string(),
            "the API token may not GET /accounts/a/d1/database (HTTP 403, Authentication error, \
             code 10000, Ray ID 8f2-FRA)"
        );
        let page = CloudflareError::of(refusal(502, Vec::new())).to_string();
        assert!(page.ends_with("(HTTP 502, Ray ID 8f2-FRA)"), "{page}");
    }
}
