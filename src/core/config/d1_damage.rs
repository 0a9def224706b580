//! What a migration takes away from code that runs: dropped and renamed tables and columns, rows that
//! are deleted, columns that cannot be filled.

use std::ops::Range;

use crate::core::sql::{Statement, after, name, statements};

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
    let statements = statements(text);
    let damage = statements.iter().enumerate().filter_map(|(index, statement)| {
        let does = does(statement, &statements[index + 1..])?;
        Some(Damage { range: statement.range(), does })
    });
    damage.collect()
}

/// What a statement destroys, given what follows it.
fn does(statement: &Statement<'_>, later: &[Statement<'_>]) -> Option<String> {
    if let Some(rest) = statement.after(&["DROP", "TABLE"]) {
        let (table, _) = name(after(rest, &["IF", "EXISTS"]).unwrap_or(rest))?;
        return (!made_again(&table, later)).then(|| format!("drops the table {table}"));
    }
    if let Some(rest) = statement.after(&["DELETE", "FROM"]) {
        let (table, _) = name(rest)?;
        return (!statement.has("WHERE")).then(|| format!("deletes all rows of {table}"));
    }
    let (table, rest) = name(statement.after(&["ALTER", "TABLE"])?)?;
    if let Some(rest) = after(rest, &["DROP"]) {
        let (column, _) = name(after(rest, &["COLUMN"]).unwrap_or(rest))?;
        return Some(format!("drops the column {column} of {table}"));
    }
    if let Some(to) = after(rest, &["RENAME", "TO"]) {
        let (new, _) = name(to)?;
        // The end of a rebuilt table: the name that code knows stays.
        let rebuilt = table.contains("new") || table.contains("tmp") || table.contains("temp");
        return (!rebuilt).then(|| format!("renames the table {table} to {new}"));
    }
    if let Some(rest) = after(rest, &["RENAME"]) {
        let (column, _) = name(after(rest, &["COLUMN"]).unwrap_or(rest))?;
        return Some(format!("renames the column {column} of {table}"));
    }
    let rest = after(rest, &["ADD"])?;
    let (column, kind) = name(after(rest, &["COLUMN"]).unwrap_or(rest))?;
    let has =
        |words: [&str; 2]| kind.windows(2).any(|pair| pair[0].is(words[0]) && pair[1].is(words[1]));
    let filled = kind.iter().any(|token| token.is("DEFAULT") || token.is("GENERATED"));
    (has(["NOT", "NULL"]) && !filled)
        .then(|| format!("adds the column {column} to {table}, not null and without a default"))
}

/// Whether a later statement gives a table of this name.
fn made_again(table: &str, later: &[Statement<'_>]) -> bool {
    later.iter().any(|statement| {
        let created = statement
            .after(&["CREATE", "TABLE"])
            .and_then(|rest| name(after(rest, &["IF", "NOT", "EXISTS"]).unwrap_or(rest)));
        let renamed = statement
            .after(&["ALTER", "TABLE"])
            .and_then(|rest| name(after(name(rest)?.1, &["RENAME", "TO"])?));
        created.is_some_and(|(name, _)| name == table)
            || renamed.is_some_and(|(name, _)| name == table)
    })
}
