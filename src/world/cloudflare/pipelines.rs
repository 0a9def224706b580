//! Pipelines.

use serde::Deserialize;

use super::envelope::or_default;
use super::{Call, Cloudflare, CloudflareError};
use crate::core::model::account::Pipeline;
use crate::world::http::segment;

#[derive(Deserialize)]
struct Stream {
    id: String,
    #[serde(default, deserialize_with = "or_default")]
    name: String,
}

impl Cloudflare {
    /// The streams of Pipelines of an account, which is what Workers are bound to
    /// (`listStreams`, cli.js:210628).
    pub async fn pipeline_streams(&self, account: &str) -> Result<Vec<Pipeline>, CloudflareError> {
        let path = format!("/accounts/{}/pipelines/v1/streams", segment(account));
        let streams: Vec<Stream> = self.pages(Call::get(path), None).await?;
        Ok(streams.into_iter().map(|Stream { id, name }| Pipeline { id, name }).collect())
    }
}
