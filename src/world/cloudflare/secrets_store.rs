//! The secrets store: names alone, for the API gives no values.

use serde::Deserialize;

use super::envelope::or_default;
use super::{Call, Cloudflare, CloudflareError};
use crate::core::model::account::{SecretsStore, Seen};
use crate::world::http::segment;

/// How many stores or secrets a page has at most.
const PER_PAGE: usize = 100;

#[derive(Deserialize)]
struct Store {
    id: String,
    #[serde(default, deserialize_with = "or_default")]
    name: String,
}

#[derive(Deserialize)]
struct Secret {
    name: String,
}

impl Cloudflare {
    /// The secrets stores of an account, without what is in them.
    pub async fn secrets_stores(
        &self,
        account: &str,
    ) -> Result<Vec<SecretsStore>, CloudflareError> {
        let path = format!("/accounts/{}/secrets_store/stores", segment(account));
        let stores: Vec<Store> = self.pages(Call::get(path), Some(PER_PAGE)).await?;
        let store = |Store { id, name }| SecretsStore { id, name, secrets: Seen::NotAsked };
        Ok(stores.into_iter().map(store).collect())
    }

    /// The names of the secrets in a store.
    pub async fn secrets_store_secrets(
        &self,
        account: &str,
        store: &str,
    ) -> Result<Vec<String>, CloudflareError> {
        let (account, store) = (segment(account), segment(store));
        let path = format!("/accounts/{account}/secrets_store/stores/{store}/secrets");
        let secrets: Vec<Secret> = self.pages(Call::get(path), Some(PER_PAGE)).await?;
        Ok(secrets.into_iter().map(|secret| secret.name).collect())
    }
}
