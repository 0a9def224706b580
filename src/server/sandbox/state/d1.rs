//! D1: the databases there are. What is in them is SQLite's.

use serde::{Deserialize, Serialize};

/// The databases of the account.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct D1 {
    /// In the order they were made.
    pub databases: Vec<D1Database>,
}

impl D1 {
    /// A database by its id or its name.
    pub fn database(&self, id_or_name: &str) -> Option<&D1Database> {
        self.databases
            .iter()
            .find(|database| database.uuid == id_or_name || database.name == id_or_name)
    }
}

/// A database.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct D1Database {
    /// Its id.
    pub uuid: String,
    /// Its name; no two have the same.
    pub name: String,
    /// When it was made.
    pub created_at: String,
    /// `eu`, `fedramp` or `us`, if it must stay there.
    pub jurisdiction: Option<String>,
    /// `auto` or `disabled`.
    pub read_replication: Option<String>,
}
