//! `clodo data copy`

use clap::Args;

use super::{Patience, Place};
use crate::core::config::clodo_yml::is_production;
use crate::core::report::data::comparison;
use crate::exit::Exit;
use crate::flow::data::{Desk, allow, copy, is_empty};
use crate::world::http::block_on;

/// Replace a database by a copy of that of another environment, and compare the two
///
/// Through `wrangler d1 export` and `d1 execute`. Afterwards every table is read on both sides, and
/// rows and digests are compared: ends with 1 where they differ.
#[derive(Debug, Args)]
pub(super) struct Copy {
    /// The database: its binding, where names differ between environments [default: the only one]
    #[arg(value_name = "DATABASE")]
    database: Option<String>,

    /// The environment to read; "" is the top level
    #[arg(long, value_name = "NAME")]
    from: String,

    /// The environment whose database is replaced
    #[arg(long, value_name = "NAME")]
    into: String,

    /// Let it be production that is replaced
    #[arg(long)]
    into_production: bool,

    #[command(flatten)]
    patience: Patience,

    /// Do not ask, where there is no terminal
    #[arg(long)]
    yes: bool,
}

impl Copy {
    pub(super) fn run(self, place: Place<'_>) -> anyhow::Result<Exit> {
        let (source, _) = place.look(Some(self.from))?;
        let (target, client) = place.look(Some(self.into))?;
        let wanted = self.database.as_deref();
        let from = source.database(wanted).map_err(|error| place.error(&error))?;
        let into = target.database(wanted).map_err(|error| place.error(&error))?;
        allow(from, (&target, into), self.into_production).map_err(|error| place.error(&error))?;
        let empty = block_on(is_empty(&client, into))?.map_err(|error| place.error(&error))?;
        let goes = format!("{} is replaced by a copy of {}", into.name, from.name);
        let agreed = match empty && !is_production(&target.environment) {
            true => self.yes || place.console.confirm(&format!("{goes}; it is empty. Go on?"))?,
            false => {
                let what = format!("{goes}: all that is in it is gone.");
                place.console.confirm_name(&what, &into.name, self.yes)?
            }
        };
        if !agreed {
            place.console.note("nothing was copied");
            return Ok(Exit::Ok);
        }
        let work = async |desk: Desk<'_>| copy(desk, from, (&target, into)).await;
        let copied = place.work(&client, &self.patience, work)?;
        place.console.outcome(&comparison(&copied.tables));
        place.console.summary(&format!("back: {}", copied.back));
        match copied.is_same() {
            true => Ok(Exit::Ok),
            false => {
                place
                    .console
                    .note("the two differ: somebody may have written to one of them meanwhile");
                Ok(Exit::Findings)
            }
        }
    }
}
