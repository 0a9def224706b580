//! D1 on SQLite: a database that refuses what D1 refuses.
//!
//! Plain SQLite is more generous than D1: it takes transactions, temporary tables, `PRAGMA
//! user_version`, a thousand parameters. Whoever tests against plain SQLite learns of it in
//! production. [`Database`] takes what workerd takes, which is the SQLite of D1, and answers in its
//! words:
//!
//! - [`authorizer`]: what a statement may touch;
//! - [`limits`]: how long, deep and wide it may be;
//! - [`value`]: how JSON becomes SQLite's values, and back;
//! - [`error`]: how an error reads;
//! - [`meta`]: what is said about a statement beside its rows;
//! - [`export`]: a database as SQL text;
//! - [`bookmark`]: states to go back to.
//!
//! A test puts the same queries to workerd's own D1 and compares: `tests/it/sandbox/d1.rs`.

mod authorizer;
mod bookmark;
mod error;
mod export;
mod limits;
mod math;
mod meta;
mod value;

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use rusqlite::Connection;
use rusqlite::config::DbConfig;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::core::sql;

use authorizer::Gate;
pub use bookmark::Bookmark;
pub use error::Error;
pub use export::Wanted;
pub use meta::Meta;

/// A statement with the values of its parameters, as JSON.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Statement {
    /// One statement of SQL.
    pub sql: String,
    /// As many values as the statement has parameters: numbers, texts, `null`, `true`, `false`, or
    /// an array of bytes for a blob.
    pub params: Vec<Value>,
}

impl Statement {
    /// Whether there is nothing but space and comments that begin with `--`.
    fn is_blank(&self) -> bool {
        self.sql.lines().map(str::trim).all(|line| line.is_empty() || line.starts_with("--"))
    }

    /// The statements of a text, where the last takes the parameters.
    ///
    /// # Errors
    ///
    /// The text has no statement.
    pub fn split(text: &str, params: Vec<Value>) -> Result<Vec<Self>, Error> {
        let mut statements: Vec<Self> = sql::statements(text)
            .iter()
            .map(|statement| Self { sql: text[statement.range()].to_owned(), params: Vec::new() })
            .collect();
        statements.last_mut().ok_or_else(Error::no_statement)?.params = params;
        Ok(statements)
    }
}

/// What a statement answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The names of the columns, as often as they occur.
    pub columns: Vec<String>,
    /// The rows, each with a value for every column.
    pub rows: Vec<Vec<Value>>,
    /// What happened.
    pub meta: Meta,
}

/// The form of an answer of `/raw`: columns with the same name stay apart.
#[derive(Debug, Serialize)]
pub struct Table<'a> {
    columns: &'a [String],
    rows: &'a [Vec<Value>],
}

impl Answer {
    /// The rows as objects, the form of `/query`. Of columns with the same name the last stays.
    pub fn objects(&self) -> Vec<Map<String, Value>> {
        let object = |row: &Vec<Value>| self.columns.iter().cloned().zip(row.clone()).collect();
        self.rows.iter().map(object).collect()
    }

    /// The rows as they are, the form of `/raw`.
    pub fn table(&self) -> Table<'_> {
        Table { columns: &self.columns, rows: &self.rows }
    }
}

/// A database.
#[derive(Debug)]
pub struct Database {
    connection: Connection,
    gate: Arc<Gate>,
    deadline: limits::Deadline,
    rows_written: meta::RowsWritten,
    bookmarks: bookmark::Bookmarks,
}

impl Database {
    /// A database that ends with this value.
    ///
    /// # Errors
    ///
    /// SQLite cannot make it.
    pub fn in_memory() -> Result<Self, Error> {
        Self::over(Connection::open_in_memory()?)
    }

    /// The database in a file, which is made if it is not there.
    ///
    /// # Errors
    ///
    /// The file cannot be opened, or is none of SQLite's.
    pub fn open(path: &Path) -> Result<Self, Error> {
        Self::over(Connection::open(path)?)
    }

    fn over(mut connection: Connection) -> Result<Self, Error> {
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        limits::set(&connection)?;
        math::add(&connection)?;
        Ok(Self {
            gate: Gate::before(&mut connection)?,
            deadline: limits::Deadline::watch(&mut connection)?,
            rows_written: meta::RowsWritten::count(&mut connection)?,
            bookmarks: bookmark::Bookmarks::default(),
            connection,
        })
    }

