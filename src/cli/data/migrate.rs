//! `clodo data migrate`

use clap::Args;

use super::{Place, chosen};
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
        for database in &pending {
            let work = async |desk: Desk<'_>| migrate(desk, &site.environment, database).await;
            if let Some(migrated) = place.work(&client, work)? {
                let (name, done) = (&database.name, migrated.done.join(", "));
                place.console.outcome(&format!("{name}: {done}\n"));
                let back = format!("back: clodo data restore {name} --to {}", migrated.bookmark);
                place.console.summary(&back);
            }
        }
        Ok(Exit::Ok)
    }
}
