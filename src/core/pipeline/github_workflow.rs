//! GitHub workflows.

use super::session::{ActionCall, Reader, Session};
use super::text::scalar;
use super::{Input, Job, Node, Pipeline, Step, System, Trigger, Variable, Word};
use crate::core::config::shape;
use crate::core::model::path::join;
use crate::core::model::{Data, Document, Entry, Place, Value};

/// The action that runs Wrangler.
pub const WRANGLER_ACTION: &str = "cloudflare/wrangler-action";

/// Owners of actions that set no variables of Cloudflare's for later steps, and change no Node but
/// with `actions/setup-node`.
const PLAIN: [&str; 10] = [
    "actions/",
    "cloudflare/",
    "codecov/",
    "denoland/",
    "docker/",
    "dtolnay/",
    "github/",
    "oven-sh/",
    "pnpm/",
    "swatinem/",
];

/// Actions of others that bring a Node along.
const NODE_BRINGERS: [&str; 6] =
    ["asdf-vm/", "devbox/", "jdx/", "jetify-com/", "jetpack-io/", "volta-cli/"];

pub(super) fn read<'a>(
    reader: &Reader<'a, '_>,
    document: &'a Document,
    value: &'a Value,
) -> Option<Pipeline<'a>> {
    let root = value.as_object()?;
    let jobs = root.get("jobs")?.as_object()?;
    let workflow = Workflow { reader, document, root: value };
    let on = root.entry("on")?;
    Some(Pipeline {
        span: on.key_span,
        triggers: triggers(on),
        concurrency: is_set(root.get("concurrency")),
        jobs: jobs.entries.iter().flat_map(|entry| workflow.jobs(entry)).collect(),
        ..Pipeline::new(System::Github, document.file)
    })
}

fn is_set(value: Option<&Value>) -> bool {
    value.is_some_and(|value| !value.is_null())
}

/// `on: push`, `on: [push, pull_request]`, or a table with filters.
fn triggers(on: &Entry) -> Vec<Trigger<'_>> {
    match &on.value.data {
        Data::String(event) => vec![Trigger { event, span: on.value.span, filters: None }],
        Data::Array(events) => events
            .iter()
            .filter_map(|event| {
                Some(Trigger { event: event.as_str()?, span: event.span, filters: None })
            })
            .collect(),
        Data::Object(events) => events
            .entries
            .iter()
            .map(|entry| Trigger {
                event: &entry.key,
                span: entry.key_span,
                filters: Some(&entry.value),
            })
            .collect(),
        _ => Vec::new(),
    }
}

struct Workflow<'a, 'r> {
    reader: &'r Reader<'a, 'r>,
    document: &'a Document,
    root: &'a Value,
}

