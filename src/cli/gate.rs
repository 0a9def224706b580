//! `clodo gate`

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::checking::working_folder;
use super::console::Console;
use super::deploy::{deploy_error, duration, no_token};
use super::deploying::Told;
use super::gating::Exception;
use super::looking::live;
use super::planning::Shape;
use super::{Global, telling};
use crate::core::gate::Decision;
use crate::core::report::gate::{json, markdown, text};
use crate::exit::Exit;
use crate::flow::context;
use crate::flow::deploy::{Origin, Tools, Wishes, judge};
use crate::flow::project::Request;
use crate::flow::sight::Parts;
use crate::world::wrangler::locate;

/// Ask whether an environment may be deployed now, and deploy nothing
///
/// Checks and plans like `clodo deploy`, and then asks the gate: who approved exactly this plan, who
/// made the change, whether a window is open and no freeze holds. Where people are missing they are
/// asked: the plan is written down as the one to approve. Ends with 0 where it is open, with 3 where it
/// is denied, and with 4 where it waits.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    clodo gate -e production\n  \
    clodo gate -e production --wait 10m\n  \
    clodo gate -e production --format json | jq -r .decision")]
pub(super) struct Gate {
    /// Folders to search, or Wrangler configurations [default: the whole repository]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// The environment to ask for; "" is the top level
    #[arg(short, long = "env", value_name = "NAME")]
    environment: Option<String>,

    #[command(flatten)]
    exception: Exception,

    /// Why; it is written down
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,

    /// How long to wait for approvals: 10m [default: do not wait]
    #[arg(long, value_name = "TIME", value_parser = duration)]
    wait: Option<Duration>,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Shape,
}

impl Gate {
    pub(super) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Exit> {
        let root = working_folder(global.directory.as_deref())?;
        let Some(live) = live(Parts::All)? else { return Err(no_token()) };
        let request = Request {
            paths: self.paths,
            environments: self.environment.into_iter().collect(),
            ..global.request(&root)
        };
        let wishes = Wishes {
            plea: self.exception.plea(self.reason.as_deref()),
            wait_for_gate: self.wait.unwrap_or_default(),
            reason: self.reason,
            ..Wishes::default()
        };
        let variable = |name: &str| std::env::var(name).ok();
        let context = context::context(&root).map_err(telling::malformed)?;
        let actor = context::actor(&context, &variable);
        let origin = Origin { actor, context: &context, variable: &variable };
        let told = Told::new(console, &context);
        let tools = Tools {
            wrangler: &|folder| locate(folder, &variable, &|text| console.note(text)),
            tell: &|news| told.hear(news),
            agree: &|_| false,
        };
        let judged = judge(&request, &live, &wishes, &origin, tools);
        let judged = judged.map_err(|error| deploy_error(&error, console))?;
        console.out(&match self.format {
            Shape::Text => text(&judged),
            Shape::Markdown => markdown(&judged),
            Shape::Json => serde_json::to_string_pretty(&json(&judged))? + "\n",
        })?;
        Ok(match judged.verdict.decision {
            Decision::Open => Exit::Ok,
            Decision::Waiting(_) => Exit::Waiting,
            Decision::Denied(_) => Exit::Denied,
        })
    }
}
