//! `clodo deploy`

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::checking::{can_save, project_error, save, text_options, working_folder};
use super::console::Console;
use super::deployed::{end, to_json, to_text};
use super::deploying::Told;
use super::gating::Exception;
use super::looking::live;
use super::planning::plan_error;
use super::recorded::reason;
use super::{Global, Mistake, telling};
use crate::core::report::{Format, TextOptions, gate, render};
use crate::exit::Exit;
use crate::flow::context;
use crate::flow::deploy::{DeployError, Origin, Tools, Wishes, deploy};
use crate::flow::project::Request;
use crate::flow::sight::Parts;
use crate::world::wrangler::locate;

/// Deploy an environment: in order, watched, written down, and put back where it fails
///
/// Checks, plans, takes the lock, compares once more what serves, runs D1 migrations after a
/// bookmark, deploys the services in waves through Wrangler, and looks at the account to tell what
/// became of each. Every step is written down before it is taken and after, so that a deployment
/// that was killed at any moment can be gone on with.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    clodo deploy -e production\n  \
    clodo deploy -e production --plan plan.json    exactly this plan, or say what changed\n  \
    clodo deploy -e staging apps/api -- --keep-vars\n  \
    clodo deploy -e production --resume            go on with what was killed")]
pub(super) struct Deploy {
    /// Folders to search, or Wrangler configurations [default: the whole repository]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// The environment to deploy; "" is the top level
    #[arg(short, long = "env", value_name = "NAME")]
    environment: Option<String>,

    /// Deploy exactly this plan, made by `clodo plan --out FILE`, or say what is different now
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,

    /// Go on with a deployment that was killed
    #[arg(long, conflicts_with = "plan")]
    resume: bool,

    /// How many services of a wave to deploy at once [default: 4, or that of clodo.yml]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=64))]
    jobs: Option<u8>,

    /// Deploy although this rule finds an error; may be repeated, and needs a reason
    #[arg(long, value_name = "RULE", requires = "reason")]
    force_rule: Vec<String>,

    /// Why; it is written down
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: Option<String>,

    /// Deploy although what is live is newer
    #[arg(long)]
    allow_downgrade: bool,

    #[command(flatten)]
    exception: Exception,

    /// How long to wait for approvals: 10m [default: do not wait, end with 4]
    #[arg(long, value_name = "TIME", value_parser = duration)]
    wait: Option<Duration>,

    /// How long to wait while another deployment runs: 90s, 10m [default: 10m, or that of clodo.yml]
    #[arg(long, value_name = "TIME", value_parser = duration)]
    wait_for_lock: Option<Duration>,

    /// Do not ask
    #[arg(long)]
    yes: bool,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Shape,

    /// Save what came of it as JSON too
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Flags for Wrangler
    #[arg(last = true, value_name = "FLAGS")]
    flags: Vec<OsString>,
}

/// How to print what came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Shape {
    /// For people.
    Text,
    /// For programs.
    Json,
}

impl Deploy {
    pub(super) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Exit> {
        let root = working_folder(global.directory.as_deref())?;
        let Some(live) = live(Parts::All)? else { return Err(no_token()) };
        let out = self.out.map(|path| root.join(path));
        // Before anything is touched: afterwards nobody wants to hear that it cannot be.
        out.as_deref().map(can_save).transpose()?;
        let request = Request {
            paths: self.paths,
            environments: self.environment.into_iter().collect(),
            ..global.request(&root)
        };
        let wishes = Wishes {
            plea: self.exception.plea(self.reason.as_deref()),
            wait_for_gate: self.wait.unwrap_or_default(),
            plan: self.plan,
            force_rules: self.force_rule,
            reason: self.reason,
            flags: self.flags,
            jobs: self.jobs.map(usize::from),
            wait: self.wait_for_lock,
            resume: self.resume,
            allow_downgrade: self.allow_downgrade,
        };
        let variable = |name: &str| std::env::var(name).ok();
        let context = context::context(&root).map_err(telling::malformed)?;
        let actor = context::actor(&context, &variable);
        let origin = Origin { actor, context: &context, variable: &variable };
        let told = Told::new(console, &context);
        let tools = Tools {
            wrangler: &|folder| locate(folder, &variable, &|text| console.note(text)),
            tell: &|news| told.hear(news),
            agree: &|course| self.yes || told.agree(course),
        };
        let deployed = deploy(&request, &live, &wishes, &origin, tools);
        told.end();
        let deployed = deployed.map_err(|error| deploy_error(&error, console))?;
        let json = serde_json::to_string_pretty(&to_json(&deployed))? + "\n";
        console.outcome(&match self.format {
            Shape::Text => to_text(&deployed),
            Shape::Json => json.clone(),
        });
        if let Some(Err(error)) = out.map(|path| save(&path, &json)) {
            console.error(&error);
        }
        Ok(end(deployed.state))
    }
}

/// Text like `90s` or `1h30m`.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let span: jiff::SignedDuration =
        text.parse().map_err(|_| "expected a duration such as 90s or 10m".to_owned())?;
    Duration::try_from(span).map_err(|_| "expected a duration from 0s on".to_owned())
}

pub(super) fn no_token() -> anyhow::Error {
    Mistake::error(
        "there is no token, so nothing can be deployed",
        Some(
            "set CLOUDFLARE_API_TOKEN, and CLOUDFLARE_ACCOUNT_ID where it sees several".to_owned(),
        ),
    )
}

/// What to say where nothing was deployed.
pub(super) fn deploy_error(error: &DeployError, console: &Console) -> anyhow::Error {
    match error {
        DeployError::Project(error) => return project_error(error, console),
        DeployError::Plan(error) => return plan_error(error, console),
        DeployError::Findings(report) => {
            let options = TextOptions { quiet: true, ..text_options(console) };
            console.problems(&render(report, Format::Text, &options));
        }
        DeployError::Closed(judged) => console.problems(&gate::details(judged)),
        DeployError::OtherPlan { differences, .. } => {
            console.problems(&differences.join("\n"));
        }
        _ => {}
    }
    Mistake { message: error.to_string(), hint: Some(error.hint()), exit: error.exit() }.into()
}
