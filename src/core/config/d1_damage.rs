//! What a migration takes away from code that runs: dropped and renamed tables and columns, rows that
//! are deleted, columns that cannot be filled.
//!
//! Where statements end is what Wrangler goes by ([`statements`]); what one of them does, SQLite's
//! own grammar says. What is no SQL takes nothing away: it fails.

use std::ops::Range;

use fallible_iterator::FallibleIterator as _;
use sqlite3_parser::ast::{AlterTableBody, Cmd, ColumnConstraint, ColumnDefinition, Name, Stmt};
use sqlite3_parser::lexer::sql::Parser;

use crate::core::sql::statements;

/// A statement that takes something away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The bytes of the statement.
    pub range: Range<usize>,
    /// What it does, as the end of a sentence that starts with the migration: `drops the table a`.
    pub does: String,
}

/// What the statements of a migration take away, in their order. A table that is dropped and made
/// again in the same migration, as tools do to change it, does not count.
pub fn damage(text: &str) -> Vec<Damage> {
    let statements: Vec<(Range<usize>, Option<Stmt>)> = statements(text)
        .iter()
        .map(|statement| (statement.range(), parse(&text[statement.range()])))
        .collect();
    let damage = statements.iter().enumerate().filter_map(|(index, (range, statement))| {
        let later = statements[index + 1..].iter().filter_map(|(_, later)| later.as_ref());
        let does = does(statement.as_ref()?, later)?;
        Some(Damage { range: range.clone(), does })
    });
    damage.collect()
}

/// The longest statement that is read, in bytes. A tree of a longer one could be so deep that no
/// thread has the stack to walk it; statements that change tables are short.
const LONGEST: usize = 8 * 1024;

/// The statement of a text without its semicolon; `None` where it is none, and where it explains.
fn parse(text: &str) -> Option<Stmt> {
    if text.len() > LONGEST {
        return None;
    }
    let text = format!("{text};");
    match Parser::new(text.as_bytes()).next() {
        Ok(Some(Cmd::Stmt(statement))) => Some(statement),
        _ => None,
    }
}

/// What a statement destroys, given what follows it.
fn does<'s>(statement: &Stmt, mut later: impl Iterator<Item = &'s Stmt>) -> Option<String> {
    match statement {
        Stmt::DropTable { tbl_name, .. } => {
            let table = plain(&tbl_name.name);
            let again = later.any(|statement| made(statement).is_some_and(|made| made == table));
            (!again).then(|| format!("drops the table {table}"))
        }
        Stmt::Delete { tbl_name, where_clause: None, limit: None, .. } => {
            Some(format!("deletes all rows of {}", plain(&tbl_name.name)))
        }
        Stmt::AlterTable(table, body) => alters(&plain(&table.name), body),
        _ => None,
    }
}

fn alters(table: &str, body: &AlterTableBody) -> Option<String> {
    match body {
        AlterTableBody::DropColumn(column) => {
            Some(format!("drops the column {} of {table}", plain(column)))
        }
        AlterTableBody::RenameTo(new) => {
            // The end of a rebuilt table: the name that code knows stays.
            let rebuilt = ["new", "tmp", "temp"].iter().any(|word| table.contains(word));
            (!rebuilt).then(|| format!("renames the table {table} to {}", plain(new)))
        }
        AlterTableBody::RenameColumn { old, .. } => {
            Some(format!("renames the column {} of {table}", plain(old)))
        }
        AlterTableBody::AddColumn(column) => cannot_be_filled(column).then(|| {
            let column = plain(&column.col_name);
            format!("adds the column {column} to {table}, not null and without a default")
        }),
    }
}

/// Whether rows that do not know the column cannot be written.
fn cannot_be_filled(column: &ColumnDefinition) -> bool {
    let is = |test: fn(&ColumnConstraint) -> bool| {
        column.constraints.iter().any(|named| test(&named.constraint))
    };
    is(|one| matches!(one, ColumnConstraint::NotNull { nullable: false, .. }))
        && !is(|one| {
            matches!(one, ColumnConstraint::Default(_) | ColumnConstraint::Generated { .. })
        })
}

/// The table that is there, under this name, after a statement.
fn made(statement: &Stmt) -> Option<String> {
    match statement {
        Stmt::CreateTable { tbl_name, .. } => Some(plain(&tbl_name.name)),
        Stmt::AlterTable(_, AlterTableBody::RenameTo(new)) => Some(plain(new)),
        _ => None,
    }
}

/// A name without its quotes and in small letters: SQLite does not tell capitals apart.
fn plain(name: &Name) -> String {
    let text = &*name.0;
    let quoted = ["\"\"", "``", "[]", "''"]
        .iter()
        .any(|pair| text.len() > 1 && text.starts_with(&pair[..1]) && text.ends_with(&pair[1..]));
    let inner = if quoted { &text[1..text.len() - 1] } else { text };
    inner.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_migration_may_take_something_away() {
        for (text, expected) in [
            ("DROP TABLE IF EXISTS main.\"Users\"", "drops the table users"),
            ("DROP TABLE a; CREATE TABLE [A] (b)", ""),
            ("DROP TABLE a; ALTER TABLE a_new RENAME TO a", ""),
            ("DELETE FROM a", "deletes all rows of a"),
            ("DELETE FROM a WHERE b IN (SELECT 'x; DELETE FROM c')", ""),
            ("/* ; */ ALTER TABLE a DROP COLUMN b -- DROP TABLE c", "drops the column b of a"),
            ("ALTER TABLE a RENAME TO b", "renames the table a to b"),
            ("ALTER TABLE a RENAME b TO c", "renames the column b of a"),
            (
                "ALTER TABLE a ADD b TEXT NOT NULL",
                "adds the column b to a, not null and without a default",
            ),
            ("ALTER TABLE a ADD b TEXT NOT NULL DEFAULT ''", ""),
            ("INSERT INTO a VALUES ('DROP TABLE a')", ""),
            (
                "CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; END; DROP TABLE c",
                "drops the table c",
            ),
            ("DROP TABLE", ""),
            ("EXPLAIN DROP TABLE a", ""),
        ] {
            let found: Vec<String> = damage(text).into_iter().map(|damage| damage.does).collect();
            assert_eq!(found.join("; "), expected, "{text}");
        }
    }
}
