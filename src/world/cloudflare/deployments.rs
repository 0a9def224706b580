//! Deployments: which versions of a Worker get which share of the requests.

use serde_json::json;

use super::workers::{Deployed, deployment, script};
use super::{Call, Cloudflare, CloudflareError};
use crate::core::model::account::{Deployment, Share};
use crate::world::http::Method;

/// There is no such Worker, in the words of the API of scripts (catalogue, section 7).
const NO_SUCH_WORKER: i64 = 10007;

/// Secrets of the Worker are others than those of a version that is to be deployed. `?force=true`
/// passes it (cli.js:171094, cli.js:357926).
pub const SECRETS_CHANGED: i64 = 10220;

impl Cloudflare {
    /// The deployment that serves; none where the Worker does not exist, or has none.
    pub async fn active_deployment(
        &self,
        account: &str,
        worker: &str,
    ) -> Result<Option<Deployment>, CloudflareError> {
        Ok(self.last_deployments(account, worker).await?.into_iter().next())
    }

    /// The deployments, the active one first; none where the Worker does not exist.
    pub async fn last_deployments(
        &self,
        account: &str,
        worker: &str,
    ) -> Result<Vec<Deployment>, CloudflareError> {
        match self.worker_deployments(account, worker).await {
            Err(error) if error.has_code(NO_SUCH_WORKER) => Ok(Vec::new()),
            result => result,
        }
    }

    /// Gives versions their shares of the requests: at most two, together 100 %.
    ///
    /// Cloudflare has no compare-and-swap here: whoever calls this compares the active deployment
    /// before and after. It is never sent twice. The message is where a person, and clodo after a
    /// lost answer, sees whose deployment it is; its machine part comes first, since a message may
    /// be cut (1000 bytes; in older clients 100).
    ///
    /// # Errors
    /// [`SECRETS_CHANGED`] is the code where secrets were changed since the version was made.
    pub async fn deploy_versions(
        &self,
        account: &str,
        worker: &str,
        shares: &[Share],
        message: &str,
    ) -> Result<Deployment, CloudflareError> {
        let call = deploying(account, worker, shares, message);
        self.write::<Deployed>(call).await.map(deployment)
    }

    /// The same although secrets were changed since: the version gets the secrets that it was made
    /// with.
    pub async fn force_versions(
        &self,
        account: &str,
        worker: &str,
        shares: &[Share],
        message: &str,
    ) -> Result<Deployment, CloudflareError> {
        let call = deploying(account, worker, shares, message).query("force=true");
        self.write::<Deployed>(call).await.map(deployment)
    }
}

fn deploying(account: &str, worker: &str, shares: &[Share], message: &str) -> Call {
    Call::new(Method::POST, script(account, worker, "deployments")).json(&json!({
        "strategy": "percentage",
        "versions": shares,
        "annotations": { "workers/message": message },
    }))
}