    /// Runs statements as a batch: all of them, or none.
    ///
    /// What is blank is passed over, as Miniflare does.
    ///
    /// # Errors
    ///
    /// There is no statement, or one of them failed.
    pub fn run(&mut self, statements: &[Statement]) -> Result<Vec<Answer>, Error> {
        let mut statements = statements.iter().filter(|statement| !statement.is_blank()).peekable();
        if statements.peek().is_none() {
            return Err(Error::no_statement());
        }
        let before = self.progress();
        self.as_trusted(|connection| connection.execute_batch("BEGIN"))?;
        self.deadline.begin();
        let answers: Result<Vec<Answer>, Error> =
            statements.map(|statement| self.answer(statement)).collect();
        self.deadline.end();
        let answers = answers.and_then(|answers| {
            self.as_trusted(|connection| connection.execute_batch("COMMIT"))?;
            Ok(answers)
        });
        if answers.is_err() && !self.connection.is_autocommit() {
            self.as_trusted(|connection| connection.execute_batch("ROLLBACK"))?;
        } else if before != self.progress() {
            self.bookmarks.advance();
        }
        answers
    }

    fn answer(&self, statement: &Statement) -> Result<Answer, Error> {
        let before = meta::Before::look(self);
        let start = Instant::now();
        let parts = sql::statements(&statement.sql);
        let mut begins = parts.iter().map(|part| part.range().start).collect::<Vec<_>>();
        let last = begins.pop().ok_or_else(Error::not_a_statement)?;
        // Several statements in one: all are run, the last is the answer.
        for (part, begin) in parts.iter().zip(begins) {
            let mut prepared = self.prepare(&statement.sql[begin..part.range().end])?;
            if prepared.parameter_count() != 0 {
                return Err(Error::only_the_last_has_parameters());
            }
            let mut found = prepared.raw_query();
            while found.next()?.is_some() {}
        }
        // With the space and the comments before it, which SQLite counts when it says where an error is.
        let last = if parts.len() == 1 { 0 } else { last };
        let mut prepared = self.prepare(&statement.sql[last..])?;
        if prepared.parameter_count() != statement.params.len() {
            return Err(Error::wrong_number_of_parameters());
        }
        for (index, param) in statement.params.iter().enumerate() {
            prepared.raw_bind_parameter(index + 1, value::bound(param)?)?;
        }
        let columns: Vec<String> = prepared.column_names().map(String::from).collect();
        let mut rows = Vec::new();
        let mut found = prepared.raw_query();
        while let Some(row) = found.next()? {
            let values = (0..columns.len()).map(|at| row.get_ref(at).map(value::json));
            rows.push(values.collect::<Result<Vec<Value>, _>>()?);
        }
        drop(found);
        let meta = before.since(self, start.elapsed(), &prepared, rows.len());
        Ok(Answer { columns, rows, meta })
    }

    fn prepare(&self, text: &str) -> Result<rusqlite::Statement<'_>, Error> {
        if authorizer::renames_to_reserved(text) {
            return Err(Error::not_authorized());
        }
        self.connection.prepare(text).map_err(|error| self.gate.explain(error.into()))
    }

    /// What another number says has changed: how many rows were written, and how often the schema.
    fn progress(&self) -> (u64, u64) {
        let schema = self.count("SELECT schema_version FROM pragma_schema_version");
        (self.connection.total_changes(), schema)
    }

    /// Its size in bytes.
    pub fn size(&self) -> u64 {
        self.count("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
    }

    /// How many tables it has that are not SQLite's own.
    pub fn tables(&self) -> u64 {
        self.count(
            "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
        )
    }

    /// The one number that a query answers; 0 for a database that cannot be read.
    fn count(&self, query: &str) -> u64 {
        let number =
            self.as_trusted(|connection| connection.query_one(query, (), |row| row.get(0)));
        number.ok().and_then(|number: i64| u64::try_from(number).ok()).unwrap_or(0)
    }

    /// Does something that a statement from outside may not.
    fn as_trusted<T>(
        &self,
        act: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        self.gate.open();
        let done = act(&self.connection);
        self.gate.close();
        done
    }
}
