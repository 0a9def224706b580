//! What the pipelines of a repository do with Wrangler.
//!
//! ```text
//! .github/workflows/*.yml ─▶ github_workflow.rs ┐
//! .gitlab-ci.yml          ─▶ gitlab_ci.rs       ├▶ Pipeline ▶ Job ▶ Step ▶ Call
//! .circleci/config.yml    ─▶ circleci.rs        │
//! package.json            ─▶ packages.rs        ┘
//! ```
//!
//! The scripts of the steps are read by [`shell`], a small reader of shell scripts; [`runner`] sees
//! which of their commands run Wrangler, and [`arguments`] what is said to it, as yargs reads it.
//! [`session`] follows a job from step to step: in which folder a command runs, which variables are
//! set, which Node there is; a script of a `package.json` is followed into its file.
//!
//! Every word knows where it stands. What cannot be known here (an expansion, a reusable workflow,
//! an action that may set variables) is said to be unknown, and rules about it are silent.

mod arguments;
mod circleci;
mod github_workflow;
mod gitlab_ci;
mod packages;
mod runner;
mod secrets;
mod session;
mod shell;
mod text;

pub use arguments::{Arguments, Flag};
pub use github_workflow::WRANGLER_ACTION;
pub use gitlab_ci::content as gitlab_content;
pub use packages::{Package, Packages};
pub use runner::Program;
pub use secrets::SetByPipelines;

use crate::core::config::wrangler::Environment;
use crate::core::model::{
    DocumentKind, FileId, Place, Service, Span, Value, Workspace, WranglerVersion,
};

/// The pipelines of a repository.
#[derive(Debug, Default)]
pub struct Pipelines<'a> {
    /// The CI definitions, in the order of their paths, and after them the scripts of manifests.
    pub list: Vec<Pipeline<'a>>,
    /// The manifests.
    pub packages: Packages<'a>,
}

/// Who runs a pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    /// GitHub Actions.
    Github,
    /// GitLab CI.
    Gitlab,
    /// CircleCI.
    CircleCi,
    /// Whoever runs the scripts of a `package.json`.
    Scripts,
}

/// A CI definition.
#[derive(Debug)]
pub struct Pipeline<'a> {
    /// Who runs it.
    pub system: System,
    /// Its file.
    pub file: FileId,
    /// Where to point when it is about all of it.
    pub span: Span,
    /// What starts it; known for GitHub alone.
    pub triggers: Vec<Trigger<'a>>,
    /// Whether its runs wait for each other.
    pub concurrency: bool,
    /// Whether it chooses itself for what it runs: `workflow` of GitLab.
    pub filtered: bool,
    /// The jobs, in the order of the file. A manifest has one for each script.
    pub jobs: Vec<Job<'a>>,
}

impl Pipeline<'_> {
    /// A pipeline of which only the file is known.
    fn new(system: System, file: FileId) -> Self {
        Self {
            system,
            file,
            span: Span::default(),
            triggers: Vec::new(),
            concurrency: false,
            filtered: false,
            jobs: Vec::new(),
        }
    }
}

/// What starts a workflow.
#[derive(Clone, Copy, Debug)]
pub struct Trigger<'a> {
    /// The event.
    pub event: &'a str,
    /// Where it stands.
    pub span: Span,
    /// Its filters, if it has any.
    pub filters: Option<&'a Value>,
}

impl Trigger<'_> {
    /// Whether it has a filter of this name, with something in it.
    pub fn has(&self, filter: &str) -> bool {
        self.filters.and_then(|filters| filters.get(filter)).is_some_and(|value| !value.is_null())
    }
}

