//! What the two are asked, in this order, in one database each.

mod errors;
mod rows;
mod schema;
mod texts;
mod values;

use clodo::server::sandbox::d1::{Error, Statement};

use serde_json::{Value, json};

/// A batch, or a text that is split into one.
pub(super) struct Query {
    /// `None`: Wrangler splits it for workerd, and we for us.
    batch: Option<Vec<(String, Vec<Value>)>>,
    text: String,
    pub(super) raw: bool,
}

impl Query {
    /// What `d1.mjs` reads.
    pub(super) fn request(&self) -> Value {
        let Some(batch) = &self.batch else { return json!({ "sql": self.text }) };
        let query = |(sql, params): &(String, Vec<Value>)| json!({ "sql": sql, "params": params });
        json!({ "queries": batch.iter().map(query).collect::<Vec<_>>(), "raw": self.raw })
    }

    pub(super) fn sql(&self) -> &str {
        self.batch.as_ref().and_then(|batch| batch.first()).map_or(&self.text, |(sql, _)| sql)
    }

    pub(super) fn statements(&self) -> Result<Vec<Statement>, Error> {
        let Some(batch) = &self.batch else { return Statement::split(&self.text, Vec::new()) };
        let statement = |(sql, params): &(String, Vec<Value>)| Statement {
            sql: sql.clone(),
            params: params.clone(),
        };
        Ok(batch.iter().map(statement).collect())
    }
}

fn with(sql: impl Into<String>, params: Vec<Value>) -> Query {
    batch([(sql.into(), params)])
}

fn one(sql: impl Into<String>) -> Query {
    with(sql, Vec::new())
}

fn raw(sql: &str) -> Query {
    Query { raw: true, ..one(sql) }
}

fn text(sql: &str) -> Query {
    Query { batch: None, text: sql.to_owned(), raw: false }
}

fn batch(queries: impl IntoIterator<Item = (String, Vec<Value>)>) -> Query {
    Query { batch: Some(queries.into_iter().collect()), text: String::new(), raw: false }
}

fn batch_of(sqls: &[&str]) -> Query {
    batch(sqls.iter().map(|sql| ((*sql).to_owned(), Vec::new())))
}

pub(super) fn all() -> Vec<Query> {
    [
        values::expressions(),
        values::functions(),
        values::parameters(),
        values::affinities(),
        rows::tables(),
        rows::writes(),
        rows::reads(),
        rows::constraints(),
        schema::triggers(),
        schema::full_text(),
        texts::batches(),
        texts::splitting(),
        texts::limits(),
        texts::pragmas(),
        errors::refused(),
        errors::mistakes(),
        schema::alterations(),
        schema::columns(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
