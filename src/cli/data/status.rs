//! `clodo data status` and `clodo data bookmark`

use clap::Args;

use super::{Place, chosen};
use crate::cli::recorded::Shape;
use crate::core::report::data::{status, status_json};
use crate::exit::Exit;
use crate::flow::data::{Site, bookmarks};
use crate::world::http::block_on;

/// Show which migrations have run, and which have not
///
/// Asks with a SELECT of its own: `wrangler d1 migrations list --remote` writes.
#[derive(Debug, Args)]
pub(super) struct Status {
    /// The environment; "" is the top level
    #[arg(short, long = "env", value_name = "NAME")]
    environment: Option<String>,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Shape,
}

/// Print where the history of databases is now, to go back to it later
#[derive(Debug, Args)]
pub(super) struct Bookmark {
    /// A database: its name, binding or id [default: all of the environment]
    #[arg(value_name = "DATABASE")]
    database: Option<String>,

    /// The environment; "" is the top level
    #[arg(short, long = "env", value_name = "NAME")]
    environment: Option<String>,
}

impl Status {
    pub(super) fn run(self, place: Place<'_>) -> anyhow::Result<Exit> {
        let (site, _) = place.look(self.environment)?;
        let Site { environment, databases, missing } = &site;
        place.console.out(&match self.format {
            Shape::Text => status(databases, missing),
            Shape::Json => {
                let json = status_json(environment, databases, missing);
                serde_json::to_string_pretty(&json)? + "\n"
            }
        })?;
        Ok(Exit::Ok)
    }
}

impl Bookmark {
    pub(super) fn run(self, place: Place<'_>) -> anyhow::Result<Exit> {
        let (site, client) = place.look(self.environment)?;
        let databases = chosen(place, &site, self.database.as_deref())?;
        let found = block_on(bookmarks(&client, &databases))?.map_err(|e| place.error(&e))?;
        for (database, bookmark) in databases.iter().zip(found) {
            place.console.out(&format!("{bookmark}  {}\n", database.name))?;
        }
        Ok(Exit::Ok)
    }
}
