//! KV.

use serde::Deserialize;

use super::{Call, Cloudflare, CloudflareError};
use crate::core::model::account::KvNamespace;
use crate::world::http::segment;

/// How many namespaces a page has at most, as Wrangler asks for them.
const PER_PAGE: usize = 1000;

#[derive(Deserialize)]
struct Namespace {
    id: String,
    #[serde(default)]
    title: String,
}

impl Cloudflare {
    /// The KV namespaces of an account.
    pub async fn kv_namespaces(&self, account: &str) -> Result<Vec<KvNamespace>, CloudflareError> {
        let path = format!("/accounts/{}/storage/kv/namespaces", segment(account));
        let namespaces: Vec<Namespace> = self.pages(Call::get(path), Some(PER_PAGE)).await?;
        Ok(namespaces
            .into_iter()
            .map(|Namespace { id, title }| KvNamespace { id, title })
            .collect())
    }
}
