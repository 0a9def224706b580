//! `clodo data`

use std::path::Path;

use clap::{Args, Subcommand};

use super::checking::{project_error, today, working_folder};
use super::console::Console;
use super::looking::{cloudflare_error, live};
use super::recorded::{Shape, store, store_error, time};
use super::telling::malformed;
use super::{Global, Mistake};
use crate::core::config::clodo_yml::is_production;
use crate::core::data::Database;
use crate::core::model::account::Part;
use crate::core::report::data::{comparison, status, status_json};
use crate::exit::Exit;
use crate::flow::context::{actor, context};
use crate::flow::data::{
    DataError, Desk, Point, Site, allow, bookmarks, copy, is_empty, look, migrate, restore,
};
use crate::flow::project::Request;
use crate::flow::sight::Parts;
use crate::world::cloudflare::Cloudflare;
use crate::world::http::block_on;
use crate::world::wrangler::locate;

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

/// Show which migrations have run, and which have not
///
/// Asks with a SELECT of its own: `wrangler d1 migrations list --remote` writes.
#[derive(Debug, Args)]
struct Status {
    /// The environment; "" is the top level
    #[arg(short, long = "env", value_name = "NAME")]
    environment: Option<String>,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Shape,
}

/// Apply the migrations that have not run, after a bookmark
#[derive(Debug, Args)]
struct Migrate {
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

/// Print where the history of databases is now, to go back to it later
#[derive(Debug, Args)]
struct Bookmark {
    /// A database: its name, binding or id [default: all of the environment]
    #[arg(value_name = "DATABASE")]
    database: Option<String>,

    /// The environment; "" is the top level
    #[arg(short, long = "env", value_name = "NAME")]
    environment: Option<String>,
}

/// Put a database back to a bookmark or a time
///
/// All that was written since is gone from it. The bookmark of before is printed and noted in the
/// journal: with it one comes back.
#[derive(Debug, Args)]
struct Restore {
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

/// Replace a database by a copy of that of another environment, and compare the two
///
/// Through `wrangler d1 export` and `d1 execute`. Afterwards every table is read on both sides, and
/// rows and digests are compared: ends with 1 where they differ.
#[derive(Debug, Args)]
struct Copy {
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

    /// Do not ask, where there is no terminal
    #[arg(long)]
    yes: bool,
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
            root: self.root.to_owned(),
            config: self.global.config.clone(),
            environments: environment.into_iter().collect(),
            live: Some(live),
            today: today(),
            ..Request::default()
        };
        let site = look(&request).map_err(|error| self.error(&error))?;
        Ok((site, client))
    }

    /// Does something that is noted in the journal.
    fn work<T>(
        self,
        client: &Cloudflare,
        work: impl AsyncFnOnce(Desk<'_>) -> Result<T, DataError>,
    ) -> anyhow::Result<T> {
        let store = store(self.global, self.root, self.console)?;
        let variable = |name: &str| std::env::var(name).ok();
        let context = context(self.root).map_err(malformed)?;
        let actor = actor(&context, &variable);
        let run_url = context.run_url.as_ref().map(|url| url.value.as_str());
        let wrangler = |folder: &Path| locate(folder, &variable, &|text| self.console.note(text));
        let root = self.root;
        let desk =
            Desk { store: &store, client, actor: &actor, run_url, root, wrangler: &wrangler };
        block_on(work(desk))?.map_err(|error| self.error(&error))
    }

    fn error(self, error: &DataError) -> anyhow::Error {
        let exit = match error {
            DataError::Project(error) => return project_error(error, self.console),
            DataError::Store(error) => return store_error(error),
            DataError::Cloudflare(error) => return cloudflare_error(error),
            DataError::Turn(_) => Exit::Waiting,
            DataError::Failed { .. } => Exit::Findings,
            _ => Exit::Usage,
        };
        Mistake { message: error.to_string(), hint: Some(error.hint()), exit }.into()
    }
}

impl Status {
    fn run(self, place: Place<'_>) -> anyhow::Result<Exit> {
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

impl Migrate {
    fn run(self, place: Place<'_>) -> anyhow::Result<Exit> {
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
                place.console.out(&format!("{name}: {done}\n"))?;
                let back = format!("back: clodo data restore {name} --to {}", migrated.bookmark);
                place.console.summary(&back);
            }
        }
        Ok(Exit::Ok)
    }
}

impl Bookmark {
    fn run(self, place: Place<'_>) -> anyhow::Result<Exit> {
        let (site, client) = place.look(self.environment)?;
        let databases = chosen(place, &site, self.database.as_deref())?;
        let found = block_on(bookmarks(&client, &databases))?.map_err(|e| place.error(&e))?;
        for (database, bookmark) in databases.iter().zip(found) {
            place.console.out(&format!("{bookmark}  {}\n", database.name))?;
        }
        Ok(Exit::Ok)
    }
}

impl Restore {
    fn run(self, place: Place<'_>) -> anyhow::Result<Exit> {
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
        place.console.out(&format!("{name} is back at {}.\n", self.to))?;
        place.console.summary(&format!("back: clodo data restore {name} --to {before}"));
        Ok(Exit::Ok)
    }
}

/// A bookmark, or a time. Bookmarks are no times: they have letters and dashes of their own.
fn point(text: &str) -> Point {
    time(text).map_or_else(|_| Point::Bookmark(text.to_owned()), Point::Time)
}

impl Copy {
    fn run(self, place: Place<'_>) -> anyhow::Result<Exit> {
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
        let copied =
            place.work(&client, async |desk: Desk<'_>| copy(desk, from, (&target, into)).await)?;
        place.console.out(&comparison(&copied.tables))?;
        let name = &into.name;
        place.console.summary(&format!("back: clodo data restore {name} --to {}", copied.bookmark));
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
