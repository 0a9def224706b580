//! `clodo ci`

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;

use super::checking::{
    Output, Target, fail_level, is_empty, nothing_to_check, project_error, say_what_was_skipped,
    text_options, working_folder,
};
use super::console::Console;
use super::deploy::deploy_error;
use super::deployed::to_text;
use super::deploying::Told;
use super::looking::{Looking, live};
use super::planning::tell;
use super::telling::{self, Tell};
use super::{Global, Mistake};
use crate::core::delivery::{Deploying, Nothing};
use crate::core::model::context::{CiContext, CiSystem};
use crate::core::report::{Format, render};
use crate::exit::Exit;
use crate::flow::check::Checked;
use crate::flow::ci::{self, Came, Delivered, Means, NO_TOKEN, NO_TOKEN_FIX, Ran, Wishes};
use crate::flow::context;
use crate::flow::deploy::{self, Tools};
use crate::flow::project::Request;
use crate::flow::sight::Parts;
use crate::world::ci::Step;
use crate::world::forge::{Way, credential};
use crate::world::http::Http;
use crate::world::wrangler::locate;

/// Check, report, preview, deploy what is due, and decide: the one command for pipelines
///
/// Finds out from the CI system's variables where it runs, checks, deploys what `clodo.yml` says that
/// this branch, tag or hour deploys, each environment through its gate, tells the forge in a check run
/// or status and one comment, and ends with the verdict. In a pull request it shows what would change,
/// and uploads a preview. What cannot be reported, for lack of a token or a permission, is said, and
/// does not change the verdict. As a GitHub action it reads its inputs, and writes outputs and the
/// summary of the job.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    clodo ci\n  \
    clodo ci --changed --comment hide-and-new --write sarif=clodo.sarif\n  \
    clodo ci -e production           in a job for production alone\n  \
    clodo ci --deploy                without a clodo.yml: staging, then production\n  \
    clodo ci --deploy=off            check and report, whatever clodo.yml says\n\n\
    What is known of this run: clodo env --explain")]
pub(super) struct Ci {
    /// Folders to search, or Wrangler configurations [default: the whole repository]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Look at this environment only, and deploy no other; may be repeated; "" is the top level
    #[arg(short, long = "env", value_name = "NAME")]
    environments: Vec<String>,

    /// In a pull request, report only services that it concerns
    #[arg(long)]
    changed: bool,

    /// In a pull request, do not show in the comment what a deployment would change, and upload no
    /// preview
    #[arg(long)]
    no_plan: bool,

    /// In a pull request, upload no preview
    #[arg(long)]
    no_preview: bool,

    /// Whether to deploy what is due: auto as clodo.yml says, on also without one, off never
    /// [default: auto]
    #[arg(
        long,
        value_name = "WHEN",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "on",
        value_parser = deploying
    )]
    deploy: Option<Deploying>,

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
            paths: self.paths.clone(),
            environments: self.environments.clone(),
            ..global.request(&root)
        };
        let request = self.looking.complete(request, Parts::OfRules)?;
        self.output.can_write(&root)?;
        let http = Http::default();
        let token = |forge| credential(forge, &variable);
        let telling = self.tell.telling();
        let told = Told::new(console, &context);
        let means = Means {
            live: if request.live.is_some() { live(Parts::All)? } else { None },
            progress: &|progress| tell(console, progress),
            actor: context::actor(&context, &variable),
            variable: &variable,
            deployment: deploy::Wishes::default(),
            tools: Tools {
                wrangler: &|folder| locate(folder, &variable, &|text| console.note(text)),
                tell: &|news| told.hear(news),
                agree: &|_| true,
            },
            checked: &|checked| self.say_checked(checked, console),
            delivered: &|one| {
                told.end();
                say_delivered(one, console);
            },
            http: &http,
            credential: &token,
        };
        let wishes = Wishes {
            changed: self.changed,
            fail_level: self.output.fail_level,
            plans: !self.no_plan,
            previews: !self.no_preview,
            deploying: self.deploy.unwrap_or_default(),
        };
        let ran = ci::run(request, &wishes, &context, &telling, &means);
        let ran = ran.map_err(|error| project_error(&error, console))?;
        if is_empty(&ran.checked) {
            return Err(nothing_to_check());
        }
        match self.say(&ran, &context, &root, step.as_ref(), console) {
            // What was deployed is deployed, and decides how the command ends.
            Err(error) if !ran.delivered.is_empty() => console.error(&error),
            said => said?,
        }
        telling::say(&ran.published, &http, console);
        let untold = self.tell.report_required && telling::has_failed(&ran.published);
        Ok(match ran.exit {
            Exit::Ok if untold => Exit::Network,
            exit => exit,
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
        self.no_preview |= step.input("preview").is_some_and(|preview| preview == "off");
        if let (None, Some(when)) = (self.deploy, step.input("deploy")) {
            let when = deploying(&when).map_err(|why| anyhow::anyhow!("the input deploy: {why}"));
            self.deploy = Some(when?);
        }
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

    /// Says what was found, before anything is deployed. A program reads it at the end, when
    /// everything is known.
    fn say_checked(&self, checked: &Checked, console: &Console) {
        say_what_was_skipped(checked, console);
        if self.output.format == Format::Text {
            // Nobody is left to tell if this cannot be printed.
            let _ = console.out(&render(&checked.report, Format::Text, &text_options(console)));
        }
    }

    /// Says why nothing was deployed, where somebody may wonder.
    fn say_nothing(&self, nothing: &Nothing, console: &Console) {
        let (message, hint) = (format!("nothing is deployed: {nothing}"), nothing.hint());
        let line = format!("{message}; fix: {hint}");
        match self.deploy == Some(Deploying::On) {
            true if nothing.is_refusal() => {
                console.error(&Mistake::error(message, Some(hint.to_owned())));
            }
            true => console.note(&line),
            false if nothing.is_refusal() && *nothing != Nothing::Desk => console.note(&line),
            false => console.detail(&line),
        }
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
        if let Some(nothing) = &ran.nothing {
            self.say_nothing(nothing, console);
        }
        for path in self.output.write_files(report, root, console)? {
            if let Some(step) = step {
                step.give_to_owner(&path);
            }
        }
        if self.output.format != Format::Text {
            console.out(&render(report, self.output.format, &text_options(console)))?;
        }
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

/// Text that says whether to deploy.
fn deploying(text: &str) -> Result<Deploying, String> {
    let known = Deploying::WORDS.iter().find(|(word, _)| *word == text);
    known.map(|(_, deploying)| *deploying).ok_or_else(|| "expected auto, on or off".to_owned())
}

/// Says what became of an environment, when it is known.
fn say_delivered(one: &Delivered, console: &Console) {
    match &one.came {
        Came::Deployed(deployed) => console.summary(&to_text(deployed)),
        Came::There { deployment, .. } => {
            let name = if one.environment.is_empty() { "the top level" } else { &one.environment };
            console.summary(&format!("{name} is at this commit already ({deployment})."));
        }
        Came::Refused(error) => console.error(&deploy_error(error, console)),
        Came::NoToken => {
            console.error(&Mistake::error(NO_TOKEN, Some(NO_TOKEN_FIX.to_owned())));
        }
    }
}

fn bad_input(error: anyhow::Error) -> anyhow::Error {
    Mistake::error(
        error.to_string(),
        Some("correct it under `with:`; docs/github-actions.md lists the inputs".to_owned()),
    )
}
