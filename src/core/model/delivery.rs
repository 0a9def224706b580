//! What a run delivered, as people are told of it: previews, and deployments of environments.

use jiff::Timestamp;

/// A preview of a service, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviewReport {
    /// The service.
    pub service: String,
    /// The environment whose bindings it has.
    pub environment: String,
    /// Where it can be visited, or why it cannot.
    pub made: Result<String, String>,
}

/// What the gate of an environment says of a change that is not merged yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GateReport {
    /// The environment, as people name it; `""` is the top level.
    pub environment: String,
    /// In one line: `production waits for 1 more approval`.
    pub headline: String,
    /// The rest, as Markdown that is safe as it is.
    pub markdown: String,
}

/// How an environment was deployed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryReport {
    /// The environment, as people name it; `""` is the top level.
    pub environment: String,
    /// Where it stands.
    pub state: Delivery,
    /// Since when.
    pub at: Option<Timestamp>,
    /// The deployment: `d-01J…`.
    pub deployment: Option<String>,
    /// Where it can be visited.
    pub urls: Vec<String>,
    /// Why it stands so, in words.
    pub why: Option<String>,
    /// What to do about it, in words, in which `` `…` `` marks what is to be typed.
    pub fix: Option<String>,
    /// What the gate says, in the place of both where Markdown is read: it is safe as it is.
    pub gate: Option<String>,
}

/// Where the deployment of an environment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// It follows in this run.
    Next,
    /// Another run is at it, or was and is gone.
    Running,
    /// It is live.
    Deployed,
    /// It was as it should be.
    Unchanged,
    /// The gate, or the lock, waits.
    Waiting,
    /// The gate, or the record, forbids it.
    Denied,
    /// Something else stood in the way before anything was done.
    Stopped,
    /// It failed, and what was there before serves.
    Failed,
    /// It failed, and a person is needed.
    NeedsPerson,
    /// It was not begun, because an environment before it is not deployed.
    NotBegun,
}

impl Delivery {
    /// The word of the contract `clodo.ci/1`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Running => "running",
            Self::Deployed => "deployed",
            Self::Unchanged => "unchanged",
            Self::Waiting => "waiting",
            Self::Denied => "denied",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
            Self::NeedsPerson => "needs-person",
            Self::NotBegun => "not-begun",
        }
    }

    /// Whether the environment is as it should be, so that the next one may follow.
    pub fn is_well(self) -> bool {
        matches!(self, Self::Deployed | Self::Unchanged)
    }
}
