//! What a `clodo.yml` says of one environment.

use std::time::Duration;

use super::On;
use super::checks::checks;
use super::gate::{Gate, gate};
use super::problem::Problem;
use super::shapes::duration;
use crate::core::model::Value;
use crate::core::verify::HealthCheck;

/// An environment that is declared. The default is what counts for one that is not.
#[derive(Clone, Debug)]
pub struct EnvironmentSettings {
    /// The name by which people choose it.
    pub name: String,
    /// The environment of the Wrangler configurations; `""` is their top level.
    pub wrangler: String,
    /// What deploys it in a pipeline; `None` where nobody says.
    pub on: Option<On>,
    /// What is asked for before it is deployed; `None` where nobody and nothing is asked. The work
    /// tree's word on it is not the one that counts: see `flow::gate::policy`.
    pub gate: Option<Gate>,
    /// How Workers are deployed.
    pub strategy: Wish,
    /// When pending D1 migrations run.
    pub migrations: Migrations,
    /// How many services of a wave are deployed at once.
    pub jobs: usize,
    /// Where services need each other: who goes first, and before whom.
    pub breaks: Vec<(String, String)>,
    /// What happens while another deployment runs.
    pub lock: Queueing,
    /// How long to wait for the lock.
    pub wait: Duration,
    /// Whether Wrangler may create what a binding does not name.
    pub allow_create: bool,
    /// Whether what a failed deployment left half done is put back without asking.
    pub restores: bool,
    /// What must hold after a deployment.
    pub verify: Vec<HealthCheck>,
}

/// Names of environments where end users are; the top level is taken for one too.
const PRODUCTION: [&str; 5] = ["", "live", "prd", "prod", "production"];

/// Whether end users are in an environment, as far as its name tells.
pub fn is_production(name: &str) -> bool {
    PRODUCTION.contains(&name.to_lowercase().as_str())
}

/// How many services of a wave are deployed at once, where nobody says. Half of the time a run of
/// Wrangler waits for answers: two cores are kept busy by four of them (docs/performance.md), each in
/// less than 250 MiB of memory.
const JOBS: usize = 4;

/// How long to wait for the lock, where nobody says.
const WAIT: Duration = Duration::from_secs(10 * 60);

/// How Workers are to be deployed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wish {
    /// As fits each.
    #[default]
    Automatic,
    /// Uploaded and served at once.
    Direct,
    /// Uploaded, looked at, and then promoted.
    Staged,
}

/// When pending D1 migrations run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Migrations {
    /// Before the code that needs them is live.
    #[default]
    Before,
    /// After it.
    After,
}

/// Who comes next when the lock is held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Queueing {
    /// Whoever came first.
    #[default]
    Fifo,
    /// Whoever came last; those in between are superseded.
    Latest,
    /// Nobody waits.
    Reject,
}

impl EnvironmentSettings {
    /// An environment that is not declared: it is Wrangler's, under the same name.
    pub fn undeclared(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            wrangler: name.to_owned(),
            on: None,
            gate: None,
            strategy: Wish::default(),
            migrations: Migrations::default(),
            jobs: JOBS,
            breaks: Vec::new(),
            lock: Queueing::default(),
            wait: WAIT,
            allow_create: false,
            restores: true,
            verify: Vec::new(),
        }
    }

    /// Reads an entry that has the shape of the table in `keys.rs`.
    pub(super) fn of(name: &str, value: &Value, problems: &mut Vec<Problem>) -> Self {
        let text = |key| value.get(key).and_then(Value::as_str);
        let lock = |key| value.get("lock")?.get(key);
        let breaks = value.get("break").map(Value::items).unwrap_or_default();
        let pair = |item: &Value| {
            let text = |key| Some(item.get(key)?.as_str()?.to_owned());
            Some((text("service")?, text("before")?))
        };
        let default = Self::undeclared(name);
        Self {
            wrangler: text("wrangler-env").unwrap_or_default().to_owned(),
            on: value.get("on").map(On::of),
            gate: value.get("gate").map(|value| gate(name, value, problems)),
            strategy: match text("strategy") {
                Some("direct") => Wish::Direct,
                Some("staged") => Wish::Staged,
                _ => Wish::Automatic,
            },
            migrations: match text("migrations") {
                Some("after") => Migrations::After,
                _ => Migrations::Before,
            },
            jobs: value
                .get("jobs")
                .and_then(Value::as_number)
                // The shape says that it is a small whole number.
                .map_or(default.jobs, |jobs| jobs as usize),
            breaks: breaks.iter().filter_map(pair).collect(),
            lock: match lock("mode").and_then(Value::as_str) {
                Some("latest") => Queueing::Latest,
                Some("reject") => Queueing::Reject,
                _ => Queueing::Fifo,
            },
            wait: lock("wait").and_then(duration).unwrap_or(default.wait),
            allow_create: value.get("allow-create").and_then(Value::as_bool).unwrap_or(false),
            restores: text("rollback") != Some("manual"),
            verify: checks(value.get("verify")),
            ..default
        }
    }
}
