//! Accounts.

use serde::Deserialize;

use super::{Call, Cloudflare, CloudflareError};
use crate::world::http::segment;

/// How many accounts a page has at most.
const PER_PAGE: usize = 50;

/// An account that the token sees.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct SeenAccount {
    /// Its id.
    pub id: String,
    /// Its name.
    #[serde(default)]
    pub name: String,
}

impl Cloudflare {
    /// The accounts that the token sees.
    pub async fn accounts(&self) -> Result<Vec<SeenAccount>, CloudflareError> {
        self.pages(Call::get("/accounts"), Some(PER_PAGE)).await
    }

    /// One account.
    pub async fn account(&self, id: &str) -> Result<SeenAccount, CloudflareError> {
        self.read(Call::get(format!("/accounts/{}", segment(id)))).await
    }
}
