//! Locks, and those who wait for them.
//!
//! Keys are `account/environment` and `account/environment/service`. The first excludes the second,
//! whatever the service, and the other way round.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A lock that is held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lock {
    /// What is locked.
    pub key: String,
    /// The number of its holder: higher than that of the holder before.
    pub token: u64,
    /// What it is held for: the id of the deployment.
    pub op: String,
    /// Who holds it.
    pub holder: String,
    /// Where to look for them.
    #[serde(flatten)]
    pub info: Info,
    /// Since when, by the clock of the store.
    pub since: Timestamp,
    /// Until when, unless it is renewed.
    pub expires: Timestamp,
    /// Whether that is still to come. Otherwise whoever wants the lock gets it.
    pub is_alive: bool,
}

/// Where to look for a holder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Info {
    /// The page of the CI run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_url: Option<String>,
}

/// Somebody who waits, or has waited until they were superseded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Waiter {
    /// What they wait for.
    pub keys: Vec<String>,
    /// What for: the id of the deployment.
    pub op: String,
    /// Who it is.
    pub holder: String,
    /// Where to look for them.
    #[serde(flatten)]
    pub info: Info,
    /// How they wait.
    pub mode: Mode,
    /// Since when, by the clock of the store.
    pub since: Timestamp,
    /// The newer deployment in whose favour they gave up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub superseded_by: Option<String>,
}

/// What to do where somebody else has the lock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Wait behind those who came before.
    #[default]
    Fifo,
    /// The same, and give way to a newer deployment that waits for the same.
    Latest,
    /// Do not wait.
    Reject,
}

impl Mode {
    /// As it is written: `fifo`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fifo => "fifo",
            Self::Latest => "latest",
            Self::Reject => "reject",
        }
    }
}

/// The key of an environment, or of a service of it. The environment has the name that the user
/// types; empty is the top level.
pub fn key(account: &str, environment: &str, service: Option<&str>) -> String {
    match service {
        None => format!("{account}/{environment}"),
        Some(service) => format!("{account}/{environment}/{service}"),
    }
}

/// Whether two keys exclude each other: they are the same, or one lies below the other.
pub fn excludes(a: &str, b: &str) -> bool {
    covers(a, b) || covers(b, a)
}

/// Whether who has the lock of the first key may do what the second one is for.
pub fn covers(a: &str, b: &str) -> bool {
    b.strip_prefix(a).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