impl<'a> Workflow<'a, '_> {
    /// A job, once for each row of its matrix.
    fn jobs(&self, entry: &'a Entry) -> Vec<Job<'a>> {
        let matrix = entry.value.get("strategy").and_then(|strategy| strategy.get("matrix"));
        let rows = matrix.map(rows).unwrap_or_default();
        match rows.is_empty() {
            true => vec![self.job(entry, Vec::new())],
            false => rows.into_iter().map(|row| self.job(entry, row)).collect(),
        }
    }

    fn job(&self, entry: &'a Entry, row: Vec<(String, String)>) -> Job<'a> {
        let job = &entry.value;
        let path = shape::join("jobs", &entry.key);
        let mut session = Session::new(self.reader, self.document.file, None);
        session.row = row;
        for level in [self.root, job] {
            let set = variables(level.get("env"), &session);
            session.variables.extend(set);
        }
        let machine = job.get("runs-on").and_then(Value::as_str).map(|name| session.fill(name));
        session.sealed = machine.as_deref().is_some_and(is_hosted);
        let windows = machine.is_some_and(|machine| machine.starts_with("windows"));
        if let Some(container) = job.get("container") {
            let set = variables(container.get("env"), &session);
            session.variables.extend(set);
            let image = container.get("image").unwrap_or(container);
            session.node = Node::of_image(image, format!("{path}.container"), session.file);
        }
        let mut checkout = Checkout::Missing;
        let mut steps = Vec::new();
        // A job that calls a reusable workflow has no steps.
        for (index, value) in
            job.get("steps").map(Value::items).unwrap_or_default().iter().enumerate()
        {
            let step = step(value, format!("{path}.steps[{index}]"));
            session.step = (index, step.path.clone());
            session.local = Vec::new();
            session.local = variables(step.env, &session);
            if let Some(action) = step.uses.and_then(Value::as_str) {
                self.action(action, &step, &mut checkout, &mut session);
            } else if let Some(run) =
                value.get("run").filter(|_| is_posix(self.setting(job, value, "shell"), windows))
            {
                let folder = self.setting(job, value, "working-directory");
                session.folder = self.folder(folder, &checkout, &session);
                session.step.1.push_str(".run");
                session.script(run);
            } else {
                session.opaque = true;
                session.sealed = false;
            }
            steps.push(step);
        }
        let mut job_read = session.job(&entry.key, entry.key_span, path);
        job_read.condition = job.get("if");
        job_read.needs = is_set(job.get("needs"));
        job_read.environment = job.get("environment").filter(|value| !value.is_falsy());
        job_read.concurrency = is_set(job.get("concurrency"));
        job_read.steps = steps;
        job_read
    }

    /// The folder that a step names, seen from the root of the run.
    fn folder(
        &self,
        named: Option<&Value>,
        checkout: &Checkout,
        session: &Session<'a, '_>,
    ) -> Option<String> {
        let path = named.map_or(Some(""), Value::as_str)?;
        checkout.folder(&self.document.folder, &session.fill(path))
    }

    /// What a step says about its `run`, or else the defaults of the job or the workflow.
    fn setting(&self, job: &'a Value, step: &'a Value, name: &str) -> Option<&'a Value> {
        let default = |level: &'a Value| level.get("defaults")?.get("run")?.get(name);
        step.get(name).or_else(|| default(job)).or_else(|| default(self.root))
    }

    fn action(
        &self,
        action: &'a str,
        step: &Step<'a>,
        checkout: &mut Checkout,
        session: &mut Session<'a, '_>,
    ) {
        let lower = action.to_ascii_lowercase();
        let name = lower.split('@').next().unwrap_or_default();
        if name == "actions/checkout" {
            *checkout = Checkout::of(step);
        } else if name == "actions/setup-node" {
            session.node = step.input("node-version").and_then(|version| {
                let text = session.fill(&scalar(version));
                let place = session.place(version.span);
                let path = format!("{}.with.node-version", step.path);
                (!text.contains("${{")).then_some(Node { version: text, path, place })
            });
        } else if name == WRANGLER_ACTION {
            self.wrangler(step, checkout, session);
        } else if !PLAIN.iter().any(|owner| name.starts_with(owner)) {
            session.sealed = false;
            let local = name.starts_with("./");
            session.opaque |= local;
            if local || NODE_BRINGERS.iter().any(|owner| name.starts_with(owner)) {
                session.node = None;
            }
        }
    }

    fn wrangler(&self, step: &Step<'a>, checkout: &Checkout, session: &mut Session<'a, '_>) {
        let Some(uses) = step.uses else { return };
        session.folder = self.folder(step.input("workingDirectory"), checkout, session);
        // The action sets both, to nothing where it has no such input. Those before v3 did not.
        let old = ["v1", "v2", "1.", "2."].iter().any(|old| {
            step.action(WRANGLER_ACTION).is_some_and(|version| version.starts_with(old))
        });
        session.sealed &= !old;
        for (name, input) in
            [("CLOUDFLARE_API_TOKEN", "apiToken"), ("CLOUDFLARE_ACCOUNT_ID", "accountId")]
        {
            let value = step.input(input);
            session.local.push(match value {
                Some(value) => variable(name, value, session),
                None if old => continue,
                None => Variable {
                    name: name.to_owned(),
                    value: String::new(),
                    literal: true,
                    place: session.place(uses.span),
                },
            });
        }
        let word = |input: &str| {
            let value = step.input(input)?;
            let text = session.fill(&scalar(value));
            let literal = !text.contains("${{");
            let place = session.place(value.span);
            Some(Word { text, literal, splits: false, place })
        };
        let (environment, version) = (word("environment"), word("wranglerVersion"));
        let place = session.place(uses.span);
        let path = format!("{}.with.command", step.path);
        let call = |path: &'_ str, input| ActionCall {
            place,
            path: if path.is_empty() { &step.path } else { "" },
            environment: environment.as_ref(),
            version: version.as_ref(),
            input,
        };
        let scripts = |name: &str, session: &mut Session<'a, '_>| {
            if let Some(script) = step.input(name) {
                let folder = session.folder.clone();
                session.step.1 = format!("{}.with.{name}", step.path);
                session.script(script);
                session.folder = folder;
            }
        };
        scripts("preCommands", session);
        if step.input("secrets").is_some() {
            let words = ["secret", "bulk"].map(|text| plain(text, place)).to_vec();
            session.action_call(words, true, true, &call("", Input::Given));
        }
        match step.input("command") {
            Some(command) => {
                let more = ActionCall { path: &path, ..call("", Input::Nothing) };
                session.action(command, &more);
            }
            None => {
                let words = vec![plain("deploy", place)];
                session.action_call(words, true, true, &call("", Input::Nothing));
            }
        }
        scripts("postCommands", session);
    }
}