/// A job.
#[derive(Debug)]
pub struct Job<'a> {
    /// Its name in the file.
    pub name: &'a str,
    /// Where its name stands.
    pub span: Span,
    /// Its path: `jobs.deploy`.
    pub path: String,
    /// What must hold for it to run: `if`, or the rules of GitLab.
    pub condition: Option<&'a Value>,
    /// Whether another job must come first.
    pub needs: bool,
    /// The deployment environment that it belongs to.
    pub environment: Option<&'a Value>,
    /// Whether it runs alone: `concurrency`, `resource_group`, `serial-group`.
    pub concurrency: bool,
    /// The steps, in their order.
    pub steps: Vec<Step<'a>>,
    /// The calls of Wrangler, in their order.
    pub calls: Vec<Call<'a>>,
    /// The installations of Wrangler that name it.
    pub installs: Vec<Word>,
    /// Where it runs `pnpm deploy` and a script of that name was meant.
    pub pnpm_deploys: Vec<PnpmDeploy>,
    /// Whether it runs programs that may call Wrangler where nobody can see it.
    pub opaque: bool,
    /// Whether it runs tests, which may use local databases.
    pub tests: bool,
}

impl<'a> Job<'a> {
    /// The deployment environment that it belongs to, where its name is written out.
    pub fn environment_name(&self) -> Option<(&'a str, Span)> {
        let value = self.environment?;
        let value = value.get("name").unwrap_or(value);
        let name = value.as_str().filter(|name| !name.contains('$'))?;
        Some((name, value.span))
    }
}

/// A step.
#[derive(Debug)]
pub struct Step<'a> {
    /// Where to point: its `uses`, its `run`, its script.
    pub span: Span,
    /// Its path: `jobs.deploy.steps[2]`.
    pub path: String,
    /// What must hold for it to run.
    pub condition: Option<&'a Value>,
    /// The action that it uses: `actions/checkout@v4`.
    pub uses: Option<&'a Value>,
    /// What is said to the action.
    pub with: Option<&'a Value>,
    /// The variables that are set for it alone.
    pub env: Option<&'a Value>,
}

impl<'a> Step<'a> {
    /// A step of which only the place is known.
    fn new(span: Span, path: String) -> Self {
        Self { span, path, condition: None, uses: None, with: None, env: None }
    }

    /// The action's name and version, if it is this one: `cloudflare/wrangler-action`.
    pub fn action(&self, name: &str) -> Option<&'a str> {
        let (used, version) = self.uses?.as_str()?.split_once('@')?;
        used.eq_ignore_ascii_case(name).then_some(version)
    }

    /// An input of the action.
    pub fn input(&self, name: &str) -> Option<&'a Value> {
        // GitHub does not care about the case of inputs.
        let mut inputs = self.with?.entries().iter();
        let entry = inputs.find(|entry| entry.key.eq_ignore_ascii_case(name))?;
        Some(&entry.value).filter(|value| !value.is_falsy())
    }
}

/// A word of a command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The text, without quotes; expansions as they are written.
    pub text: String,
    /// Whether it is what it says: nothing in it is filled in later.
    pub literal: bool,
    /// Whether it may become several words, or none.
    pub splits: bool,
    /// Where it stands.
    pub place: Place,
}

impl Word {
    /// The text, if it is what it says.
    pub fn known(&self) -> Option<&str> {
        self.literal.then_some(&*self.text)
    }
}

/// A variable of the environment.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its value; an expansion as it is written.
    pub value: String,
    /// Whether it is what it says.
    pub literal: bool,
    /// Where it is set.
    pub place: Place,
}

impl Variable {
    /// A variable that a file sets.
    fn of(name: &str, value: &Value, file: FileId) -> Self {
        let text = if value.is_null() { String::new() } else { text::scalar(value) };
        Self {
            name: name.to_owned(),
            literal: !text.contains(['$', '<']),
            value: text,
            place: Place { file, span: value.span },
        }
    }
}

/// A `pnpm deploy` where there is a script of this name.
#[derive(Clone, Debug)]
pub struct PnpmDeploy {
    /// The word `deploy`.
    pub word: Word,
    /// The path in its file.
    pub path: String,
    /// The script.
    pub script: Place,
}

/// What a command reads from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Input {
    /// What the step itself has, which in a pipeline is nothing.
    #[default]
    Nothing,
    /// What this command writes.
    Command(Vec<Word>),
    /// A file, or text in the script.
    Given,
}

