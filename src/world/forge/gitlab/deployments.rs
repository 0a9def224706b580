//! Deployments and environments ("Deployments API" and "Environments API" of GitLab's
//! documentation). `CI_JOB_TOKEN` may use both (`doc/ci/jobs/ci_job_token.md` of GitLab).
//!
//! A job with `environment:` has a deployment already, and `CI_ENVIRONMENT_NAME` says so: whoever
//! knows the variables of the run does not come here then.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::GitLab;
use crate::world::forge::ForgeError;
use crate::world::forge::api::{Call, Need};
use crate::world::forge::deployments::{Deployment, Deployments, End, Past, Shown};
use crate::world::http::{Method, segment};

const DEPLOYMENT: Need = Need {
    to: "write deployments",
    fix: "let the job deploy to the environment (Developer, or who its protection names), or give \
          the job itself `environment:`",
};

/// What GitLab says of a commit that it does not know (404).
const NO_COMMIT: &str = "Commit Not Found";

/// The body that makes a deployment.
#[derive(Serialize)]
struct Create<'a> {
    environment: &'a str,
    sha: &'a str,
    #[serde(rename = "ref")]
    reference: &'a str,
    tag: bool,
    status: &'static str,
}

#[derive(Serialize)]
struct Update {
    status: &'static str,
}

#[derive(Serialize)]
struct Address<'a> {
    external_url: &'a str,
}

#[derive(Deserialize)]
struct Listed {
    id: u64,
    sha: String,
    environment: Option<Environment>,
}

#[derive(Deserialize)]
struct Environment {
    id: u64,
    external_url: Option<String>,
}

impl GitLab<'_> {
    fn below(&self, method: Method, path: &str) -> Call {
        Call::new(method, format!("{}{path}", self.project), DEPLOYMENT)
    }

    /// Gives an environment its address, where nobody has given it one.
    async fn visit(&self, environment: &Environment, url: &str) -> Result<(), ForgeError> {
        if environment.external_url.as_deref().is_some_and(|url| !url.is_empty()) {
            return Ok(());
        }
        let path = format!("/environments/{}", environment.id);
        let call = self.below(Method::PUT, &path).json(&Address { external_url: url });
        self.api.ask(call).await.map(|_| ())
    }
}

#[async_trait]
impl Deployments for GitLab<'_> {
    async fn open(&self, deployment: &Deployment<'_>) -> Result<Shown, ForgeError> {
        let past = Past {
            id: deployment.id,
            environment: deployment.environment,
            commit: deployment.commit,
        };
        // A run that was killed left it open.
        if let Some(left) = self.find(&past).await? {
            return Ok(Shown::Ours(left));
        }
        let create = Create {
            environment: deployment.environment,
            sha: deployment.commit,
            reference: deployment.reference.unwrap_or(deployment.commit),
            tag: deployment.is_tag,
            status: "running",
        };
        let call = self.below(Method::POST, "/deployments").json(&create);
        let made: Listed = self.api.read(call).await.map_err(|error| match error {
            ForgeError::Denied { forge, status: 404, message, .. }
                if message.contains(NO_COMMIT) =>
            {
                ForgeError::NoCommit { forge, commit: deployment.commit.to_owned() }
            }
            other => other,
        })?;
        Ok(Shown::Ours(made.id.to_string()))
    }

    /// GitLab shows the newest success as live, and knows no status for what was live before
    /// (`running`, `success`, `failed`, `canceled`; <https://docs.gitlab.com/api/deployments/>): only
    /// of one that runs there is more to say.
    async fn find(&self, past: &Past<'_>) -> Result<Option<String>, ForgeError> {
        let path = format!(
            "/deployments?environment={}&status=running&order_by=id&sort=desc",
            segment(past.environment)
        );
        let running: Vec<Listed> = self.api.read(self.below(Method::GET, &path)).await?;
        let left = running.into_iter().find(|listed| listed.sha == past.commit);
        Ok(left.map(|left| left.id.to_string()))
    }

    async fn close(&self, name: &str, end: End, url: Option<&str>) -> Result<(), ForgeError> {
        let status = if end == End::Success { "success" } else { "failed" };
        let path = format!("/deployments/{}", segment(name));
        let call = self.below(Method::PUT, &path).json(&Update { status }).repeatable();
        let closed: Listed = self.api.read(call).await?;
        match (closed.environment, url) {
            (Some(environment), Some(url)) if end == End::Success => {
                self.visit(&environment, url).await
            }
            _ => Ok(()),
        }
    }
}
