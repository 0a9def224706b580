//! D1.

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::envelope::or_default;
use super::{Call, Cloudflare, CloudflareError};
use crate::core::model::account::D1Database;
use crate::world::http::{Method, segment};

/// How many databases we ask for at once.
const PER_PAGE: usize = 1000;

#[derive(Deserialize)]
struct Listed {
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

/// What one statement gave, as rows without names.
#[derive(Deserialize)]
struct Table {
    #[serde(default, deserialize_with = "or_default")]
    results: Rows,
}

#[derive(Default, Deserialize)]
struct Rows {
    #[serde(default, deserialize_with = "or_default")]
    rows: Vec<Vec<Value>>,
}

impl Cloudflare {
    /// The D1 databases of an account, without what is in them.
    pub async fn d1_databases(&self, account: &str) -> Result<Vec<D1Database>, CloudflareError> {
        let path = format!("/accounts/{}/d1/database", segment(account));
        let databases: Vec<Listed> = self.pages(Call::get(path), Some(PER_PAGE)).await?;
        let database = |Listed { uuid, name, jurisdiction }| D1Database {
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

    /// The point in the history of a database that was at a time. Cloudflare keeps 30 days of it, and
    /// 7 on a free plan (<https://developers.cloudflare.com/d1/reference/time-travel/>).
    pub async fn d1_bookmark_at(
        &self,
        account: &str,
        database: &str,
        at: Timestamp,
    ) -> Result<String, CloudflareError> {
        let call = Call::get(time_travel(account, database, "bookmark"));
        let call = call.query(&format!("timestamp={}", segment(&at.to_string())));
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

/// What can go wrong with D1.
pub type Error = CloudflareError;

/// The databases of an account, to find one by its name.
#[derive(Clone, Debug)]
pub struct Databases {
    /// The client.
    pub client: Cloudflare,
    /// The id of the account; `None`: the only one that the token sees.
    pub account: Option<String>,
}

impl Databases {
    /// The database with this name, if there is one.
    ///
    /// # Errors
    /// Where it is not known which account is meant, or the account cannot be asked.
    pub async fn named(&self, name: &str) -> Result<Option<Database>, Error> {
        let account = match &self.account {
            Some(account) => account.clone(),
            None => self.only_account().await?,
        };
        let databases = self.client.d1_databases(&account).await?;
        let found = databases.into_iter().find(|database| database.name == name);
        let client = self.client.clone();
        Ok(found.map(|database| Database { client, account, id: database.id }))
    }

    async fn only_account(&self) -> Result<String, Error> {
        match self.client.accounts().await?.as_slice() {
            [account] => Ok(account.id.clone()),
            seen => Err(Error::Account(format!("the token sees {} of them", seen.len()))),
        }
    }
}

/// A database to run statements in.
#[derive(Clone, Debug)]
pub struct Database {
    client: Cloudflare,
    account: String,
    id: String,
}

impl Database {
    /// Runs one statement, and gives the values of its rows. It is sent again when an answer is lost,
    /// so that it has to be one that does no harm the second time.
    ///
    /// Parameters are text: the published description of the API knows no others.
    ///
    /// # Errors
    /// [`CloudflareError::Refused`] with SQLite's words where the statement fails.
    pub async fn run(&self, sql: &str, params: &[&str]) -> Result<Vec<Vec<Value>>, Error> {
        let (account, database) = (segment(&self.account), segment(&self.id));
        let path = format!("/accounts/{account}/d1/database/{database}/raw");
        let call = Call::new(Method::POST, path).json(&json!({ "sql": sql, "params": params }));
        let tables: Vec<Table> = self.client.read(call.repeatable()).await?;
        Ok(tables.into_iter().flat_map(|table| table.results.rows).collect())
    }
}
