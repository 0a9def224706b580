//! Deployments and their statuses ("Deployments" in GitHub's REST reference).
//!
//! A job with `environment:` has one already, which GitHub makes, and closes when the job ends. No
//! variable says so (<https://github.com/actions/runner/issues/1369>); what tells it is that a
//! status of the deployment links to the run, as `…/actions/runs/RUN/job/JOB`.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::GitHub;
use crate::world::forge::api::Need;
use crate::world::forge::deployments::{Deployment, Deployments, End, Past, Shown};
use crate::world::forge::{ForgeError, MAX_DESCRIPTION, shortened};
use crate::world::http::{Method, segment};

const DEPLOYMENT: Need = Need {
    to: "write deployments",
    fix: "add `deployments: write` to the permissions of the job; a personal token needs \
          \"Deployments: write\"",
};

/// How many deployments of a commit are looked at, the newest first.
const MOST: usize = 10;

/// The key of a deployment's payload that holds clodo's own name for it.
const PAYLOAD: &str = "clodo";

/// The body that makes a deployment.
#[derive(Serialize)]
struct Create<'a> {
    #[serde(rename = "ref")]
    reference: &'a str,
    environment: &'a str,
    description: String,
    payload: Value,
    production_environment: bool,
    // By default GitHub merges the default branch into the one that is deployed,
    auto_merge: bool,
    // and refuses while a status of the commit is pending, such as that of this very run.
    required_contexts: [&'a str; 0],
}

/// The body of a status.
#[derive(Serialize)]
struct Status<'a> {
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    log_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    environment_url: Option<&'a str>,
}

#[derive(Deserialize)]
struct Listed {
    id: u64,
    // An object, or a text with one.
    #[serde(default)]
    payload: Value,
}

#[derive(Deserialize)]
struct Newest {
    state: String,
    log_url: Option<String>,
}

/// The states after which nothing more comes.
const ENDED: [&str; 4] = ["success", "failure", "error", "inactive"];

/// How GitHub begins to say that it does not know a commit (422).
const NO_COMMIT: &str = "No ref found";

impl Listed {
    fn is_ours(&self, id: &str) -> bool {
        self.payload[PAYLOAD] == id
    }
}

impl GitHub<'_> {
    /// The deployments of a commit, the newest first.
    async fn deployments_of(&self, commit: &str) -> Result<Vec<Listed>, ForgeError> {
        let path = format!("/deployments?sha={}&per_page={MOST}", segment(commit));
        self.api.read(self.call(Method::GET, &path, DEPLOYMENT)).await
    }

    /// Whether GitHub made a deployment of a job of this run that has not ended: of this job, unless
    /// jobs with other environments run beside it.
    async fn is_of_this_job(&self, deployment: &Listed) -> Result<bool, ForgeError> {
        let path = format!("/deployments/{}/statuses?per_page=1", deployment.id);
        let newest: Vec<Newest> = self.api.read(self.call(Method::GET, &path, DEPLOYMENT)).await?;
        let job = format!("/actions/runs/{}/job/", self.to.run.id);
        let is_of_run = |link: &String| !self.to.run.id.is_empty() && link.contains(&job);
        Ok(newest.first().is_some_and(|newest| {
            newest.log_url.as_ref().is_some_and(is_of_run) && !ENDED.contains(&&*newest.state)
        }))
    }

    async fn deployment_status(&self, name: &str, status: &Status<'_>) -> Result<(), ForgeError> {
        let path = format!("/deployments/{}/statuses", segment(name));
        // A second status that says the same changes nothing.
        let call = self.call(Method::POST, &path, DEPLOYMENT).json(status).repeatable();
        self.api.ask(call).await.map(|_| ())
    }
}

#[async_trait]
impl Deployments for GitHub<'_> {
    async fn open(&self, deployment: &Deployment<'_>) -> Result<Shown, ForgeError> {
        let listed = self.deployments_of(deployment.commit).await?;
        if let Some(ours) = listed.iter().find(|listed| listed.is_ours(deployment.id)) {
            return Ok(Shown::Ours(ours.id.to_string()));
        }
        // That of the job is of the run's own commit.
        let of_run = match deployment.commit == self.to.head_sha {
            true => listed,
            false => self.deployments_of(&self.to.head_sha).await?,
        };
        for other in of_run.iter().filter(|listed| listed.payload[PAYLOAD].is_null()) {
            if self.is_of_this_job(other).await? {
                return Ok(Shown::OfTheJob);
            }
        }
        let create = Create {
            reference: deployment.commit,
            environment: deployment.environment,
            description: shortened(deployment.description, MAX_DESCRIPTION),
            payload: json!({ PAYLOAD: deployment.id }),
            production_environment: deployment.production,
            auto_merge: false,
            required_contexts: [],
        };
        let call = self.call(Method::POST, "/deployments", DEPLOYMENT).json(&create);
        let made: Listed = self.api.read(call).await.map_err(|error| match error {
            ForgeError::Refused { forge, message, .. } if message.starts_with(NO_COMMIT) => {
                ForgeError::NoCommit { forge, commit: deployment.commit.to_owned() }
            }
            other => other,
        })?;
        let name = made.id.to_string();
        let log_url = self.to.run.url.as_deref();
        let begun = Status { state: "in_progress", log_url, environment_url: None };
        self.deployment_status(&name, &begun).await?;
        Ok(Shown::Ours(name))
    }

    async fn close(&self, name: &str, end: End, url: Option<&str>) -> Result<(), ForgeError> {
        let state = match end {
            End::Success => "success",
            End::Failure => "failure",
            End::Error => "error",
            // Of other environments than those of production GitHub says so by itself
            // ("Create a deployment status", `auto_inactive`).
            End::TakenBack => "inactive",
        };
        let log_url = self.to.run.url.as_deref();
        self.deployment_status(name, &Status { state, log_url, environment_url: url }).await
    }

    async fn find(&self, past: &Past<'_>) -> Result<Option<String>, ForgeError> {
        let listed = self.deployments_of(past.commit).await?;
        let ours = listed.into_iter().find(|listed| listed.is_ours(past.id));
        Ok(ours.map(|ours| ours.id.to_string()))
    }
}
