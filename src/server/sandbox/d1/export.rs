//! A database as SQL text, in the form of `wrangler d1 export`.

use std::fmt::Write as _;

use rusqlite::Connection;
use rusqlite::types::ValueRef;

use super::{Database, Error};

/// What of a database is exported.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Leave out the definitions.
    pub no_schema: bool,
    /// Leave out the rows.
    pub no_data: bool,
    /// Only these tables; all if empty.
    pub tables: Vec<String>,
}

impl Wanted {
    fn has(&self, table: &str) -> bool {
        self.tables.is_empty() || self.tables.iter().any(|wanted| wanted == table)
    }
}

impl Database {
    /// The statements that make this database anew.
    ///
    /// # Errors
    ///
    /// The database has a virtual table, which D1 cannot export, or it cannot be read.
    pub fn export(&self, wanted: &Wanted) -> Result<String, Error> {
        let mut text = String::from("PRAGMA defer_foreign_keys=TRUE;\n");
        for (name, sql) in self.schema("type = 'table' ORDER BY name = 'sqlite_sequence', rowid")? {
            if !wanted.has(&name) || name.starts_with("_cf_") {
                continue;
            }
            if sql.to_ascii_uppercase().starts_with("CREATE VIRTUAL TABLE") {
                let why = "D1 Export error: cannot export databases with Virtual Tables (fts5)";
                return Err(Error::new(why));
            }
            match name.as_str() {
                _ if wanted.no_schema => {}
                "sqlite_sequence" => text.push_str("DELETE FROM sqlite_sequence;\n"),
                _ if name.starts_with("sqlite_") => continue,
                _ => writeln!(text, "{sql};").map_err(|error| Error::new(error.to_string()))?,
            }
            if !wanted.no_data {
                self.as_trusted(|connection| rows(connection, &name, &mut text))?;
            }
        }
        if !wanted.no_schema {
            let rest = self.schema("type IN ('index', 'trigger', 'view') ORDER BY type, rowid")?;
            for (_, sql) in rest.iter().filter(|(name, _)| wanted.has(name)) {
                text.push_str(sql);
                text.push_str(";\n");
            }
        }
        Ok(text)
    }

    fn schema(&self, which: &str) -> Result<Vec<(String, String)>, Error> {
        let query = format!("SELECT name, sql FROM sqlite_schema WHERE sql NOT NULL AND {which}");
        Ok(self.as_trusted(|connection| {
            connection.prepare(&query)?.query_map((), |row| row.try_into())?.collect()
        })?)
    }
}

/// An `INSERT` for every row.
fn rows(connection: &Connection, table: &str, text: &mut String) -> rusqlite::Result<()> {
    let columns: Vec<String> = connection
        .prepare("SELECT name FROM pragma_table_info(?1)")?
        .query_map([table], |row| row.get::<_, String>(0).map(|name| quoted(&name, '"')))?
        .collect::<rusqlite::Result<_>>()?;
    let table = quoted(table, '"');
    let names = columns.join(",");
    let mut statement = connection.prepare(&format!("SELECT {names} FROM {table}"))?;
    let mut found = statement.query(())?;
    while let Some(row) = found.next()? {
        let values = (0..columns.len()).map(|at| row.get_ref(at).map(literal));
        let values = values.collect::<rusqlite::Result<Vec<_>>>()?.join(",");
        text.push_str(&format!("INSERT INTO {table} ({names}) VALUES({values});\n"));
    }
    Ok(())
}

fn quoted(text: &str, quote: char) -> String {
    let doubled = text.replace(quote, &format!("{quote}{quote}"));
    format!("{quote}{doubled}{quote}")
}

/// A value as SQL.
fn literal(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "NULL".to_owned(),
        ValueRef::Integer(integer) => integer.to_string(),
        ValueRef::Real(real) if real.is_infinite() => {
            if real > 0.0 { "9e999" } else { "-9e999" }.to_owned()
        }
        ValueRef::Real(real) => format!("{real:?}"),
        ValueRef::Text(text) => quoted(&String::from_utf8_lossy(text), '\''),
        ValueRef::Blob(bytes) => {
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("X'{hex}'")
        }
    }
}
