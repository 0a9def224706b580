//! Vectorize.

use serde::Deserialize;

use super::{Call, Cloudflare, CloudflareError};
use crate::core::model::account::VectorizeIndex;
use crate::world::http::segment;

#[derive(Deserialize)]
struct Index {
    name: String,
}

impl Cloudflare {
    /// The Vectorize indexes of an account.
    pub async fn vectorize_indexes(
        &self,
        account: &str,
    ) -> Result<Vec<VectorizeIndex>, CloudflareError> {
        let path = format!("/accounts/{}/vectorize/v2/indexes", segment(account));
        let indexes: Vec<Index> = self.pages(Call::get(path), None).await?;
        Ok(indexes.into_iter().map(|Index { name }| VectorizeIndex { name }).collect())
    }
}
