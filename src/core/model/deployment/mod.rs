//! A deployment: what was brought live, by whom, from what, and how it ended.
//!
//! Deployments are readings of the journal ([`super::journal`]): an event says that one begins
//! ([`Start`]), events of its steps say what became of each service ([`StepReport`]), and one says
//! how it ended.

mod base;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Actor;
use super::Kind as Project;

pub use base::{Base, BaseConsumer, BaseDomain, BaseRoute};

/// What stands before the ULID in the id of a deployment.
pub const ID_PREFIX: &str = "d-";

/// A deployment, or a rollback.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployment {
    /// `d-` and a ULID.
    pub id: String,
    /// The id of the account.
    pub account: String,
    /// The environment, by the name that the user types; empty is the top level.
    pub environment: String,
    /// Where it stands.
    pub state: State,
    /// When it began, by the clock of the store.
    pub started_at: Timestamp,
    /// When it had its outcome.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
    /// Who began it.
    pub actor: Actor,
    /// What was said when it began.
    #[serde(flatten)]
    pub cause: Cause,
    /// Its services, in the order in which they were planned.
    pub services: Vec<DeployedService>,
}

/// Why there is a deployment: what is known of it before it does anything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// What it is.
    pub kind: Kind,
    /// The commit that is deployed: 40 hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The branch or tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// The page of the run of the pipeline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_url: Option<String>,
    /// The hash of the plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
    /// Why, in the words of who began it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Whether checks and gate were skipped.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub emergency: bool,
    /// The deployment that this one takes back, or whose services it puts live again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// What a rollback was asked to go to: a deployment, or a version. `None`: the last known good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// What a deployment is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Something new goes live.
    #[default]
    Deploy,
    /// Something that was live goes live again.
    Rollback,
}

/// Where a deployment stands, or a service of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It is being worked on, or whoever worked on it is gone.
    Running,
    /// It is live.
    Succeeded,
    /// It is not live: the version before serves.
    Failed,
    /// It was live, and what was there before was put back.
    Restored,
    /// It is live in part or broken, and could not be put back.
    NeedsPerson,
    /// Nobody knows yet whether it is live.
    Unknown,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 6] = [
        Self::Running,
        Self::Succeeded,
        Self::Failed,
        Self::Restored,
        Self::NeedsPerson,
        Self::Unknown,
    ];

    /// Its name: `needs-person`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Restored => "restored",
            Self::NeedsPerson => "needs-person",
            Self::Unknown => "unknown",
        }
    }

    /// Whether a deployment in this state stays in it.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Restored)
    }

    /// Whether a deployment may go from one state to another; `None` is before the first.
    ///
    /// The store has the same as a table (`transitions`), and refuses the rest.
    pub fn allows(from: Option<Self>, to: Self) -> bool {
        match from {
            None => to == Self::Running,
            Some(from) => !from.is_final(),
        }
    }
}

/// Details of [`super::journal::Action::DeploymentStarted`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Start {
    /// Why.
    #[serde(flatten)]
    pub cause: Cause,
    /// What is to be deployed, in order.
    pub services: Vec<Planned>,
}

/// A service that is to be deployed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// The name of the service.
    pub service: String,
    /// The name of its Worker, or of its Pages project.
    pub worker: String,
    /// How.
    pub strategy: Strategy,
}

/// How a service is deployed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strategy {
    /// `wrangler deploy`: live at once.
    Direct,
    /// `wrangler versions upload`, and then exactly that version is promoted.
    Staged,
    /// `wrangler pages deploy`.
    Pages,
}

impl Strategy {
    /// What is deployed so.
    pub fn project(self) -> Project {
        match self {
            Self::Direct | Self::Staged => Project::Worker,
            Self::Pages => Project::Pages,
        }
    }
}

/// A service of a deployment, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeployedService {
    /// Which service, and how.
    #[serde(flatten)]
    pub planned: Planned,
    /// What is known of it so far.
    #[serde(flatten)]
    pub progress: Progress,
}

