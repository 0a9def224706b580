//! `clodo data`

mod copy;
mod migrate;
mod restore;
mod status;

use std::path::Path;
use std::time::Duration;

use clap::{Args, Subcommand};

use self::copy::Copy;
use self::migrate::Migrate;
use self::restore::Restore;
use self::status::{Bookmark, Status};
use super::checking::{project_error, working_folder};
use super::console::Console;
use super::deploy::duration;
use super::deploying::waiting;
use super::looking::live;
use super::recorded::store;
use super::telling::malformed;
use super::{Global, Mistake};
use crate::core::data::Database;
use crate::core::model::account::Part;
use crate::exit::Exit;
use crate::flow::context::{actor, context};
use crate::flow::data::{DataError, Desk, Site, look};
use crate::flow::project::Request;
use crate::flow::sight::Parts;
use crate::flow::turn::Wait;
use crate::world::cloudflare::Cloudflare;
use crate::world::http::block_on;
use crate::world::wrangler::{Interrupt, locate};

/// Look after D1 databases: migrations, the way back, copies between environments
///
/// A Time Travel bookmark is noted in the journal before anything is changed: see docs/data.md.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    clodo data status -e production\n  \
    clodo data migrate -e production\n  \
    clodo data restore orders -e production --to 2026-11-22T12:00:00Z\n  \
    clodo data copy orders --from production --into staging")]
pub(super) struct Data {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Status(Status),
    Migrate(Migrate),
    Bookmark(Bookmark),
    Restore(Restore),
    Copy(Copy),
}

impl Data {
    pub(super) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Exit> {
        let root = working_folder(global.directory.as_deref())?;
        let place = Place { global, root: &root, console };
        match self.command {
            Command::Status(command) => command.run(place),
            Command::Migrate(command) => command.run(place),
            Command::Bookmark(command) => command.run(place),
            Command::Restore(command) => command.run(place),
            Command::Copy(command) => command.run(place),
        }
    }
}

/// What to look at of the account.
const PARTS: Parts = Parts::Only(&[Part::D1Databases, Part::D1Migrations]);

/// Where a command runs.
#[derive(Clone, Copy)]
struct Place<'a> {
    global: &'a Global,
    root: &'a Path,
    console: &'a Console,
}

impl Place<'_> {
    /// The databases of an environment, and the client with which they were seen.
    fn look(self, environment: Option<String>) -> anyhow::Result<(Site, Cloudflare)> {
        let Some(live) = live(PARTS)? else { return Err(self.error(&DataError::NoToken)) };
        let client = live.client.clone();
        let request = Request {
            environments: environment.into_iter().collect(),
            live: Some(live),
            ..self.global.request(self.root)
        };
        let site = look(&request).map_err(|error| self.error(&error))?;
        Ok((site, client))
    }

    /// Does something that is noted in the journal.
    fn work<T>(
        self,
        client: &Cloudflare,
        patience: &Patience,
        work: impl AsyncFnOnce(Desk<'_>) -> Result<T, DataError>,
    ) -> anyhow::Result<T> {
        let store = store(self.global, self.root, self.console)?;
        let variable = |name: &str| std::env::var(name).ok();
        let context = context(self.root).map_err(malformed)?;
        let actor = actor(&context, &variable);
        let run_url = context.run_url.as_ref().map(|url| url.value.as_str());
        let wrangler = |folder: &Path| locate(folder, &variable, &|text| self.console.note(text));
        let root = self.root;
        let wait = patience.wait_for_lock.unwrap_or_default();
        let tell = |wait: Wait<'_>| self.console.summary(&waiting(&wait));
        let (store, actor, wrangler, tell) = (&store, &actor, &wrangler, &tell);
        let done = block_on(async {
            let interrupt = &Interrupt::listen()?;
            let desk =
                Desk { store, client, actor, run_url, root, wrangler, wait, tell, interrupt };
            work(desk).await
        });
        done?.map_err(|error| self.error(&error))
    }

    fn error(self, error: &DataError) -> anyhow::Error {
        if let DataError::Project(error) = error {
            return project_error(error, self.console);
        }
        Mistake { message: error.to_string(), hint: Some(error.hint()), exit: error.exit() }.into()
    }
}

/// How long to wait for others.
#[derive(Debug, Args)]
struct Patience {
    /// How long to wait while a deployment runs: 90s, 10m [default: do not wait, end with 4]
    #[arg(long, value_name = "TIME", value_parser = duration)]
    wait_for_lock: Option<Duration>,
}

/// The databases that were asked for: one, or all.
fn chosen<'a>(
    place: Place<'_>,
    site: &'a Site,
    wanted: Option<&str>,
) -> anyhow::Result<Vec<&'a Database>> {
    match wanted {
        None => Ok(site.databases.iter().collect()),
        wanted => Ok(vec![site.database(wanted).map_err(|error| place.error(&error))?]),
    }
}
