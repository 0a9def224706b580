//! Workers for Platforms.

use serde::Deserialize;

use super::{Call, Cloudflare, CloudflareError};
use crate::core::model::account::DispatchNamespace;
use crate::world::http::segment;

#[derive(Deserialize)]
struct Namespace {
    namespace_name: String,
}

impl Cloudflare {
    /// The dispatch namespaces of an account. The API gives them in one piece.
    pub async fn dispatch_namespaces(
        &self,
        account: &str,
    ) -> Result<Vec<DispatchNamespace>, CloudflareError> {
        let path = format!("/accounts/{}/workers/dispatch/namespaces", segment(account));
        let namespaces: Vec<Namespace> = self.pages(Call::get(path), None).await?;
        let namespace = |found: Namespace| DispatchNamespace { name: found.namespace_name };
        Ok(namespaces.into_iter().map(namespace).collect())
    }
}
