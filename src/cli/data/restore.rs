//! `clodo data restore`

use clap::Args;

use super::Place;
use crate::cli::recorded::time;
use crate::exit::Exit;
use crate::flow::data::{Desk, Point, restore};

/// Put a database back to a bookmark or a time
///
/// All that was written since is gone from it. The bookmark of before is printed and noted in the
/// journal: with it one comes back.
#[derive(Debug, Args)]
pub(super) struct Restore {
    /// The database: its name, binding or id [default: the only one]
    #[arg(value_name = "DATABASE")]
    database: Option<String>,

    /// The environment; "" is the top level
    #[arg(short, long = "env", value_name = "NAME")]
    environment: Option<String>,

    /// A bookmark, or a time: 2h, 2026-11-22T12:00:00Z
    #[arg(long, value_name = "POINT")]
    to: String,

    /// Do not ask, where there is no terminal
    #[arg(long)]
    yes: bool,
}

impl Restore {
    pub(super) fn run(self, place: Place<'_>) -> anyhow::Result<Exit> {
        let (site, client) = place.look(self.environment)?;
        let database = site.database(self.database.as_deref()).map_err(|e| place.error(&e))?;
        let point = point(&self.to);
        let name = &database.name;
        let what = format!("{name} goes back to {}: all that was written since is gone.", self.to);
        if !place.console.confirm_name(&what, name, self.yes)? {
            place.console.note("nothing was restored");
            return Ok(Exit::Ok);
        }
        let work = async |desk: Desk<'_>| restore(desk, &site.environment, database, &point).await;
        let before = place.work(&client, work)?;
        place.console.outcome(&format!("{name} is back at {}.\n", self.to));
        place.console.summary(&format!("back: clodo data restore {name} --to {before}"));
        Ok(Exit::Ok)
    }
}

/// A bookmark, or a time. Bookmarks are no times: they have letters and dashes of their own.
fn point(text: &str) -> Point {
    time(text).map_or_else(|_| Point::Bookmark(text.to_owned()), Point::Time)
}