/// The version of Node that a step gets.
#[derive(Clone, Debug)]
pub struct Node {
    /// As it is written: `20`, `20.x`, `18.16.0`.
    pub version: String,
    /// The path of what says so.
    pub path: String,
    /// Where it stands.
    pub place: Place,
}

impl Node {
    /// The Node of a container's image: `node:20-alpine`, `cimg/node:18.16`.
    fn of_image(image: &Value, path: String, file: FileId) -> Option<Self> {
        let (repository, tag) = image.as_str()?.rsplit_once(':')?;
        let known = matches!(
            repository,
            "node" | "library/node" | "docker.io/node" | "cimg/node" | "circleci/node"
        );
        let version = tag
            .split('-')
            .next()
            .filter(|version| version.starts_with(|c: char| c.is_ascii_digit()))?;
        let version = version.to_owned();
        known.then_some(Self { version, path, place: Place { file, span: image.span } })
    }
}

/// A call of Wrangler.
#[derive(Clone, Debug)]
pub struct Call<'a> {
    /// Where it stands: the word `wrangler`, or the action.
    pub place: Place,
    /// The path in the file in which it stands: `jobs.deploy.steps[2].run`.
    pub path: String,
    /// The step of the pipeline that leads to it, where it stands in a script of a manifest.
    pub via: Option<Place>,
    /// Index of its step; the calls of a script count as one.
    pub step: usize,
    /// Where its program comes from.
    pub program: Program,
    /// The version that it asks for: `latest` of `npx wrangler@latest`.
    pub version: Option<Word>,
    /// What is said to it.
    pub arguments: Arguments,
    /// The folder in which it runs, if that is known.
    pub folder: Option<String>,
    /// The service that it is about, if that is known for sure.
    pub service: Option<&'a Service>,
    /// What it reads from.
    pub input: Input,
    /// Whether it may not run although its step does.
    pub conditional: bool,
    /// The variables that are set for it.
    pub variables: Vec<Variable>,
    /// Whether no other variables can be set for it.
    pub sealed: bool,
    /// The Node that runs it, if that is known.
    pub node: Option<Node>,
    /// The version of Wrangler that the job installed before it.
    pub installed: Option<Word>,
}

/// The environment that a call chooses.
#[derive(Clone, Copy, Debug)]
pub enum Chosen<'c> {
    /// None: the top level, because nothing is said.
    Nothing,
    /// The top level, on purpose: `--env ""`.
    TopLevel,
    /// This one.
    Named(&'c str),
    /// Nobody can say.
    Unknown,
}

impl<'a> Call<'a> {
    /// Whether it is this command.
    pub fn is(&self, command: &[&str]) -> bool {
        self.arguments.is(command)
    }

    /// Whether it deploys code: a Worker, a version of it, or a Pages project.
    pub fn deploys(&self) -> bool {
        let command = [
            &["deploy"][..],
            &["publish"],
            &["versions", "deploy"],
            &["pages", "deploy"],
            &["pages", "publish"],
        ]
        .iter()
        .any(|command| self.is(command));
        command && !self.arguments.has("dry-run") && !self.arguments.has("help")
    }

    /// Whether it deploys a Worker.
    pub fn deploys_worker(&self) -> bool {
        self.deploys() && !self.is(&["pages"])
    }

    /// Whether it sets or deletes secrets of the Worker that is live. Those of `versions secret` make
    /// a version that is not deployed.
    pub fn edits_secrets(&self) -> bool {
        ["put", "bulk", "delete"].iter().any(|command| self.is(&["secret", command]))
    }

    /// Whether it must talk to Cloudflare, as far as that is certain.
    pub fn needs_account(&self) -> bool {
        let database = [&["d1", "execute"][..], &["d1", "migrations", "apply"]]
            .iter()
            .any(|command| self.is(command) && self.arguments.has("remote"));
        let other =
            [&["versions", "upload"][..], &["secret"], &["rollback"], &["triggers", "deploy"]]
                .iter()
                .any(|command| self.is(command));
        self.deploys() || database || other && !self.arguments.has("dry-run")
    }

    /// A variable, by the last place that sets it.
    pub fn variable(&self, name: &str) -> Option<&Variable> {
        self.variables.iter().rev().find(|variable| variable.name == name)
    }

