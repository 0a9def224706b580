//! `clodo rollback`

use std::io::IsTerminal as _;
use std::time::Duration;

use clap::Args;

use super::checking::working_folder;
use super::console::Console;
use super::deploy::duration;
use super::looking::live;
use super::planning::plan_error;
use super::recorded::{Shape, reason, store, store_error};
use super::{Global, Mistake};
use crate::core::model::Actor;
use crate::core::model::deployment::State;
use crate::core::report::rollback::{ending, json, moves, route as described};
use crate::core::report::verify::check_line;
use crate::core::rollback::{Route, described as held};
use crate::exit::Exit;
use crate::flow::context::{actor, context};
use crate::flow::rollback::{News, RollbackError, Tools, Wishes, clear_holds, rollback};
use crate::flow::sight::{Live, Parts};
use crate::flow::turn::Wait;

/// Go back to the last version that was live and well
///
/// Takes back the last deployment of which something serves: each service goes back to its last
/// known good version, the last that was deployed first, with the routes, domains, crons and
/// settings of then. What stands in the way is named before anything is touched. Data stays: D1,
/// KV, R2 and Durable Objects never roll back by themselves. What was taken back is held, so that
/// the next pipeline does not bring it back. See docs/rollback.md.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    clodo rollback -e production\n  \
    clodo rollback -e production --service api --to 7d1e02c4-…\n  \
    clodo rollback -e production --emergency --reason 'checkout answers 500'\n  \
    clodo rollback -e production --clear-hold --reason 'fixed by a setting'")]
pub(super) struct Rollback {
    /// The environment; "" is the top level
    #[arg(short, long = "env", value_name = "NAME")]
    environment: Option<String>,

    /// To this deployment of clodo's (d-…), or this version of one service
    #[arg(long, value_name = "ID")]
    to: Option<String>,

    /// Only this service; may be repeated
    #[arg(long = "service", value_name = "NAME")]
    services: Vec<String>,

    /// Go back although secrets were changed since
    #[arg(long)]
    force: bool,

    /// Put D1 databases back to their bookmarks too: what was written since is lost
    #[arg(long)]
    restore_d1: bool,

    /// Ask nothing, and look at nothing that may stand in the way; lock and record stay
    #[arg(long, requires = "reason")]
    emergency: bool,

    /// Why; stands in the record
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: Option<String>,

    /// How long to wait while a deployment runs: 90s, 10m
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "1m")]
    wait_for_lock: Duration,

    /// Let what was taken back be deployed again; rolls nothing back
    #[arg(long, requires = "reason", conflicts_with_all = ["to", "emergency", "force", "restore_d1"])]
    clear_hold: bool,

    /// Do not ask
    #[arg(short, long)]
    yes: bool,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Shape,
}

impl Rollback {
    pub(super) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Exit> {
        let root = working_folder(global.directory.as_deref())?;
        let Some(live) = live(Parts::All)? else {
            let hint = "set CLOUDFLARE_API_TOKEN".to_owned();
            return Err(Mistake::error(
                "there is no API token, and nothing goes back without",
                Some(hint),
            ));
        };
        let variable = |name: &str| std::env::var(name).ok();
        let context = context(&root).unwrap_or_default();
        let actor = actor(&context, &variable);
        if self.clear_hold {
            return self.clear(global, console, &live, &actor);
        }
        let request = crate::flow::project::Request {
            environments: self.environment.clone().into_iter().collect(),
            ..global.request(&root)
        };
        let wishes = Wishes {
            to: self.to,
            services: self.services,
            force: self.force,
            restore_d1: self.restore_d1,
            emergency: self.emergency,
            reason: self.reason,
            wait: self.wait_for_lock,
        };
        let asks = !self.yes && std::io::stdin().is_terminal();
        if wishes.restore_d1 && !self.yes && !asks {
            let hint = "add --yes where nobody can be asked".to_owned();
            let what = "--restore-d1 loses what was written since, and there is nobody to ask";
            return Err(Mistake::error(what, Some(hint)));
        }
        let tools = Tools {
            actor: &actor,
            context: &context,
            variable: &variable,
            tell: &|news| tell(console, news, wishes.restore_d1),
            agree: &|route| !asks || agrees(console, route, wishes.restore_d1),
        };
        let back = rollback(&request, &live, &wishes, tools);
        let back = back.map_err(|error| rollback_error(error, console))?;
        console.outcome(&match self.format {
            Shape::Text => ending(&back),
            Shape::Json => serde_json::to_string_pretty(&json(&back))? + "\n",
        });
        Ok(match back.state {
            State::Succeeded => Exit::Ok,
            _ => Exit::NeedsPerson,
        })
    }

    /// Lets what was taken back be deployed again.
    fn clear(
        &self,
        global: &Global,
        console: &Console,
        live: &Live,
        actor: &Actor,
    ) -> anyhow::Result<Exit> {
        let root = working_folder(global.directory.as_deref())?;
        let request = crate::flow::project::Request {
            environments: self.environment.clone().into_iter().collect(),
            ..global.request(&root)
        };
        let store = store(global, &root, console)?;
        let reason = self.reason.as_deref().unwrap_or_default();
        let cleared = clear_holds(&request, live, &store, actor, &self.services, reason);
        let cleared = cleared.map_err(|error| rollback_error(error, console))?;
        for hold in &cleared {
            console.summary(&format!("cleared: {}", held(hold)));
        }
        if cleared.is_empty() {
            console.summary("nothing is held here");
        }
        Ok(Exit::Ok)
    }
}

fn agrees(console: &Console, route: &Route, restore_d1: bool) -> bool {
    let lost = match restore_d1 && !route.bookmarks().is_empty() {
        true => " D1 databases lose what was written since.",
        false => "",
    };
    console.confirm(&format!("Go back?{lost}")).unwrap_or(false)
}

fn rollback_error(error: RollbackError, console: &Console) -> anyhow::Error {
    match error {
        RollbackError::Plan(error) => plan_error(&error, console),
        RollbackError::Store(error) => store_error(&error),
        error => {
            let (message, hint) = (error.to_string(), Some(error.hint()));
            Mistake { message, hint, exit: error.exit() }.into()
        }
    }
}

/// Says how it goes on, line by line.
fn tell(console: &Console, news: News<'_>, restore_d1: bool) {
    match news {
        News::Route(route) => console.summary(&described(route, restore_d1)),
        News::Waiting(Wait::For(_)) => console.summary("waiting for the lock"),
        News::Waiting(Wait::Quiet(time)) => {
            let seconds = time.as_secs();
            console.summary(&format!("waiting {seconds} s: a request may still be under way"));
        }
        News::Locked(key, token) => console.detail(&format!("lock {key} (token {token})")),
        News::Changed => console.summary("what serves changed meanwhile, so that this is done:\n"),
        News::Resumed(id) => console.summary(&format!("going on with {id}, which was left")),
        News::Traffic { service, from, shares, after } => {
            let took = after.as_secs_f64();
            console.summary(&format!("  {service}  {}  {took:.1} s", moves(from, shares)));
        }
        News::Part(service, part) => console.summary(&format!("  {service}  {part}")),
        News::Failed(service, why) => console.summary(&format!("  {service}  failed: {why}")),
        News::Database(database, bookmark) => {
            console.summary(&format!("  database {database} is back at {bookmark}"));
        }
        News::Checked(check) => console.summary(&check_line(check, 0)),
        News::Missed(missed) if missed.minor => console.detail(&missed.to_string()),
        News::Missed(missed) => console.note(&missed.to_string()),
    }
}
