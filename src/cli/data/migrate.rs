//! `clodo data migrate`

use clap::Args;

use super::{Patience, Place, chosen};
use crate::core::data::Database;
use crate::core::report::data::status;
use crate::exit::Exit;
use crate::flow::data::{Desk, migrate};

/// Apply the migrations that have not run, after a bookmark
#[derive(Debug, Args)]
pub(super) struct Migrate {
    /// A database: its name, binding or id [default: all of the environment]
    #[arg(value_name = "DATABASE")]
    database: Option<String>,

    /// The environment; "" is the top level
    #[arg(short, long = "env", value_name = "NAME")]
    environment: Option<String>,

    #[command(flatten)]
    patience: Patience,

    /// Do not ask
    #[arg(long)]
    yes: bool,
}

impl Migrate {
    pub(super) fn run(self, place: Place<'_>) -> anyhow::Result<Exit> {
        let (site, client) = place.look(self.environment)?;
        let databases = chosen(place, &site, self.database.as_deref())?;
        let is_pending = |database: &&Database| {
            database.migrations.as_ref().is_some_and(|migrations| !migrations.pending.is_empty())
        };
        let pending: Vec<Database> = databases.into_iter().filter(is_pending).cloned().collect();
        if pending.is_empty() {
            place.console.out("There is nothing to apply.\n")?;
            return Ok(Exit::Ok);
        }
        place.console.summary(&status(&pending, &[]));
        if !self.yes && !place.console.confirm("Apply them?")? {
            place.console.note("nothing was applied");
            return Ok(Exit::Ok);
        }
        // In one piece: who is interrupted at one database does not begin with the next.
        let work = async |desk: Desk<'_>| {
            for database in &pending {
                if let Some(migrated) = migrate(desk, &site.environment, database).await? {
                    let (name, done) = (&database.name, migrated.done.join(", "));
                    place.console.outcome(&format!("{name}: {done}\n"));
                    place.console.summary(&format!("back: {}", migrated.back));
                }
            }
            Ok(())
        };
        place.work(&client, &self.patience, work)?;
        Ok(Exit::Ok)
    }
}
