//! `clodo plan`

use std::path::PathBuf;

use clap::Args;

use super::checking::{save, text_options, working_folder};
use super::console::Console;
use super::looking::Looking;
use super::planning::{Shape, ends, plan_error, tell};
use super::{Global, telling};
use crate::core::report::plan::{json, markdown, text};
use crate::exit::Exit;
use crate::flow::context;
use crate::flow::gate::Ground;
use crate::flow::plan::{Building, Planned, plan};
use crate::flow::project::Request;
use crate::flow::sight::Parts;
use crate::world::http::Http;
use crate::world::wrangler::locate;

/// Show what a deployment would change
///
/// Compares what the configurations of an environment come to with what is live: code, bindings,
/// variables, secrets by name, routes and domains with their owners, crons, queues, migrations and
/// settings; in which order, and whether one can go back. Workers are built with Wrangler's dry run;
/// nothing is deployed. The hash stands for exactly this plan.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    clodo plan -e production\n  \
    clodo plan -e production --out plan.json\n  \
    clodo plan -e production --detailed-exitcode    10 where something changes\n  \
    clodo plan -e \"\" --no-build --format markdown")]
pub(super) struct Plan {
    /// Folders to search, or Wrangler configurations [default: the whole repository]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// The environment to plan for; "" is the top level
    #[arg(short, long = "env", value_name = "NAME")]
    environment: Option<String>,

    #[command(flatten)]
    looking: Looking,

    /// Do not build: leave code and assets out
    #[arg(long)]
    no_build: bool,

    /// Save the plan as JSON too
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// End with 10 where something changes, or may
    #[arg(long)]
    detailed_exitcode: bool,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Shape,
}

impl Plan {
    pub(super) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Exit> {
        let root = working_folder(global.directory.as_deref())?;
        let request = Request {
            paths: self.paths,
            environments: self.environment.into_iter().collect(),
            ..global.request(&root)
        };
        let request = self.looking.complete(request, Parts::All)?;
        let building = Building {
            wrangler: &|folder| {
                locate(folder, &|name| std::env::var(name).ok(), &|text| console.note(text))
            },
            progress: &|progress| tell(console, progress),
        };
        let context = context::context(&root).map_err(telling::malformed)?;
        let (http, variable) = (Http::default(), |name: &str| std::env::var(name).ok());
        let ground =
            Ground { request: &request, context: &context, http: &http, variable: &variable };
        // Who asks for nothing to be asked is shown a plan that nobody can approve.
        let ground = request.live.is_some().then_some(ground);
        let plan = plan(&request, (!self.no_build).then_some(&building), ground);
        let Planned { plan, unbound } = plan.map_err(|error| plan_error(&error, console))?;
        if let Some(error) = unbound {
            console.note(&format!(
                "nobody can approve a plan with this hash, as it is bound to no gate: {error}; fix: {}",
                error.hint()
            ));
        }
        let saved = || serde_json::to_string_pretty(&json(&plan)).map(|text| text + "\n");
        if let Some(path) = &self.out {
            save(&root.join(path), &saved()?)?;
        }
        console.out(&match self.format {
            Shape::Text => text(&plan, &text_options(console)),
            Shape::Json => saved()?,
            Shape::Markdown => markdown(&plan),
        })?;
        match plan.failures().next() {
            Some(_) => Ok(Exit::Findings),
            None => Ok(ends(!plan.is_empty(), self.detailed_exitcode)),
        }
    }
}
