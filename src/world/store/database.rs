//! What a database must be able to do: run one statement.

use async_trait::async_trait;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::StoreError;
use super::append::record;
use crate::core::model::journal::{Broken, Chain};

/// A database that speaks SQLite's SQL.
#[async_trait]
pub trait Database: Send + Sync {
    /// Runs one statement, whole or not at all, and gives its rows.
    ///
    /// Parameters are text, because the REST API of D1 takes nothing else. Columns with a type
    /// convert them; elsewhere the statement has to (`CAST(?1 AS INTEGER)`).
    ///
    /// Whether something was changed is told by the rows of `RETURNING`: the count that D1 gives is
    /// "a rough indication". A statement may run twice when an answer is lost, so that it has to be
    /// one that does no harm the second time.
    async fn run(&self, sql: &str, params: &[&str]) -> Result<Vec<Row>, StoreError>;

    /// Follows the journal on from an entry, until another or its end, and gives the chain as far as
    /// it came.
    async fn follow(
        &self,
        mut chain: Chain,
        until: u64,
    ) -> Result<Result<Chain, Broken>, StoreError> {
        while chain.length < until {
            let limit = (until - chain.length).min(PAGE).to_string();
            let sql = format!("{RECORDS} LIMIT CAST(?2 AS INTEGER)");
            let rows = self.run(&sql, &[&chain.length.to_string(), &limit]).await?;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                if let Err(broken) = chain.follow(&record(row)?) {
                    return Ok(Err(broken));
                }
            }
        }
        Ok(Ok(chain))
    }

    /// What people read: the path of the file, or `D1 database NAME`.
    fn place(&self) -> String;
}

/// Entries of the journal after one, as they are stored.
pub(super) const RECORDS: &str = "SELECT seq, body, prev, hash FROM journal \
    WHERE seq > CAST(?1 AS INTEGER) ORDER BY seq";

/// How many entries are read at once.
const PAGE: u64 = 10_000;

/// A row: its values, in the order of the columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Row(pub Vec<Value>);

impl Row {
    /// A text.
    pub fn text(&self, column: usize) -> Result<&str, StoreError> {
        self.get(column).as_str().ok_or_else(|| self.odd(column))
    }

    /// A text, where there is one.
    pub fn optional_text(&self, column: usize) -> Option<&str> {
        self.get(column).as_str()
    }

    /// A text, which the row then no longer has.
    pub fn take(&mut self, column: usize) -> Result<String, StoreError> {
        match self.0.get_mut(column).map(Value::take) {
            Some(Value::String(text)) => Ok(text),
            other => Err(StoreError::Unreadable(format!("column {column} of a row is {other:?}"))),
        }
    }

    /// A number that is not negative.
    pub fn number(&self, column: usize) -> Result<u64, StoreError> {
        self.get(column).as_u64().ok_or_else(|| self.odd(column))
    }

    /// What a text stands for: a JSON document.
    pub fn json<T: DeserializeOwned>(&self, column: usize) -> Result<T, StoreError> {
        serde_json::from_str(self.text(column)?)
            .map_err(|error| StoreError::Unreadable(format!("column {column} of a row: {error}")))
    }

    /// What a text stands for: a word, or a time.
    pub fn word<T: DeserializeOwned>(&self, column: usize) -> Result<T, StoreError> {
        serde_json::from_value(self.get(column).clone())
            .map_err(|error| StoreError::Unreadable(format!("column {column} of a row: {error}")))
    }

    fn get(&self, column: usize) -> &Value {
        self.0.get(column).unwrap_or(&Value::Null)
    }

    fn odd(&self, column: usize) -> StoreError {
        StoreError::Unreadable(format!("column {column} of a row is {}", self.get(column)))
    }
}
