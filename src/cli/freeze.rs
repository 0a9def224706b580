//! `clodo freeze`

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{RoundMode, Timestamp, Unit, ZonedRound};

use super::checking::working_folder;
use super::console::Console;
use super::recorded::{Shape, existing, reason, store, store_error};
use super::telling::malformed;
use super::{Global, Mistake};
use crate::core::gate::{
    Calendar, Found, Freeze, Recurrence, Whence, beginning, ending, zone_named,
};
use crate::core::report::freezes::{json, text as table};
use crate::exit::Exit;
use crate::flow::context::{actor, context};
use crate::flow::gate::{Ground, ListError, Listed, end, kept, listed, open, set, strangers};
use crate::world::files::read_text;
use crate::world::http::{Http, block_on};
use crate::world::store::StoreError;

/// Say when nothing is deployed, and see when that is
///
/// A freeze holds for deployments and promotions, and not for rollbacks: see docs/freezes.md. Those of
/// clodo.yml and of calendars are listed too.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    clodo freeze add -e production --from 2026-12-20 --to 2027-01-02 --zone Europe/Berlin --reason \"the holidays\"\n  \
    clodo freeze add --reason \"the database is moved\"          from now on, until it is ended\n  \
    clodo freeze ls\n  \
    clodo freeze end 01JD4Z9T3M8V5QW2E7R6Y1XKBN --reason \"it is moved\"\n  \
    clodo freeze import holidays.ics --dry-run")]
pub(super) struct FreezeCommand {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Add(Add),
    Ls(Ls),
    End(End),
    Import(Import),
}

/// What a freeze is for.
#[derive(Debug, Args)]
struct Scope {
    /// Only this environment, as clodo.yml names it
    #[arg(short, long = "env", value_name = "NAME")]
    environments: Vec<String>,

    /// Only this service
    #[arg(long = "service", value_name = "NAME")]
    services: Vec<String>,
}

/// Set a freeze: it is written into the journal
#[derive(Debug, Args)]
struct Add {
    #[command(flatten)]
    scope: Scope,

    /// The first day, or the time at which it begins. Default: now
    #[arg(long, value_name = "TIME", value_parser = begins)]
    from: Option<DateTime>,

    /// The last day, or the time at which it ends. Default: when somebody ends it
    #[arg(long, value_name = "TIME", value_parser = ends)]
    to: Option<DateTime>,

    /// The time zone of both: Europe/Berlin
    #[arg(long, value_name = "ZONE", default_value = "UTC", value_parser = zone)]
    zone: TimeZone,

    /// How often it comes: once, daily, weekly, monthly or yearly
    #[arg(long, value_name = "OFTEN", default_value = "once", value_parser = recurrence)]
    repeat: Recurrence,

    /// Why: people who wait for its end read it
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: String,
}

/// List the freezes that hold now or will hold, and where each stands
#[derive(Debug, Args)]
struct Ls {
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Shape,
}

/// End a freeze of the journal
#[derive(Debug, Args)]
struct End {
    /// The freeze, as `clodo freeze ls` shows it, or how its id begins
    #[arg(value_name = "ID")]
    id: String,

    /// Why: it is written into the journal
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: String,
}

/// Set a freeze for every event of a calendar (iCalendar)
///
/// What is there already is not set again. A calendar that clodo.yml names need not be imported.
#[derive(Debug, Args)]
struct Import {
    /// The calendar
    #[arg(value_name = "FILE")]
    file: PathBuf,

    #[command(flatten)]
    scope: Scope,

    /// The time zone of days and times that say none. Default: what the calendar says, or else UTC
    #[arg(long, value_name = "ZONE", value_parser = zone)]
    zone: Option<TimeZone>,

    /// Show what would be set, and set nothing
    #[arg(long)]
    dry_run: bool,
}

const TIME: &str = "expected a day or a time such as 2026-12-20 or 2026-12-20T18:00";

fn begins(text: &str) -> Result<DateTime, String> {
    beginning(text).ok_or_else(|| TIME.to_owned())
}

fn ends(text: &str) -> Result<DateTime, String> {
    ending(text).ok_or_else(|| TIME.to_owned())
}

fn zone(text: &str) -> Result<TimeZone, String> {
    zone_named(text).ok_or_else(|| "expected a time zone such as Europe/Berlin or UTC".to_owned())
}

fn recurrence(text: &str) -> Result<Recurrence, String> {
    let words = Recurrence::ALL.map(|(_, word)| word).join(", ");
    Recurrence::of(text).ok_or_else(|| format!("expected one of {words}"))
}

impl FreezeCommand {
    pub(super) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Exit> {
        let root = working_folder(global.directory.as_deref())?;
        match self.action {
            Action::Add(add) => add.run(global, &root, console),
            Action::Ls(ls) => ls.run(global, &root, console),
            Action::End(end) => end.run(global, &root, console),
            Action::Import(import) => import.run(global, &root, console),
        }
    }
}

impl Add {
    fn run(self, global: &Global, root: &Path, console: &Console) -> anyhow::Result<Exit> {
        let Self { scope, from, to, zone, repeat, reason } = self;
        let now = Timestamp::now().to_zoned(zone.clone());
        // Rounded up it would begin after now.
        let down = ZonedRound::new().smallest(Unit::Second).mode(RoundMode::Trunc);
        let now = || Ok::<_, jiff::Error>(now.round(down)?.datetime());
        let freeze = Freeze {
            id: String::new(),
            reason,
            environments: scope.environments,
            services: scope.services,
            from: from.map_or_else(now, Ok)?,
            to,
            zone,
            recurrence: repeat,
        };
        if let Some(fault) = freeze.fault() {
            let hint = Some(fault.hint().to_owned());
            return Err(Mistake::error(format!("the freeze cannot be kept: {fault}"), hint));
        }
        note_strangers(global, root, console, &freeze.services);
        let ends = if freeze.to.is_some() { "To end it earlier" } else { "It holds until" };
        for id in write(global, root, console, &[freeze])? {
            console.outcome(&format!("{id}\n"));
            console.summary(&format!("{ends}: clodo freeze end {id} --reason TEXT"));
        }
        Ok(Exit::Ok)
    }
}

