//! How an error of D1 reads.

use rusqlite::ffi;

use super::super::envelope::ApiError;

/// An error in D1's words, such as `UNIQUE constraint failed: t.id: SQLITE_CONSTRAINT (extended:
/// SQLITE_CONSTRAINT_PRIMARYKEY)`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Error(String);

impl Error {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Observed in Miniflare for SQL without a statement.
    pub(super) fn no_statement() -> Self {
        Self::new("No SQL statements detected.")
    }

    /// Observed in workerd for `BEGIN` and its like.
    pub(super) fn no_transactions() -> Self {
        Self::new(
            "To execute a transaction, please use the state.storage.transaction() or \
            state.storage.transactionSync() APIs instead of the SQL BEGIN TRANSACTION or SAVEPOINT \
            statements. The JavaScript API is safer because it will automatically roll back on \
            exceptions, and because it interacts correctly with Durable Objects' automatic atomic \
            write coalescing.",
        )
    }

    /// Observed in workerd for a lone semicolon, and for a comment in `/*`.
    pub(super) fn not_a_statement() -> Self {
        Self::new("SQL code did not contain a statement.")
    }

    /// Observed in workerd.
    pub(super) fn only_the_last_has_parameters() -> Self {
        Self::new(
            "When executing multiple SQL statements in a single call, only the last statement can \
            have parameters.",
        )
    }

    /// What SQLite says for what an authorizer refuses.
    pub(super) fn not_authorized() -> Self {
        Self::new("not authorized: SQLITE_AUTH")
    }

    /// Observed in workerd.
    pub(super) fn wrong_number_of_parameters() -> Self {
        Self::new("Wrong number of parameter bindings for SQL query.")
    }

    /// What SQLite said, with the code's name as workerd writes it.
    fn from_sqlite(error: ffi::Error, message: &str, offset: Option<i32>) -> Self {
        let code = error.extended_code & 0xff;
        let mut text = message.to_owned();
        if let Some(offset) = offset {
            text.push_str(&format!(" at offset {offset}"));
        }
        text.push_str(&format!(": {}", name(code)));
        if error.extended_code != code {
            text.push_str(&format!(" (extended: {})", name(error.extended_code)));
        }
        Self(text)
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match error {
            rusqlite::Error::SqliteFailure(error, message) => {
                let message = message.unwrap_or_else(|| error.to_string());
                Self::from_sqlite(error, &message, None)
            }
            rusqlite::Error::SqlInputError { error, msg, offset, .. } => {
                Self::from_sqlite(error, &msg, Some(offset))
            }
            other => Self(other.to_string()),
        }
    }
}

impl From<ApiError> for Error {
    fn from(error: ApiError) -> Self {
        Self(error.message.into_owned())
    }
}

/// The name of a code in SQLite's list, <https://www.sqlite.org/rescode.html>.
fn name(code: i32) -> &'static str {
    match code {
        ffi::SQLITE_ERROR => "SQLITE_ERROR",
        ffi::SQLITE_INTERNAL => "SQLITE_INTERNAL",
        ffi::SQLITE_PERM => "SQLITE_PERM",
        ffi::SQLITE_ABORT => "SQLITE_ABORT",
        ffi::SQLITE_BUSY => "SQLITE_BUSY",
        ffi::SQLITE_LOCKED => "SQLITE_LOCKED",
        ffi::SQLITE_NOMEM => "SQLITE_NOMEM",
        ffi::SQLITE_READONLY => "SQLITE_READONLY",
        ffi::SQLITE_INTERRUPT => "SQLITE_INTERRUPT",
        ffi::SQLITE_IOERR => "SQLITE_IOERR",
        ffi::SQLITE_CORRUPT => "SQLITE_CORRUPT",
        ffi::SQLITE_NOTFOUND => "SQLITE_NOTFOUND",
        ffi::SQLITE_FULL => "SQLITE_FULL",
        ffi::SQLITE_CANTOPEN => "SQLITE_CANTOPEN",
        ffi::SQLITE_SCHEMA => "SQLITE_SCHEMA",
        ffi::SQLITE_TOOBIG => "SQLITE_TOOBIG",
        ffi::SQLITE_CONSTRAINT => "SQLITE_CONSTRAINT",
        ffi::SQLITE_MISMATCH => "SQLITE_MISMATCH",
        ffi::SQLITE_MISUSE => "SQLITE_MISUSE",
        ffi::SQLITE_AUTH => "SQLITE_AUTH",
        ffi::SQLITE_RANGE => "SQLITE_RANGE",
        ffi::SQLITE_NOTADB => "SQLITE_NOTADB",
        ffi::SQLITE_CONSTRAINT_CHECK => "SQLITE_CONSTRAINT_CHECK",
        ffi::SQLITE_CONSTRAINT_DATATYPE => "SQLITE_CONSTRAINT_DATATYPE",
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => "SQLITE_CONSTRAINT_FOREIGNKEY",
        ffi::SQLITE_CONSTRAINT_NOTNULL => "SQLITE_CONSTRAINT_NOTNULL",
        ffi::SQLITE_CONSTRAINT_PRIMARYKEY => "SQLITE_CONSTRAINT_PRIMARYKEY",
        ffi::SQLITE_CONSTRAINT_ROWID => "SQLITE_CONSTRAINT_ROWID",
        ffi::SQLITE_CONSTRAINT_TRIGGER => "SQLITE_CONSTRAINT_TRIGGER",
        ffi::SQLITE_CONSTRAINT_UNIQUE => "SQLITE_CONSTRAINT_UNIQUE",
        ffi::SQLITE_CONSTRAINT_VTAB => "SQLITE_CONSTRAINT_VTAB",
        ffi::SQLITE_CORRUPT_VTAB => "SQLITE_CORRUPT_VTAB",
        _ => "SQLITE_UNKNOWN_ERROR_CODE",
    }
}
