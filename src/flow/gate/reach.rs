//! How to reach the forge that tells who made a change and who agreed to it.

use jiff::Timestamp;

use super::{GateError, Ground};
use crate::core::model::context::{CiContext, CiSystem, Known};
use crate::flow::destination::address;
use crate::world::forge::{self, Credential, Destination, Forge, ForgeError, Kind, credential};
use crate::world::http::Http;

/// A forge, and what proves to it who we are.
pub(super) struct Reach<'a> {
    http: &'a Http,
    to: Destination,
    credential: Credential,
    /// The run of the pipeline, where it is one of this forge.
    pub(super) run: Option<String>,
    /// Which attempt of it.
    attempt: Option<u64>,
}

impl<'a> Reach<'a> {
    /// The forge of the repository.
    ///
    /// # Errors
    /// Where it is not known, or there is no token for it.
    pub(super) fn of(ground: &Ground<'a>) -> Result<Self, GateError> {
        let closed = |why: String, fix: String| GateError::NoForge { why, fix };
        let to = address(ground.context, "", Timestamp::now())
            .map_err(|missed| closed(missed.why, missed.fix))?;
        let credential = credential(to.forge, &ground.variable).ok_or_else(|| {
            let fix = "give the step one in its environment".to_owned();
            closed(format!("there is no token for {}", to.forge), fix)
        })?;
        let run = run(ground.context, to.forge);
        let attempt = ground.context.run_attempt.as_ref().filter(|_| run.is_some());
        let attempt = attempt.map(|known| known.value);
        Ok(Self { http: ground.http, to, credential, run, attempt })
    }

    /// A client.
    pub(super) fn forge(&self) -> Box<dyn Forge + '_> {
        forge::open(self.http, &self.to, &self.credential)
    }

    /// The attempt of the run: what people answer to it, they answer to this alone.
    pub(super) fn attempt(&self) -> (Option<&str>, Option<u64>) {
        (self.run.as_deref(), self.attempt)
    }

    /// The kind of forge.
    pub(super) fn kind(&self) -> Kind {
        self.to.forge
    }

    /// By which its people are told from those of other forges: `github.com`.
    pub(super) fn issuer(&self) -> &str {
        let url = self.to.web_url.as_str();
        let host = url.split_once("://").map_or(url, |(_, rest)| rest);
        host.split('/').next().unwrap_or_default()
    }
}

/// The run, if the forge itself runs it: another CI system's numbers mean nothing there.
fn run(context: &CiContext, forge: Kind) -> Option<String> {
    let ci = context.ci.as_ref()?.value;
    let own = matches!(
        (ci, forge),
        (CiSystem::GithubActions, Kind::GitHub) | (CiSystem::GitlabCi, Kind::GitLab)
    );
    context.run_id.as_ref().filter(|_| own).map(|Known { value, .. }| value.clone())
}

/// Names what was asked of a forge that gave no usable answer.
pub(super) fn about(what: &'static str) -> impl Fn(ForgeError) -> GateError {
    move |error| GateError::Evidence { what, error }
}