/// What is known of a service of a deployment. As the details of an event it says what is new; the
/// store puts all of them together (RFC 7396: what is said later counts, maps are joined).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Progress {
    /// Where it stands; `None` before its first step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<State>,
    /// What was live before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Base>,
    /// The id of the version of the empty Worker that was made first, because others are bound to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stub: Option<String>,
    /// The id of the version that was uploaded, or put live again; of a Pages project that of its
    /// deployment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The id of the deployment that Cloudflare made of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cloudflare_deployment: Option<String>,
    /// What was uploaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<Code>,
    /// Whether its health checks passed; `None` where none ran.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub healthy: Option<bool>,
    /// Time Travel bookmarks from before the deployment touched a database: by database id.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub bookmarks: BTreeMap<String, String>,
    /// The D1 migrations that it applied: by database id.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub migrations: BTreeMap<String, Vec<String>>,
    /// What leads to it, as its configuration says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub triggers: Option<Triggers>,
    /// How long it took, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub took_ms: Option<u64>,
}

/// What leads to a Worker, and is no part of its versions: what `wrangler triggers deploy` sets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Triggers {
    /// Patterns of routes: `example.com/*`.
    pub routes: Vec<String>,
    /// Custom domains.
    pub domains: Vec<String>,
    /// Cron triggers.
    pub crons: Vec<String>,
}

/// What was uploaded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// SHA-256, as 64 hexadecimal digits.
    pub digest: String,
    /// Its size.
    pub raw_bytes: u64,
    /// Its size compressed, which Cloudflare limits.
    pub gzip_bytes: u64,
    /// The digest of the code without the assets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bundle: Option<String>,
    /// The static assets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assets: Option<Files>,
    /// What stands for the modules that it was built of, without packages; `None` where that does
    /// not tell whether it has to be built again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sources: Option<String>,
}

/// Static assets that were uploaded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Files {
    /// SHA-256 of their paths and contents, as 64 hexadecimal digits.
    pub digest: String,
    /// How many there are.
    pub count: u64,
    /// SHA-256 of each by its path; empty where there are more than [`Files::MOST`].
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub paths: BTreeMap<String, String>,
}

impl Files {
    /// How many are written down one by one: 2,000 take about 200 kB of a record, and D1 takes 2 MB
    /// (<https://developers.cloudflare.com/d1/platform/limits/>).
    pub const MOST: usize = 2_000;
}

/// One thing that is done to bring a service live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// An empty Worker is made, to which others can be bound before it is deployed itself. Done:
    /// `stub`.
    Stub,
    /// Time Travel bookmarks are asked for. Done: `bookmarks`.
    Bookmark,
    /// D1 migrations are applied. Done: `migrations`.
    Migrate,
    /// A version is uploaded that gets no requests. Started: `before`; done: `version`, `code`.
    Upload,
    /// The version gets its share of the requests. Done: `cloudflare_deployment`.
    Promote,
    /// A version is uploaded and gets all requests. Started: `before`; done: `version`, `code`,
    /// `cloudflare_deployment`.
    Deploy,
    /// Routes, custom domains, crons, consumers of queues.
    Triggers,
    /// Settings beside the version.
    Settings,
    /// What is live is looked at. Done: `healthy`.
    Verify,
    /// What was live before is put back.
    Restore,
    /// The empty Worker is deleted, as nothing took its place.
    Remove,
}

impl Step {
    /// Its name: `promote`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stub => "stub",
            Self::Bookmark => "bookmark",
            Self::Migrate => "migrate",
            Self::Upload => "upload",
            Self::Promote => "promote",
            Self::Deploy => "deploy",
            Self::Triggers => "triggers",
            Self::Settings => "settings",
            Self::Verify => "verify",
            Self::Restore => "restore",
            Self::Remove => "remove",
        }
    }
}

/// Details of the events of a step, and of the end of a service. The service itself is
/// [`super::journal::Event::service`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepReport {
    /// The step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<Step>,
    /// What is new about the service.
    #[serde(default)]
    pub progress: Progress,
    /// Why it failed, in one line and without secrets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What else belongs to the step: the marker of a deployment, the files of a migration …
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// Details of [`super::journal::Action::HoldSet`]: what must not come back. The service is
/// [`super::journal::Event::service`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldReport {
    /// The name of the Worker.
    pub worker: String,
    /// The version that was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The digest of its code: [`Code::digest`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The commit that it was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Why.
    pub reason: String,
}

/// Something that must not come back until somebody says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// The id of the event that set it, by which it is cleared.
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// The id of the account.
    pub account: String,
    /// The environment; empty is the top level.
    pub environment: String,
    /// The service.
    pub service: String,
    /// The deployment that was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment: Option<String>,
    /// What, and why.
    #[serde(flatten)]
    pub what: HoldReport,
}
