//! What can go wrong between here and an answer.

use std::time::Duration;

use super::Answer;

/// Why there is no answer that can be used. Holds no token, no query and no user name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// There is no client.
    #[error("no HTTP client can be built: {0}")]
    Client(String),
    /// There is no connection.
    #[error("{url} cannot be reached: {why}")]
    Unreachable {
        /// Where to.
        url: String,
        /// Why, in the words of what failed first.
        why: String,
    },
    /// The connection broke, or nobody answered in time.
    #[error("{url} did not answer: {why}")]
    Broken {
        /// Where to.
        url: String,
        /// Why.
        why: String,
    },
    /// The answer says no.
    #[error("{method} {url} gave {status}{}", said(message))]
    Status {
        /// How it was asked.
        method: String,
        /// What was asked.
        url: String,
        /// The status.
        status: u16,
        /// What it says, in one line.
        message: String,
        /// Whether it says so because there were too many requests. Then nothing was done.
        limited: bool,
        /// How long it wants us to wait.
        wait: Option<Duration>,
        /// All of it.
        answer: Box<Answer>,
    },
    /// The service takes no more requests for a while, so that none was sent.
    #[error("{url} was not asked: it takes no more requests for {} s", wait.as_secs())]
    UsedUp {
        /// Where to.
        url: String,
        /// How long.
        wait: Duration,
    },
    /// The answer is not what it should be.
    #[error("the answer of {url} cannot be read: {why}")]
    Unreadable {
        /// Who answered.
        url: String,
        /// Why.
        why: String,
    },
}

fn said(message: &str) -> String {
    if message.is_empty() { String::new() } else { format!(": {message}") }
}

impl HttpError {
    /// Whether the same request may well succeed later.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Client(_) | Self::Unreadable { .. } | Self::UsedUp { .. } => false,
            Self::Unreachable { .. } | Self::Broken { .. } => true,
            Self::Status { status, limited, .. } => *limited || is_outage(*status),
        }
    }

    /// Whether it is certain that the request did nothing, so that even one that must not happen
    /// twice may be sent again.
    pub(super) fn did_nothing(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Status { limited: true, .. })
    }

    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Client(_) => "check the file of certificates and the proxy's address",
            Self::Unreachable { .. } => {
                "check the address, the network and HTTPS_PROXY; a company's own certificate \
                 authority goes into SSL_CERT_FILE"
            }
            Self::Broken { .. } => "run it again; the service or the network was slow",
            Self::Status { limited: true, .. } | Self::UsedUp { .. } => {
                "run it again later, or from fewer jobs at once"
            }
            Self::Status { status, .. } if is_outage(*status) => {
                "run it again; the service has a problem"
            }
            Self::Status { .. } => "check the address and the token",
            Self::Unreadable { .. } => "check that the address is that of the API",
        }
    }
}

/// Statuses with which a service, or what stands before it, says that it is not itself. Those from
/// 520 on are Cloudflare's:
/// <https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/>.
pub fn is_outage(status: u16) -> bool {
    matches!(status, 500 | 502 | 503 | 504 | 520..=530)
}
