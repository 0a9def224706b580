//! Hyperdrive.

use serde::Deserialize;

use super::envelope::or_default;
use super::{Call, Cloudflare, CloudflareError};
use crate::core::model::account::Hyperdrive;
use crate::world::http::segment;

#[derive(Deserialize)]
struct Config {
    id: String,
    #[serde(default, deserialize_with = "or_default")]
    name: String,
}

impl Cloudflare {
    /// The Hyperdrive configurations of an account.
    pub async fn hyperdrive_configs(
        &self,
        account: &str,
    ) -> Result<Vec<Hyperdrive>, CloudflareError> {
        let path = format!("/accounts/{}/hyperdrive/configs", segment(account));
        let configs: Vec<Config> = self.pages(Call::get(path), None).await?;
        Ok(configs.into_iter().map(|Config { id, name }| Hyperdrive { id, name }).collect())
    }
}
