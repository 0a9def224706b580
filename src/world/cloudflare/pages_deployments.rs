//! Deployments of Pages projects, as deployments of versions: each is its own only version, and gets
//! all requests of its environment.

use jiff::Timestamp;
use serde::Deserialize;

use super::envelope::or_default;
use super::workers::concealed;
use super::{Call, Cloudflare, CloudflareError};
use crate::core::model::account::{Deployment, Share};
use crate::world::http::{Method, segment};

/// How many deployments are looked at for one that served before: the API gives no more at once
/// (`per_page`, code 8000024).
const LOOKED_AT: usize = 25;

/// There is no such project (catalogue, section 7).
const NO_SUCH_PROJECT: i64 = 8000007;

#[derive(Deserialize)]
struct Project {
    #[serde(default)]
    canonical_deployment: Option<Deployed>,
}

/// A deployment, as the API gives it.
#[derive(Clone, Deserialize)]
struct Deployed {
    id: String,
    #[serde(default)]
    created_on: Option<Timestamp>,
    #[serde(default, deserialize_with = "or_default")]
    environment: String,
    #[serde(default, deserialize_with = "or_default")]
    is_skipped: bool,
    #[serde(default, deserialize_with = "or_default")]
    latest_stage: Stage,
    #[serde(default, deserialize_with = "or_default")]
    deployment_trigger: Trigger,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Stage {
    name: String,
    status: String,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Trigger {
    #[serde(deserialize_with = "or_default")]
    metadata: Metadata,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Metadata {
    #[serde(deserialize_with = "or_default")]
    commit_message: String,
}

impl Cloudflare {
    /// The deployment that serves production (`canonical_deployment`); none where the project does
    /// not exist, or has none.
    pub async fn active_pages_deployment(
        &self,
        account: &str,
        project: &str,
    ) -> Result<Option<Deployment>, CloudflareError> {
        match self.read::<Project>(Call::get(path(account, project))).await {
            Ok(Project { canonical_deployment }) => Ok(canonical_deployment.map(deployment)),
            Err(error) if error.has_code(NO_SUCH_PROJECT) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The newest deployments that can serve production, the newest first.
    pub async fn pages_deployments(
        &self,
        account: &str,
        project: &str,
    ) -> Result<Vec<Deployment>, CloudflareError> {
        let path = format!("{}/deployments", path(account, project));
        let call = Call::get(path).query(&format!("env=production&per_page={LOOKED_AT}"));
        let found: Vec<Deployed> = self.read(call).await?;
        Ok(found.into_iter().filter(Deployed::can_serve).map(deployment).collect())
    }

    /// A deployment; none where it cannot serve production: a preview, or one that was not finished.
    pub async fn pages_deployment(
        &self,
        account: &str,
        project: &str,
        id: &str,
    ) -> Result<Option<Deployment>, CloudflareError> {
        let path = format!("{}/deployments/{}", path(account, project), segment(id));
        let found: Deployed = self.read(Call::get(path)).await?;
        Ok(Some(found).filter(Deployed::can_serve).map(deployment))
    }

    /// Lets a deployment serve production again, and answers it. It is never sent twice: somebody
    /// else may deploy in between.
    pub async fn roll_back_pages(
        &self,
        account: &str,
        project: &str,
        id: &str,
    ) -> Result<Deployment, CloudflareError> {
        let path = format!("{}/deployments/{}/rollback", path(account, project), segment(id));
        self.write::<Deployed>(Call::new(Method::POST, path)).await.map(deployment)
    }
}

fn path(account: &str, project: &str) -> String {
    format!("/accounts/{}/pages/projects/{}", segment(account), segment(project))
}

impl Deployed {
    /// Only successful builds of production are rolled back to:
    /// <https://developers.cloudflare.com/pages/configuration/rollbacks/>.
    fn can_serve(&self) -> bool {
        let Stage { name, status } = &self.latest_stage;
        self.environment == "production"
            && !self.is_skipped
            && name == "deploy"
            && status == "success"
    }
}

fn deployment(found: Deployed) -> Deployment {
    let message = found.deployment_trigger.metadata.commit_message;
    Deployment {
        versions: vec![Share { version_id: found.id.clone(), percentage: 100.0 }],
        id: found.id,
        created_on: found.created_on,
        message: Some(concealed(message)).filter(|message| !message.is_empty()),
        ..Deployment::default()
    }
}
