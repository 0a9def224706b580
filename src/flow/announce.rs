//! Shows a deployment on the forge from which it comes: beside the commit, and on the page of the
//! environment. GitHub and GitLab show deployments; for the others there is nothing to do.
//!
//! A job that names an environment itself (`environment:`) has a deployment already, and is given no
//! second one. Nothing here ends a deployment: what cannot be shown comes back as data.

use jiff::Timestamp;

pub use crate::world::forge::{End, Past};

use super::destination::destination;
use super::publish::Missed;
use crate::core::config::clodo_yml::is_production;
use crate::core::model::context::CiContext;
use crate::world::forge::{
    self, Credential, Deployment, Destination, ForgeError, Kind, Shown, credential,
};
use crate::world::http::Http;

/// The variable in which GitLab names the environment of a job
/// (<https://docs.gitlab.com/ci/variables/predefined_variables/>).
const JOB_ENVIRONMENT: &str = "CI_ENVIRONMENT_NAME";

/// What the forge calls an environment that has no name, as GitHub does.
const TOP_LEVEL: &str = "production";

/// What is deployed.
#[derive(Clone, Copy, Debug)]
pub struct Notice<'a> {
    /// The deployment: `d-01J…`.
    pub deployment: &'a str,
    /// The environment as the user types it; "" is the top level.
    pub environment: &'a str,
    /// The commit, if it is not that of the run: a rollback goes back to another.
    pub commit: Option<&'a str>,
    /// Whether it goes back.
    pub rollback: bool,
    /// The names of the services.
    pub services: &'a [String],
}

/// A deployment that the forge shows, or not.
#[derive(Debug, Default)]
pub struct Announced {
    open: Option<Open>,
    /// What could not be shown, and why.
    pub notes: Vec<Missed>,
}

/// A deployment that is to be closed.
#[derive(Debug)]
struct Open {
    to: Destination,
    credential: Credential,
    name: String,
}

/// Shows that a deployment is in progress, if this is a pipeline of a forge that shows some.
/// `variable` tells what the environment says.
pub async fn open(
    http: &Http,
    context: &CiContext,
    variable: &dyn Fn(&str) -> Option<String>,
    notice: &Notice<'_>,
) -> Announced {
    let shown = match destination(context, "", Timestamp::now()) {
        Ok(to) if shows(to.forge) => begin(http, context, variable, notice, to).await,
        Ok(_) => return Announced::default(),
        Err(missed) => Err(Missed { what: WHAT, ..missed }),
    };
    match shown {
        Ok(open) => Announced { open: Some(open), notes: Vec::new() },
        Err(missed) => Announced { open: None, notes: vec![missed] },
    }
}

impl Announced {
    /// Whether the forge shows it, so that it is to be closed.
    pub fn is_shown(&self) -> bool {
        self.open.is_some()
    }

    /// Shows how the deployment ended, and where what was deployed can be visited. Gives what could
    /// not be shown.
    pub async fn close(self, http: &Http, end: End, url: Option<&str>) -> Vec<Missed> {
        let Some(Open { to, credential, name }) = self.open else { return Vec::new() };
        let forge = forge::open(http, &to, &credential);
        let Some(deployments) = forge.deployments() else { return Vec::new() };
        let closed = deployments.close(&name, end, url).await;
        closed.err().iter().map(|error| failed("end of the deployment shown", error)).collect()
    }
}

/// Shows how a deployment of before ended: one that was taken back, or whose run was killed. Gives what
/// could not be shown.
pub async fn amend(
    http: &Http,
    context: &CiContext,
    variable: &dyn Fn(&str) -> Option<String>,
    past: &Past<'_>,
    end: End,
) -> Vec<Missed> {
    // Who announces says what is missing.
    let Ok(to) = destination(context, "", Timestamp::now()) else { return Vec::new() };
    let Some(credential) = credential(to.forge, variable) else { return Vec::new() };
    let forge = forge::open(http, &to, &credential);
    let Some(deployments) = forge.deployments() else { return Vec::new() };
    let past = Past { environment: named(past.environment), ..*past };
    let amended = match deployments.find(&past).await {
        Ok(Some(name)) => deployments.close(&name, end, None).await,
        Ok(None) => Ok(()),
        Err(error) => Err(error),
    };
    amended.err().iter().map(|error| failed("end of an earlier deployment shown", error)).collect()
}

const WHAT: &str = "deployment shown";

/// The name of an environment on the forge.
fn named(environment: &str) -> &str {
    if environment.is_empty() { TOP_LEVEL } else { environment }
}

fn shows(forge: Kind) -> bool {
    matches!(forge, Kind::GitHub | Kind::GitLab)
}

async fn begin(
    http: &Http,
    context: &CiContext,
    variable: &dyn Fn(&str) -> Option<String>,
    notice: &Notice<'_>,
    to: Destination,
) -> Result<Open, Missed> {
    if to.forge == Kind::GitLab && variable(JOB_ENVIRONMENT).is_some_and(|name| !name.is_empty()) {
        return Err(of_the_job(to.forge));
    }
    let credential = credential(to.forge, variable).ok_or_else(|| Missed {
        what: WHAT,
        why: format!("there is no token for {}", to.forge),
        fix: "give the step one in its environment".to_owned(),
        minor: false,
    })?;
    let environment = named(notice.environment);
    let services = notice.services.join(", ");
    let verb = if notice.rollback { "Roll back" } else { "Deploy" };
    let tag = context.tag.as_ref().map(|tag| tag.value.as_str());
    let branch = context.branch.as_ref().map(|branch| branch.value.as_str());
    let deployment = Deployment {
        id: notice.deployment,
        environment,
        commit: notice.commit.unwrap_or(&to.head_sha),
        reference: tag.or(branch),
        is_tag: tag.is_some(),
        production: is_production(environment),
        description: &format!("{verb} {services} ({})", notice.deployment),
    };
    let forge = forge::open(http, &to, &credential);
    let shown = match forge.deployments() {
        Some(deployments) => deployments.open(&deployment).await,
        None => return Err(of_the_job(to.forge)),
    };
    drop(forge);
    match shown {
        Ok(Shown::Ours(name)) => Ok(Open { to, credential, name }),
        Ok(Shown::OfTheJob) => Err(of_the_job(to.forge)),
        Err(error) => Err(failed(WHAT, &error)),
    }
}

/// Said only to those who ask for details: this is as it should be.
fn of_the_job(forge: Kind) -> Missed {
    Missed {
        what: "second deployment shown",
        why: format!("{forge} shows one, as the job has `environment:`"),
        fix: "nothing; `environment: {url: …}` gives it an address".to_owned(),
        minor: true,
    }
}

fn failed(what: &'static str, error: &ForgeError) -> Missed {
    Missed { what, why: error.to_string(), fix: error.hint(), minor: false }
}