impl Ls {
    fn run(self, global: &Global, root: &Path, console: &Console) -> anyhow::Result<Exit> {
        let store = existing(global, root, console)?;
        let context = context(root).map_err(malformed)?;
        let (http, variable) = (Http::default(), |name: &str| std::env::var(name).ok());
        let request = &global.request(root);
        let ground = Ground { request, context: &context, http: &http, variable: &variable };
        let listed = block_on(listed(store.as_ref(), &ground))?;
        let Listed { found, untold } = listed.map_err(|error| list_error(&error))?;
        if let Some(error) = untold {
            let fix = error.hint();
            console.note(&format!("freeze periods of the forge are missing: {error}; fix: {fix}"));
        }
        console.out(&match self.format {
            Shape::Text => table(&found, Timestamp::now()),
            Shape::Json => serde_json::to_string_pretty(&json(&found, Timestamp::now()))? + "\n",
        })?;
        Ok(Exit::Ok)
    }
}

impl End {
    fn run(self, global: &Global, root: &Path, console: &Console) -> anyhow::Result<Exit> {
        let store = existing(global, root, console)?;
        let none = || no_freeze(&self.id);
        let store = store.ok_or_else(none)?;
        let context = context(root).map_err(malformed)?;
        let actor = actor(&context, &|name| std::env::var(name).ok());
        let ended = block_on(async {
            let wanted = self.id.to_ascii_uppercase();
            let ids = open(&store).await?.into_iter().map(|entry| entry.event.op);
            let ids: Vec<String> = ids.filter(|id| id.starts_with(&wanted)).collect();
            let [id] = ids.as_slice() else { return Ok(None) };
            end(&store, &actor, id, &self.reason).await?;
            Ok::<_, StoreError>(Some(id.clone()))
        });
        let id = ended?.map_err(|error| store_error(&error))?.ok_or_else(none)?;
        console.summary(&format!("Ended the freeze {id}."));
        Ok(Exit::Ok)
    }
}

impl Import {
    fn run(self, global: &Global, root: &Path, console: &Console) -> anyhow::Result<Exit> {
        let shown = self.file.display().to_string();
        let text = read_text(&root.join(&self.file)).map_err(|error| {
            Mistake::error(format!("{shown} cannot be read: {}", error.why()), None)
        })?;
        let now = Timestamp::now();
        let read = Calendar::read(&shown, &text, self.zone.as_ref());
        let freezes = read.and_then(|calendar| calendar.import(now)).map_err(|error| {
            let hint = "nothing was set; correct the calendar, and import it again";
            Mistake::error(format!("{shown}: {error}"), Some(hint.to_owned()))
        })?;
        let scoped = |freeze| Freeze {
            environments: self.scope.environments.clone(),
            services: self.scope.services.clone(),
            ..freeze
        };
        let mut freezes: Vec<Freeze> = freezes.into_iter().map(scoped).collect();
        let all = freezes.len();
        if let Some(store) = existing(global, root, console)? {
            let there = block_on(kept(&store))?;
            let there = there.map_err(|error| list_error(&ListError::from(error)))?;
            freezes.retain(|freeze| !there.iter().any(|one| one.report() == freeze.report()));
        }
        let known = all - freezes.len();
        // Until they are in the journal they have no ids.
        let numbered = freezes.iter().zip(1..).map(|(freeze, number): (_, usize)| Found {
            freeze: Freeze { id: number.to_string(), ..freeze.clone() },
            whence: Whence::Calendar,
        });
        let shown: Vec<Found> = numbered.collect();
        console.out(&table(&shown, now))?;
        if self.dry_run {
            console.summary(&format!("{} to set, {known} there already.", freezes.len()));
        } else {
            note_strangers(global, root, console, &self.scope.services);
            let ids = write(global, root, console, &freezes)?;
            console.summary(&format!("Set {}, {known} there already.", ids.len()));
        }
        Ok(Exit::Ok)
    }
}

/// Says which services there are not: a typo makes a freeze that never holds.
fn note_strangers(global: &Global, root: &Path, console: &Console, services: &[String]) {
    if services.is_empty() {
        return;
    }
    for name in strangers(&global.request(root), services) {
        console.note(&format!("no service of this project is called {name}"));
    }
}

/// Writes freezes into the journal, and gives their ids.
fn write(
    global: &Global,
    root: &Path,
    console: &Console,
    freezes: &[Freeze],
) -> anyhow::Result<Vec<String>> {
    if freezes.is_empty() {
        return Ok(Vec::new());
    }
    let store = store(global, root, console)?;
    let context = context(root).map_err(malformed)?;
    let actor = actor(&context, &|name| std::env::var(name).ok());
    block_on(set(&store, &actor, freezes))?.map_err(|error| store_error(&error))
}

fn list_error(error: &ListError) -> anyhow::Error {
    Mistake::error(error.to_string(), Some(error.hint()))
}

fn no_freeze(id: &str) -> anyhow::Error {
    let hint = "clodo freeze ls shows those of the journal; a freeze of clodo.yml or of a calendar \
                ends when it is taken out there";
    Mistake::error(format!("the journal has no freeze {id}, or more than one"), Some(hint.into()))
}
