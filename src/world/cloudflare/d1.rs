//! D1.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::envelope::or_default;
use super::{Call, Cloudflare, CloudflareError};
use crate::core::model::account::D1Database;
use crate::world::http::{Method, segment};

/// How many databases we ask for at once.
const PER_PAGE: usize = 1000;

#[derive(Deserialize)]
struct Database {
    uuid: String,
    #[serde(default, deserialize_with = "or_default")]
    name: String,
    #[serde(default)]
    jurisdiction: Option<String>,
}

/// A point in a database's history (Time Travel).
#[derive(Deserialize)]
struct Bookmark {
    bookmark: String,
}

/// What a restoration left behind.
#[derive(Deserialize)]
struct Restored {
    #[serde(default)]
    previous_bookmark: Option<String>,
}

/// What one statement gave.
#[derive(Deserialize)]
struct Results<T> {
    #[serde(default = "Vec::new")]
    results: Vec<T>,
}

impl Cloudflare {
    /// The D1 databases of an account, without what is in them.
    pub async fn d1_databases(&self, account: &str) -> Result<Vec<D1Database>, CloudflareError> {
        let path = format!("/accounts/{}/d1/database", segment(account));
        let databases: Vec<Database> = self.pages(Call::get(path), Some(PER_PAGE)).await?;
        let database = |Database { uuid, name, jurisdiction }| D1Database {
            id: uuid,
            name,
            jurisdiction,
            ..D1Database::default()
        };
        Ok(databases.into_iter().map(database).collect())
    }

    /// The rows that one statement gives which only reads.
    pub async fn d1_select<T: DeserializeOwned>(
        &self,
        account: &str,
        database: &str,
        sql: &str,
    ) -> Result<Vec<T>, CloudflareError> {
        let (account, database) = (segment(account), segment(database));
        let path = format!("/accounts/{account}/d1/database/{database}/query");
        let call = Call::new(Method::POST, path);
        // It reads, so that nothing happens twice.
        let results: Vec<Results<T>> =
            self.read(call.json(&json!({ "sql": sql })).repeatable()).await?;
        Ok(results.into_iter().flat_map(|results| results.results).collect())
    }

    /// The point in the history of a database that is now: what [`Cloudflare::d1_restore`] goes
    /// back to.
    pub async fn d1_bookmark(
        &self,
        account: &str,
        database: &str,
    ) -> Result<String, CloudflareError> {
        let call = Call::get(time_travel(account, database, "bookmark"));
        self.read::<Bookmark>(call).await.map(|found| found.bookmark)
    }

    /// Puts a database back to a bookmark, and gives the bookmark of what it was before, where
    /// Cloudflare tells. All that was written in between is gone from the database.
    pub async fn d1_restore(
        &self,
        account: &str,
        database: &str,
        bookmark: &str,
    ) -> Result<Option<String>, CloudflareError> {
        let call = Call::new(Method::POST, time_travel(account, database, "restore"));
        let call = call.query(&format!("bookmark={}", segment(bookmark)));
        self.write::<Restored>(call).await.map(|restored| restored.previous_bookmark)
    }
}

fn time_travel(account: &str, database: &str, what: &str) -> String {
    let (account, database) = (segment(account), segment(database));
    format!("/accounts/{account}/d1/database/{database}/time_travel/{what}")
}
