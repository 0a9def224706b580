//! What was live before is put back: the versions first, since requests wait for them, and then what
//! no version has: routes, custom domains, crons, addresses on workers.dev, settings, consumers of
//! queues. A Pages project has nothing of that: its deployments have all of it, but for data.
//!
//! Each part is read before it is written, so that what is as it was costs one look, and a
//! restoration that was killed is simply made again. What was written in between to D1, KV, R2,
//! Durable Objects and queues stays.

mod addresses;
mod consumers;
mod traffic;

use std::fmt;

use serde_json::Value;

use crate::core::model::Kind;
use crate::core::model::account::{WorkersDev, observability_off};
use crate::core::model::deployment::Base;
use crate::flow::fail_point::{When, reach};
use crate::world::cloudflare::{Cloudflare, CloudflareError, ScriptSettings};

pub use traffic::{Shift, active, shift};

/// What was put back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Restored {
    /// The deployment that serves the versions again; `None` where they served all the time.
    pub deployment: Option<String>,
    /// What else was put back, in words: `route example.com/*`.
    pub parts: Vec<String>,
}

/// Why not all of it was put back.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// Nothing was live before: there is no version to go back to.
    #[error("nothing was live before, so that there is no version to go back to")]
    Nothing,
    /// The versions do not serve again.
    #[error("the versions of before do not serve again: {0}")]
    Traffic(CloudflareError),
    /// Nobody knows yet whether they do.
    #[error("it is not known whether the versions of before serve again: {0}")]
    Unknown(CloudflareError),
    /// Somebody else deployed meanwhile.
    #[error("somebody else deployed meanwhile: deployment {0}")]
    Foreign(String),
    /// The versions serve again, and something else is not as it was.
    #[error("the versions of before serve again, and this is not as it was: {}", listed(.0))]
    Incomplete(Vec<Missed>),
}

/// A part that could not be put back.
#[derive(Debug)]
pub struct Missed {
    /// The part, in words: `crons`.
    pub part: String,
    /// Why, in one line.
    pub why: String,
}

impl fmt::Display for Missed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.part, self.why)
    }
}

fn listed(missed: &[Missed]) -> String {
    missed.iter().map(Missed::to_string).collect::<Vec<_>>().join("; ")
}

impl RestoreError {
    /// Whether the versions of before serve again.
    pub fn serves(&self) -> bool {
        matches!(self, Self::Incomplete(_))
    }

    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Nothing => "delete the Worker, or deploy one that works",
            Self::Traffic(_) | Self::Unknown(_) => {
                "look at `wrangler deployments status`, and choose the version in the dashboard"
            }
            Self::Foreign(_) => "look who it was, and decide together: clodo history",
            Self::Incomplete(_) => "set these in the dashboard, or deploy the commit of before",
        }
    }
}

/// Where something is put back.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The account.
    pub cloudflare: &'a Cloudflare,
    /// Its id.
    pub account: &'a str,
    /// The Worker, or the Pages project.
    pub worker: &'a str,
    /// Which of the two it is.
    pub kind: Kind,
}

/// Puts back what was live before, and looks whether it is. The message is what Cloudflare's record
/// of deployments says; it begins with the marker of who does it. Secrets that were changed since do
/// not stand in the way: what served before serves again.
///
/// # Errors
/// Where not all of it is as it was.
pub async fn restore(
    place: Place<'_>,
    before: &Base,
    message: &str,
) -> Result<Restored, RestoreError> {
    if before.versions.is_empty() {
        return Err(RestoreError::Nothing);
    }
    let wish = Shift { shares: &before.versions, message, expected: None, force: true };
    let deployment = shift(place, &wish).await?;
    let (parts, missed) = unversioned(place, before).await;
    if missed.is_empty() {
        Ok(Restored { deployment, parts })
    } else {
        Err(RestoreError::Incomplete(missed))
    }
}

/// Puts back what no version has. Answers what was done, and what could not be.
pub async fn unversioned(place: Place<'_>, before: &Base) -> (Vec<String>, Vec<Missed>) {
    let mut done = Done::default();
    reach(When::Before, "cloudflare restore rest");
    if let Some(routes) = &before.routes {
        done.note("routes", addresses::routes(place, routes).await);
    }
    if let Some(domains) = &before.domains {
        done.note("custom domains", addresses::domains(place, domains).await);
    }
    if let Some(wanted) = &before.crons {
        done.note("crons", crons(place, wanted).await);
    }
    if let Some(wanted) = before.workers_dev {
        done.note("workers.dev", workers_dev(place, wanted).await);
    }
    if let Some(wanted) = &before.settings {
        done.note("settings", settings(place, wanted).await);
    }
    if let Some(wanted) = &before.consumers {
        done.note("consumers", consumers::consumers(place, wanted).await);
    }
    reach(When::After, "cloudflare restore rest");
    (done.parts, done.missed)
}

/// What came of the parts so far.
#[derive(Default)]
struct Done {
    parts: Vec<String>,
    missed: Vec<Missed>,
}

impl Done {
    fn note(&mut self, part: &str, result: Result<Vec<String>, addresses::Stopped>) {
        match result {
            Ok(done) => self.parts.extend(done),
            Err(stopped) => {
                self.parts.extend(stopped.done);
                self.missed.push(Missed { part: part.to_owned(), why: stopped.why });
            }
        }
    }
}

async fn crons(
    Place { cloudflare, account, worker, .. }: Place<'_>,
    wanted: &[String],
) -> Result<Vec<String>, addresses::Stopped> {
    let mut sorted = wanted.to_vec();
    sorted.sort();
    if cloudflare.worker_crons(account, worker).await? == sorted {
        return Ok(Vec::new());
    }
    cloudflare.set_crons(account, worker, wanted).await?;
    Ok(vec![format!("crons {}", if wanted.is_empty() { "none".into() } else { wanted.join(", ") })])
}

async fn workers_dev(
    Place { cloudflare, account, worker, .. }: Place<'_>,
    wanted: WorkersDev,
) -> Result<Vec<String>, addresses::Stopped> {
    if cloudflare.worker_subdomain(account, worker).await? == wanted {
        return Ok(Vec::new());
    }
    cloudflare.set_worker_subdomain(account, worker, wanted).await?;
    let on = |on: bool| if on { "on" } else { "off" };
    let (own, previews) = (on(wanted.enabled), on(wanted.previews_enabled));
    Ok(vec![format!("workers.dev {own}, previews {previews}")])
}

/// Settings are compared as far as it is known what they were.
async fn settings(
    Place { cloudflare, account, worker, .. }: Place<'_>,
    wanted: &Value,
) -> Result<Vec<String>, addresses::Stopped> {
    let live = cloudflare.script_settings(account, worker).await?;
    let live = ScriptSettings {
        observability: live.observability.or_else(|| Some(observability_off())),
        ..live
    };
    let is = serde_json::to_value(&live).unwrap_or_default();
    let fields = wanted.as_object().into_iter().flatten();
    let changed: Vec<&str> = fields
        .filter(|(name, value)| is.get(*name).unwrap_or(&Value::Null) != *value)
        .map(|(name, _)| name.as_str())
        .collect();
    if changed.is_empty() {
        return Ok(Vec::new());
    }
    cloudflare.set_script_settings(account, worker, wanted).await?;
    Ok(vec![format!("settings {}", changed.join(", "))])
}
