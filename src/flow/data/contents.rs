//! What is in a database: its tables, how many rows they have, and a digest of them.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::core::canonical::sha256;
use crate::core::data::Table;
use crate::world::cloudflare::{Cloudflare, CloudflareError};

/// How many rows are read at once.
const PAGE: usize = 1000;

/// How many columns a table of D1 may have, and so may a result
/// (<https://developers.cloudflare.com/d1/platform/limits/>).
const COLUMNS: usize = 100;

/// Names by which the number of a row can be asked for; a column may have one of them.
const ROW_IDS: [&str; 3] = ["rowid", "_rowid_", "oid"];

/// What stands in `PRAGMA table_list`.
#[derive(Debug, Deserialize)]
pub(super) struct Listed {
    schema: String,
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    /// Whether it has no row ids: 0 or 1.
    wr: f64,
}

#[derive(Deserialize)]
struct Column {
    name: String,
    /// Its place in the primary key, from 1; 0 where it is not part of it.
    pk: f64,
}

/// A database to look into.
#[derive(Clone, Copy)]
pub(super) struct Inside<'a> {
    pub(super) client: &'a Cloudflare,
    pub(super) account: &'a str,
    pub(super) database: &'a str,
}

impl Inside<'_> {
    /// What was made in it: tables and views, without what SQLite and Cloudflare keep there.
    pub(super) async fn objects(self) -> Result<Vec<Listed>, CloudflareError> {
        let listed: Vec<Listed> = self.select("PRAGMA table_list").await?;
        let is_own = |one: &Listed| {
            one.schema == "main"
                && !one.name.starts_with("sqlite_")
                && !one.name.starts_with("_cf_")
                && one.kind != "shadow"
        };
        let mut listed: Vec<Listed> = listed.into_iter().filter(is_own).collect();
        listed.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(listed)
    }

    /// Its tables with their rows.
    pub(super) async fn tables(self) -> Result<Vec<Table>, CloudflareError> {
        let mut tables = Vec::new();
        for one in self.objects().await?.iter().filter(|one| one.kind == "table") {
            tables.push(self.table(one).await?);
        }
        Ok(tables)
    }

    async fn table(self, one: &Listed) -> Result<Table, CloudflareError> {
        let table = quoted(&one.name);
        let columns: Vec<Column> = self.select(&format!("PRAGMA table_info({table})")).await?;
        // Exact, whatever the type: as a literal of SQL.
        let values = columns.iter().map(|column| format!("quote({})", quoted(&column.name)));
        let values: Vec<String> = values.collect();
        // The number of the row needs a column of the result for itself.
        let values = values.chunks(values.len().div_ceil(COLUMNS - 1).max(1)).enumerate();
        let values = values.map(|(place, some)| format!("{} AS c{place}", some.join("||','||")));
        let values: Vec<String> = values.collect();
        let has = |id: &&&str| !columns.iter().any(|column| column.name.eq_ignore_ascii_case(id));
        let row_id = ROW_IDS.iter().find(has).filter(|_| one.wr == 0.0);
        let (mut rows, mut digest) = (0, String::new());
        let mut last: Option<String> = None;
        loop {
            let sql = match row_id {
                // From where the page before ended, so that no row is read twice.
                Some(id) => {
                    let after = last.as_ref().map(|last| format!(" WHERE {id} > {last}"));
                    format!(
                        "SELECT {}, quote({id}) AS n FROM {table}{} ORDER BY {id} LIMIT {PAGE}",
                        values.join(", "),
                        after.unwrap_or_default()
                    )
                }
                None => {
                    let order = order(&columns);
                    let values = values.join(", ");
                    format!(
                        "SELECT {values} FROM {table} ORDER BY {order} LIMIT {PAGE} OFFSET {rows}"
                    )
                }
            };
            let mut page: Vec<Map<String, Value>> = self.select(&sql).await?;
            for row in &mut page {
                // A copy numbers its rows anew, in the same order.
                let number = row.remove("n");
                last = number.and_then(|number| number.as_str().map(str::to_owned)).or(last);
            }
            rows += page.len();
            digest =
                sha256(format!("{digest}{}", Value::from_iter(page.iter().cloned())).as_bytes());
            if page.len() < PAGE {
                let rows = u64::try_from(rows).unwrap_or(u64::MAX);
                return Ok(Table { name: one.name.clone(), rows, digest });
            }
        }
    }

    async fn select<T: serde::de::DeserializeOwned>(
        self,
        sql: &str,
    ) -> Result<Vec<T>, CloudflareError> {
        self.client.d1_select(self.account, self.database, sql).await
    }
}

/// The columns of the primary key, in its order, and else all of them.
fn order(columns: &[Column]) -> String {
    let mut key: Vec<&Column> = columns.iter().filter(|column| column.pk > 0.0).collect();
    key.sort_by(|a, b| a.pk.total_cmp(&b.pk));
    let chosen = if key.is_empty() { columns.iter().collect() } else { key };
    let names: Vec<String> = chosen.iter().map(|column| quoted(&column.name)).collect();
    names.join(", ")
}

/// A name as SQL takes any.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