    /// The environments that an expression may come to: `a` and `b` of `… && 'a' || 'b'`.
    pub fn alternatives(&self) -> Vec<&str> {
        let Some(word) = self.arguments.value("env").filter(|word| !word.literal) else {
            return Vec::new();
        };
        let parts = word.text.split("&&").flat_map(|part| part.split("||")).skip(1);
        let texts = parts.filter_map(|part| {
            let (text, rest) = part.trim().strip_prefix('\'')?.split_once('\'')?;
            let ends = rest.trim().is_empty() || rest.trim_start().starts_with("}}");
            (ends && !text.is_empty()).then_some(text)
        });
        if word.text.starts_with("${{") { texts.collect() } else { Vec::new() }
    }

    /// Whether a variable is set to nothing, as the action does where it has no such input.
    pub fn is_emptied(&self, name: &str) -> bool {
        self.variable(name).is_some_and(|variable| variable.literal && variable.value.is_empty())
    }

    /// Where the environment is chosen.
    pub fn choice(&self) -> Option<Place> {
        let flag = self.arguments.value("env").map(|word| word.place);
        flag.or_else(|| self.variable("CLOUDFLARE_ENV").map(|variable| variable.place))
    }

    /// The environment that it chooses.
    pub fn chosen(&self) -> Chosen<'_> {
        if let Some(flag) = self.arguments.flag("env") {
            return match flag.values.first() {
                Some(word) if word.text.is_empty() => Chosen::TopLevel,
                Some(word) => word.known().map_or(Chosen::Unknown, Chosen::Named),
                None => Chosen::Unknown,
            };
        }
        match self.variable("CLOUDFLARE_ENV") {
            _ if !self.arguments.complete => Chosen::Unknown,
            Some(set) if set.literal && set.value.is_empty() => Chosen::TopLevel,
            Some(set) if set.literal => Chosen::Named(&set.value),
            Some(_) => Chosen::Unknown,
            None => Chosen::Nothing,
        }
    }

    /// The environment of its service that it chooses, if that is known and defined.
    pub fn environment(&self) -> Option<Environment<'a>> {
        let service = self.service?;
        match self.chosen() {
            Chosen::Unknown => None,
            Chosen::Nothing | Chosen::TopLevel => {
                Environment::all(service).find(Environment::is_top)
            }
            Chosen::Named(name) => {
                Environment::all(service).find(|environment| environment.name == Some(name))
            }
        }
    }

    /// The version of Wrangler that the project pins for it.
    pub fn pinned(&self, workspace: &'a Workspace) -> Option<&'a WranglerVersion> {
        workspace.wrangler_of(self.service?)
    }
}

impl<'a> Pipelines<'a> {
    /// Reads the pipelines of a workspace.
    pub fn of(workspace: &'a Workspace) -> Self {
        let packages = Packages::of(workspace);
        let reader = session::Reader::new(workspace, &packages);
        let mut list = Vec::new();
        for document in workspace.facts.documents.iter() {
            let Some(value) = &document.value else { continue };
            list.extend(match document.kind {
                DocumentKind::GithubWorkflow => github_workflow::read(&reader, document, value),
                DocumentKind::GitlabCi => gitlab_ci::read(&reader, document, value),
                DocumentKind::CircleCi => circleci::read(&reader, document, value),
                DocumentKind::PackageJson => None,
            });
        }
        list.extend(reader.manifests());
        Self { list, packages }
    }

    /// The jobs, with their pipelines.
    pub fn jobs(&self) -> impl Iterator<Item = (&Pipeline<'a>, &Job<'a>)> {
        self.list.iter().flat_map(|pipeline| pipeline.jobs.iter().map(move |job| (pipeline, job)))
    }

    /// The calls, with their jobs and pipelines.
    pub fn calls(&self) -> impl Iterator<Item = (&Pipeline<'a>, &Job<'a>, &Call<'a>)> {
        self.jobs()
            .flat_map(|(pipeline, job)| job.calls.iter().map(move |call| (pipeline, job, call)))
    }
}
