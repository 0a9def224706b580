//! How long, deep and wide a statement may be.
//!
//! As workerd sets them (`SqliteDatabase::setupSecurity`, src/workerd/util/sqlite.c++). Some stand
//! on D1's page of limits, too: <https://developers.cloudflare.com/d1/platform/limits/>. What D1
//! limits besides (the size of a database, queries per invocation) is not limited here.

use std::ffi::c_int;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::limits::Limit;
use rusqlite::{Connection, Result};

/// Bytes of a text, a blob or a row, as D1 documents it. workerd lets four times as much through.
const LENGTH: i32 = 2_000_000;
/// Bytes of a statement.
const SQL_LENGTH: i32 = 100_000;
/// Columns of a table or of a result.
const COLUMNS: i32 = 100;
/// Depth of an expression.
const EXPRESSION_DEPTH: i32 = 100;
/// Terms that `UNION` and its like put together.
const COMPOUND_SELECT: i32 = 5;
/// Instructions of the program that a statement becomes.
const PROGRAM: i32 = 25_000;
/// Arguments of a function.
const FUNCTION_ARGUMENTS: i32 = 127;
/// Bytes of the pattern of `LIKE` and `GLOB`.
const LIKE_PATTERN: i32 = 50;
/// Parameters of a statement.
const PARAMETERS: i32 = 100;
/// How deep triggers may set off one another.
const TRIGGER_DEPTH: i32 = 10;

/// How long a batch may take.
const TIME: Duration = Duration::from_secs(30);
/// Instructions between two looks at the clock.
const BETWEEN_LOOKS: c_int = 100_000;

/// Breaks off what takes too long.
#[derive(Debug, Default)]
pub(super) struct Deadline(Arc<Mutex<Option<Instant>>>);

impl Deadline {
    pub(super) fn watch(connection: &mut Connection) -> Result<Self> {
        let deadline = Self::default();
        let at = Arc::clone(&deadline.0);
        let is_over = move || {
            let at = at.lock().unwrap_or_else(PoisonError::into_inner);
            at.is_some_and(|at| Instant::now() > at)
        };
        connection.progress_handler(BETWEEN_LOOKS, Some(is_over))?;
        Ok(deadline)
    }

    pub(super) fn begin(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + TIME);
    }

    pub(super) fn end(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

pub(super) fn set(connection: &Connection) -> Result<()> {
    for (limit, value) in [
        (Limit::SQLITE_LIMIT_LENGTH, LENGTH),
        (Limit::SQLITE_LIMIT_SQL_LENGTH, SQL_LENGTH),
        (Limit::SQLITE_LIMIT_COLUMN, COLUMNS),
        (Limit::SQLITE_LIMIT_EXPR_DEPTH, EXPRESSION_DEPTH),
        (Limit::SQLITE_LIMIT_COMPOUND_SELECT, COMPOUND_SELECT),
        (Limit::SQLITE_LIMIT_VDBE_OP, PROGRAM),
        (Limit::SQLITE_LIMIT_FUNCTION_ARG, FUNCTION_ARGUMENTS),
        (Limit::SQLITE_LIMIT_ATTACHED, 0),
        (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, LIKE_PATTERN),
        (Limit::SQLITE_LIMIT_VARIABLE_NUMBER, PARAMETERS),
        (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, TRIGGER_DEPTH),
        (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
    ] {
        connection.set_limit(limit, value)?;
    }
    Ok(())
}
