//! State in a database of D1, over HTTP.
//!
//! A request whose answer is lost is sent again ([`Database::run`]); what is written carries an id by
//! which the second time is known.

use async_trait::async_trait;

use super::{Row, StoreError};
use crate::world::cloudflare::d1::Database;

pub use crate::world::cloudflare::d1::Databases;

pub(super) use crate::world::cloudflare::d1::Error;

/// A database of D1, and where it is.
#[derive(Debug)]
pub(super) struct D1 {
    name: String,
    database: Database,
}

impl D1 {
    /// Finds the database by its name.
    pub(super) async fn find(databases: &Databases, name: &str) -> Result<Self, StoreError> {
        let found = databases.named(name).await?;
        let name = name.to_owned();
        match found {
            Some(database) => Ok(Self { name, database }),
            None => Err(StoreError::NoDatabase { name }),
        }
    }
}

#[async_trait]
impl super::Database for D1 {
    async fn run(&self, sql: &str, params: &[&str]) -> Result<Vec<Row>, StoreError> {
        let rows = self.database.run(sql, params).await.map_err(meaning)?;
        Ok(rows.into_iter().map(Row).collect())
    }

    fn place(&self) -> String {
        format!("the D1 database {}", self.name)
    }
}

/// What an error of Cloudflare means for the store: what SQLite says is in the message of a refusal.
fn meaning(error: Error) -> StoreError {
    match error {
        Error::Refused(refusal) => {
            let said: Vec<String> = refusal.problems.into_iter().map(|said| said.message).collect();
            StoreError::Refused(said.join("; "))
        }
        error => error.into(),
    }
}
