//! A health check, as `clodo.yml` has it.

use std::fmt;
use std::time::Duration;

use serde_json::Value;

/// Something that must hold after a deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealthCheck {
    /// The service that it is about. `None`: every one that is verified, for a path; and none in
    /// particular for a whole address or a command.
    pub service: Option<String>,
    /// What is done.
    pub probe: Probe,
    /// How often it is tried again.
    pub retries: u32,
    /// After what time it has failed, all attempts together.
    pub deadline: Duration,
}

/// What a check does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Probe {
    /// Sends a request.
    Request(Asked),
    /// Runs a command.
    Command(Command),
}

/// A request, and the answer that it must get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// A path on the service's own address, or a whole address.
    pub url: String,
    /// The method.
    pub method: String,
    /// Headers; `$NAME` in a value stands for a variable of the environment.
    pub headers: Vec<(String, String)>,
    /// The statuses that are well.
    pub status: Vec<u16>,
    /// What the body must contain.
    pub contains: Option<String>,
    /// What the body, as JSON, must say: paths such as `checks.db`, and their values.
    pub json: Vec<(String, Value)>,
    /// How long the answer may take.
    pub within: Option<Duration>,
    /// Where the answer says which version gave it.
    pub version: Option<VersionAt>,
    /// Hosts beyond the service's own that may be asked.
    pub allow_hosts: Vec<String>,
    /// Hosts that may be asked although they lead to private addresses.
    pub private_hosts: Vec<String>,
}

impl Asked {
    /// The hosts beyond the service's own that may be asked.
    pub fn hosts(&self) -> impl Iterator<Item = &String> {
        self.allow_hosts.iter().chain(&self.private_hosts)
    }
}

/// Where an answer says which version gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VersionAt {
    /// In a header.
    Header(String),
    /// In the body, as JSON, at a path.
    Json(String),
}

impl fmt::Display for VersionAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(name) => write!(f, "the header {name}"),
            Self::Json(path) => write!(f, "{path} in the body"),
        }
    }
}

/// A command; well where it ends with 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// Program and arguments. Never a shell.
    pub argv: Vec<String>,
    /// The variables that it may see beyond those that every program needs.
    pub env: Vec<String>,
    /// How long one attempt may take.
    pub timeout: Duration,
}

/// The names of the hosts that checks may ask although they lead to private addresses.
pub fn private_hosts(checks: &[HealthCheck]) -> Vec<String> {
    let of = |check: &HealthCheck| match &check.probe {
        Probe::Request(asked) => asked.private_hosts.clone(),
        Probe::Command(_) => Vec::new(),
    };
    let hosts = checks.iter().flat_map(of);
    // With a port, as an address has it; names are resolved without.
    hosts.map(|host| host.split(':').next().unwrap_or_default().to_owned()).collect()
}

impl HealthCheck {
    /// How often a check is tried again, where nobody says.
    pub const RETRIES: u32 = 5;
    /// After what time a check has failed, where nobody says. A command has its timeout at least.
    pub const DEADLINE: Duration = Duration::from_secs(30);

    /// How people know it: `/healthz`, `POST /orders`, `node smoke.mjs`.
    pub fn title(&self) -> String {
        match &self.probe {
            Probe::Request(asked) if asked.method == "GET" => asked.url.clone(),
            Probe::Request(asked) => format!("{} {}", asked.method, asked.url),
            Probe::Command(command) => command.argv.join(" "),
        }
    }

    /// How long to wait before an attempt is made again; the first repetition is 1.
    pub fn pause(&self, repetition: u32) -> Duration {
        const FIRST: Duration = Duration::from_millis(250);
        const LONGEST: Duration = Duration::from_secs(5);
        FIRST.saturating_mul(2_u32.saturating_pow(repetition.saturating_sub(1))).min(LONGEST)
    }
}
