//! Workflows.

use serde::Deserialize;

use super::envelope::or_default;
use super::{Call, Cloudflare, CloudflareError};
use crate::core::model::account::Workflow;
use crate::world::http::segment;

/// How many Workflows a page has at most.
const PER_PAGE: usize = 100;

#[derive(Deserialize)]
struct Found {
    name: String,
    #[serde(default, deserialize_with = "or_default")]
    script_name: String,
    #[serde(default, deserialize_with = "or_default")]
    class_name: String,
}

impl Cloudflare {
    /// The Workflows of an account.
    pub async fn workflows(&self, account: &str) -> Result<Vec<Workflow>, CloudflareError> {
        let path = format!("/accounts/{}/workflows", segment(account));
        let found: Vec<Found> = self.pages(Call::get(path), Some(PER_PAGE)).await?;
        let workflow =
            |Found { name, script_name, class_name }| Workflow { name, script_name, class_name };
        Ok(found.into_iter().map(workflow).collect())
    }
}
