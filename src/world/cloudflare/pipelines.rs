//! Pipelines.

use serde::Deserialize;

use super::envelope::or_default;
use super::{Call, Cloudflare, CloudflareError};
use crate::core::model::account::Pipeline;
use crate::world::http::segment;

#[derive(Deserialize)]
struct Found {
    id: String,
    #[serde(default, deserialize_with = "or_default")]
    name: String,
}

impl Cloudflare {
    /// What bindings of an account's Workers may mean by `stream`, and by the older `pipeline`: the
    /// streams and the pipelines (`listStreams` and `listPipelines`, cli.js:210597).
    pub async fn pipelines(&self, account: &str) -> Result<Vec<Pipeline>, CloudflareError> {
        let list = async |what: &str| {
            let path = format!("/accounts/{}/pipelines/v1/{what}", segment(account));
            self.pages::<Found>(Call::get(path), None).await
        };
        let (streams, pipelines) = tokio::try_join!(list("streams"), list("pipelines"))?;
        let all = streams.into_iter().chain(pipelines);
        Ok(all.map(|Found { id, name }| Pipeline { id, name }).collect())
    }
}
