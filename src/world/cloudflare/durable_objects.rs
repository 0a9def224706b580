//! Durable Objects.

use serde::Deserialize;

use super::envelope::or_default;
use super::{Call, Cloudflare, CloudflareError};
use crate::core::model::account::DurableObjectNamespace;
use crate::world::http::segment;

/// How many namespaces a page has at most, as Wrangler asks for them (cli.js:148396).
const PER_PAGE: usize = 1000;

#[derive(Deserialize)]
struct Namespace {
    id: String,
    #[serde(default, deserialize_with = "or_default")]
    script: String,
    #[serde(default, deserialize_with = "or_default")]
    class: String,
    #[serde(default, deserialize_with = "or_default")]
    use_sqlite: bool,
}

impl Cloudflare {
    /// The Durable Object namespaces of an account.
    pub async fn durable_object_namespaces(
        &self,
        account: &str,
    ) -> Result<Vec<DurableObjectNamespace>, CloudflareError> {
        let path = format!("/accounts/{}/workers/durable_objects/namespaces", segment(account));
        let namespaces: Vec<Namespace> = self.pages(Call::get(path), Some(PER_PAGE)).await?;
        let namespace = |Namespace { id, script, class, use_sqlite }| DurableObjectNamespace {
            id,
            script,
            class,
            use_sqlite,
        };
        Ok(namespaces.into_iter().map(namespace).collect())
    }
}
