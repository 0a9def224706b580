//! What D1 says about a statement beside its rows.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rusqlite::hooks::Action;
use rusqlite::{Connection, Result, StatementStatus};
use serde::Serialize;

use super::Database;

/// `meta` of an answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Meta {
    /// Who answered.
    pub served_by: &'static str,
    /// Always: there are no replicas.
    pub served_by_primary: bool,
    /// How long the statement took.
    pub timings: Timings,
    /// The same, in milliseconds.
    pub duration: f64,
    /// Rows inserted, updated and deleted, those of triggers and of full text search included.
    pub changes: u64,
    /// The rowid of the last insert, of whichever statement.
    pub last_row_id: i64,
    /// Whether anything changed.
    pub changed_db: bool,
    /// Bytes of the database afterwards.
    pub size_after: u64,
    /// An estimate: rows that a scan stepped over, or rows answered if those are more. D1 counts every
    /// row that is looked at.
    pub rows_read: u64,
    /// An estimate: rows written. D1 counts the entries of indexes, too.
    pub rows_written: u64,
}

/// How long a statement took.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Timings {
    /// In milliseconds.
    pub sql_duration_ms: f64,
}

/// Counts the rows that are written.
#[derive(Clone, Debug, Default)]
pub(super) struct RowsWritten(Arc<AtomicU64>);

impl RowsWritten {
    pub(super) fn count(connection: &mut Connection) -> Result<Self> {
        let written = Self::default();
        let counter = Arc::clone(&written.0);
        connection.update_hook(Some(move |_: Action, _: &str, _: &str, _: i64| {
            counter.fetch_add(1, Ordering::Relaxed);
        }))?;
        Ok(written)
    }

    fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// What is there before a statement.
pub(super) struct Before {
    changes: u64,
    last_row_id: i64,
    size: u64,
    written: u64,
}

impl Before {
    pub(super) fn look(database: &Database) -> Self {
        Self {
            changes: database.connection.total_changes(),
            last_row_id: database.connection.last_insert_rowid(),
            size: database.size(),
            written: database.rows_written.get(),
        }
    }

    /// What the statement did.
    pub(super) fn since(
        &self,
        database: &Database,
        took: Duration,
        statement: &rusqlite::Statement<'_>,
        rows: usize,
    ) -> Meta {
        let changes = database.connection.total_changes() - self.changes;
        let last_row_id = database.connection.last_insert_rowid();
        let size = database.size();
        let scanned =
            u64::try_from(statement.get_status(StatementStatus::FullscanStep)).unwrap_or(0);
        let milliseconds = took.as_secs_f64() * 1000.0;
        Meta {
            served_by: "clodo sandbox",
            served_by_primary: true,
            timings: Timings { sql_duration_ms: milliseconds },
            duration: milliseconds,
            changes,
            last_row_id,
            changed_db: changes != 0 || last_row_id != self.last_row_id || size != self.size,
            size_after: size,
            rows_read: scanned.max(rows as u64),
            rows_written: database.rows_written.get() - self.written,
        }
    }
}
