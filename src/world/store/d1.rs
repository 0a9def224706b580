//! State in a database of D1, over HTTP.
//!
//! A request whose answer is lost is sent again ([`Cloudflare::d1_run`]); what is written carries an
//! id by which the second time is known.

use async_trait::async_trait;

use super::{Database, Row, StoreError};
use crate::world::cloudflare::{Cloudflare, CloudflareError};

/// A database of D1.
#[derive(Debug)]
pub(super) struct D1 {
    cloudflare: Cloudflare,
    account: String,
    name: String,
    id: String,
}

impl D1 {
    /// Finds the database by its name.
    pub(super) async fn find(
        cloudflare: &Cloudflare,
        account: &str,
        name: &str,
    ) -> Result<Self, StoreError> {
        let databases = cloudflare.d1_databases(account).await?;
        let found = databases.into_iter().find(|database| database.name == name);
        let id = found.ok_or_else(|| StoreError::NoDatabase { name: name.to_owned() })?.id;
        let (cloudflare, account) = (cloudflare.clone(), account.to_owned());
        Ok(Self { cloudflare, account, name: name.to_owned(), id })
    }
}

#[async_trait]
impl Database for D1 {
    async fn run(&self, sql: &str, params: &[&str]) -> Result<Vec<Row>, StoreError> {
        let rows = self.cloudflare.d1_run(&self.account, &self.id, sql, params).await;
        Ok(rows.map_err(meaning)?.into_iter().map(Row).collect())
    }

    fn place(&self) -> String {
        format!("the D1 database {}", self.name)
    }
}

/// What an error of Cloudflare means for the store: what SQLite says is in the message of a refusal.
fn meaning(error: CloudflareError) -> StoreError {
    match error {
        CloudflareError::Refused(refusal) => {
            let said: Vec<String> = refusal.problems.into_iter().map(|said| said.message).collect();
            StoreError::Refused(said.join("; "))
        }
        error => StoreError::Cloudflare(error),
    }
}