/// The variables that a table sets.
fn variables(env: Option<&Value>, session: &Session<'_, '_>) -> Vec<Variable> {
    let entries = env.map(Value::entries).unwrap_or_default();
    entries.iter().map(|entry| variable(&entry.key, &entry.value, session)).collect()
}

/// A variable, with what is known filled in.
fn variable(name: &str, value: &Value, session: &Session<'_, '_>) -> Variable {
    let mut set = Variable::of(name, value, session.file);
    set.value = session.fill(&set.value);
    set.literal = !set.value.contains(['$', '<']);
    set
}

/// A word that stands nowhere: what an action says by itself.
fn plain(text: &str, place: Place) -> Word {
    Word { text: text.to_owned(), literal: true, splits: false, place }
}

fn step(value: &Value, path: String) -> Step<'_> {
    let of = |key: &str| value.get(key);
    let span = of("uses").or(of("run")).or(of("name")).map_or(value.span, |value| value.span);
    Step { span, path, condition: of("if"), uses: of("uses"), with: of("with"), env: of("env") }
}

/// How many rows of a matrix are looked at.
const MAX_ROWS: usize = 64;

/// The rows of a matrix: `matrix.app` and its value. None where some cannot be known.
fn rows(matrix: &Value) -> Vec<Vec<(String, String)>> {
    let Some(matrix) = matrix.as_object().filter(|matrix| matrix.get("exclude").is_none()) else {
        return Vec::new();
    };
    let cell = |key: &str, value: &Value| (format!("matrix.{key}"), scalar(value));
    let is_plain = |value: &Value| {
        value.as_array().is_none() && value.as_object().is_none() && !scalar(value).contains("${{")
    };
    let mut rows = vec![Vec::new()];
    for entry in matrix.entries.iter().filter(|entry| &*entry.key != "include") {
        let values = entry.value.items();
        if values.is_empty() || !values.iter().all(is_plain) || rows.len() * values.len() > MAX_ROWS
        {
            return Vec::new();
        }
        rows = rows
            .iter()
            .flat_map(|row: &Vec<_>| {
                values.iter().map(move |value| [&row[..], &[cell(&entry.key, value)]].concat())
            })
            .collect();
    }
    rows.retain(|row| !row.is_empty());
    for more in matrix.get("include").map(Value::items).unwrap_or_default() {
        let plain = more.entries().iter().filter(|cell| is_plain(&cell.value));
        rows.push(plain.map(|entry| cell(&entry.key, &entry.value)).collect());
    }
    rows.truncate(MAX_ROWS);
    rows
}

/// Whether GitHub's own machines run it, whose variables are known.
fn is_hosted(machine: &str) -> bool {
    ["ubuntu-", "windows-", "macos-"].iter().any(|name| machine.starts_with(name))
}

/// Whether a script is one for `sh`; on Windows it is not, unless it says so.
fn is_posix(shell: Option<&Value>, windows: bool) -> bool {
    match shell.map(|shell| shell.as_str().unwrap_or_default()) {
        Some(program) => matches!(program.split(' ').next(), Some("bash" | "sh")),
        None => !windows,
    }
}

/// Where the repository lies in the workspace of a job.
enum Checkout {
    /// Nowhere yet.
    Missing,
    /// In this folder of the workspace; empty for the workspace itself.
    In(String),
    /// Nobody can say, or it is another repository.
    Unknown,
}

impl Checkout {
    fn of(step: &Step<'_>) -> Self {
        let repository = step.input("repository").and_then(Value::as_str);
        if repository.is_some_and(|name| !name.contains("github.repository")) {
            return Self::Unknown;
        }
        match step.input("path") {
            None => Self::In(String::new()),
            Some(path) => match path.as_str().filter(|path| !path.contains("${{")) {
                Some(path) => Self::In(join("", path)),
                None => Self::Unknown,
            },
        }
    }

    /// The folder of the repository that a path in the workspace means, seen from the root of the
    /// run; `repository` is where the repository lies.
    fn folder(&self, repository: &str, path: &str) -> Option<String> {
        const WORKSPACE: &str = "${{ github.workspace }}";
        let path = path.strip_prefix(WORKSPACE).map_or(path, |rest| rest.trim_start_matches('/'));
        if path.contains("${{") || path.starts_with('/') {
            return None;
        }
        let Self::In(root) = self else { return None };
        let path = join("", path);
        let inside = match path.strip_prefix(&**root) {
            Some(rest) if root.is_empty() || rest.is_empty() || rest.starts_with('/') => {
                rest.trim_start_matches('/')
            }
            _ => return None,
        };
        Some(join(repository, inside))
    }
}
