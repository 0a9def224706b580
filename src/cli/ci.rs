//! `clodo ci`

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;

use super::checking::{
    Output, Target, fail_level, is_empty, nothing_to_check, project_error, say_what_was_skipped,
    text_options, today, working_folder,
};
use super::console::Console;
use super::looking::{Looking, live};
use super::planning::tell;
use super::telling::{self, Tell};
use super::{Global, Mistake};
use crate::core::model::context::{CiContext, CiSystem};
use crate::core::report::outcome::Decision;
use crate::core::report::{Format, render};
use crate::exit::Exit;
use crate::flow::ci::{self, Planning, Ran, Wishes};
use crate::flow::context;
use crate::flow::plan::Building;
use crate::flow::project::Request;
use crate::flow::sight::Parts;
use crate::world::ci::Step;
use crate::world::forge::{Way, credential};
use crate::world::http::Http;
use crate::world::wrangler::locate;

/// Check, report to the pull request, and decide: the one command for pipelines
///
/// Finds out from the CI system's variables where it runs, checks, tells the forge in a check run or
/// status and one comment, and ends with the verdict. What cannot be reported, for lack of a token or
/// a permission, is said, and does not change the verdict. As a GitHub action it reads its inputs, and
/// writes outputs and the summary of the job.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    clodo ci\n  \
    clodo ci --changed --comment hide-and-new --write sarif=clodo.sarif\n  \
    clodo ci -e production --status off --comment off\n\n\
    What is known of this run: clodo env --explain")]
pub(super) struct Ci {
    /// Folders to search, or Wrangler configurations [default: the whole repository]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Look at this environment only; may be repeated; "" is the top level
    #[arg(short, long = "env", value_name = "NAME")]
    environments: Vec<String>,

    /// In a pull request, report only services that it concerns
    #[arg(long)]
    changed: bool,

    /// In a pull request, do not show in the comment what a deployment would change
    #[arg(long)]
    no_plan: bool,

    #[command(flatten)]
    looking: Looking,

    #[command(flatten)]
    output: Output,

    #[command(flatten)]
    tell: Tell,
}

impl Ci {
    pub(super) fn run(mut self, global: &Global, console: &Console) -> anyhow::Result<Exit> {
        let variable = |name: &str| std::env::var(name).ok();
        let step = Step::of(&variable);
        let mut global = global.clone();
        if let Some(step) = &step {
            self.take_inputs(step, &mut global).map_err(bad_input)?;
        }
        let root = working_folder(global.directory.as_deref())?;
        let context = context::context(&root).map_err(telling::malformed)?;
        let request = Request {
            root: root.clone(),
            paths: self.paths.clone(),
            config: global.config.clone(),
            environments: self.environments.clone(),
            today: today(),
            ..Request::default()
        };
        let request = self.looking.complete(request, Parts::OfRules)?;
        let http = Http::default();
        let token = |forge| credential(forge, &variable);
        let telling = self.tell.telling();
        let live = if request.live.is_some() { live(Parts::All)? } else { None };
        let building = Building {
            wrangler: &|folder| locate(folder, &variable, &|text| console.note(text)),
            progress: &|progress| tell(console, progress),
        };
        let wishes = Wishes {
            changed: self.changed,
            fail_level: self.output.fail_level,
            planning: (!self.no_plan).then_some(Planning { live, building }),
        };
        let ran = ci::run(request, &wishes, &context, &telling, &http, &token);
        let ran = ran.map_err(|error| project_error(&error, console))?;
        if is_empty(&ran.checked) {
            return Err(nothing_to_check());
        }
        self.say(&ran, &context, &root, step.as_ref(), console)?;
        telling::say(&ran.published, &http, console);
        let fails = ran.outcome.decision == Decision::Blocked;
        Ok(match (fails, self.tell.report_required && telling::has_failed(&ran.published)) {
            (true, _) => Exit::Findings,
            (false, true) => Exit::Network,
            (false, false) => Exit::Ok,
        })
    }

    /// Takes from the inputs of an action what the command line does not say.
    fn take_inputs(&mut self, step: &Step<'_>, global: &mut Global) -> anyhow::Result<()> {
        if self.paths.is_empty() {
            self.paths = step.list("paths").into_iter().map(PathBuf::from).collect();
        }
        if self.environments.is_empty() {
            self.environments = step.list("environment");
        }
        self.changed |= step.flag("changed")?;
        self.no_plan |= step.input("plan").is_some_and(|plan| plan == "off");
        if let (None, Some(level)) = (self.output.fail_level, step.input("fail-level")) {
            let level =
                fail_level(&level).map_err(|why| anyhow::anyhow!("the input fail-level: {why}"));
            self.output.fail_level = Some(level?);
        }
        for (name, format) in [
            ("sarif-file", Format::Sarif),
            ("junit-file", Format::Junit),
            ("json-file", Format::Json),
            ("report-file", Format::Report),
        ] {
            self.output
                .write
                .extend(step.input(name).map(|path| Target { format, path: path.into() }));
        }
        global.directory =
            global.directory.take().or_else(|| step.input("working-directory").map(PathBuf::from));
        global.config = global.config.take().or_else(|| step.input("config").map(PathBuf::from));
        self.tell.take_inputs(step)
    }

    /// Puts the report everywhere but on the forge.
    fn say(
        &self,
        ran: &Ran,
        context: &CiContext,
        root: &Path,
        step: Option<&Step<'_>>,
        console: &Console,
    ) -> anyhow::Result<()> {
        let report = &ran.checked.report;
        ran.notes.iter().for_each(|note| console.note(note));
        say_what_was_skipped(&ran.checked, console);
        for path in self.output.write_files(report, root, console)? {
            if let Some(step) = step {
                step.give_to_owner(&path);
            }
        }
        console.out(&render(report, self.output.format, &text_options(console)))?;
        // A check run has annotations of its own; twice the same says less than once.
        let has_annotations = ran.published.told.iter().any(|(way, _)| *way == Way::CheckRun);
        let is_actions = context.ci.as_ref().is_some_and(|known| {
            matches!(known.value, CiSystem::GithubActions | CiSystem::ForgejoActions)
        });
        if is_actions && !has_annotations && self.output.format == Format::Text {
            console.out(&render(report, Format::Github, &text_options(console)))?;
        }
        if let Some(step) = step {
            let markdown = render(report, Format::Markdown, &text_options(console));
            step.add_summary(&markdown).context("cannot write the summary of the job")?;
            step.set_outputs(&ran.outcome.outputs(report)).context("cannot write the outputs")?;
        }
        Ok(())
    }
}

fn bad_input(error: anyhow::Error) -> anyhow::Error {
    Mistake::error(
        error.to_string(),
        Some("correct it under `with:`; docs/github-actions.md lists the inputs".to_owned()),
    )
}
