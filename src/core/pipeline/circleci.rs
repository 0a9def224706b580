//! `.circleci/config.yml`.

use super::session::{Reader, Session};
use super::{Job, Node, Pipeline, Step, System, Variable};
use crate::core::config::shape;
use crate::core::model::path::join;
use crate::core::model::{Document, Entry, Object, Value};

/// How many commands may call each other.
const MAX_DEPTH: usize = 5;

pub(super) fn read<'a>(
    reader: &Reader<'a, '_>,
    document: &'a Document,
    value: &'a Value,
) -> Option<Pipeline<'a>> {
    let root = value.as_object()?;
    let file = Definition { reader, document, root };
    let jobs = root.get("jobs")?.as_object()?;
    Some(Pipeline {
        filtered: true,
        jobs: jobs.entries.iter().map(|entry| file.job(entry)).collect(),
        ..Pipeline::new(System::CircleCi, document.file)
    })
}

struct Definition<'a, 'r> {
    reader: &'r Reader<'a, 'r>,
    document: &'a Document,
    root: &'a Object,
}

impl<'a> Definition<'a, '_> {
    fn job(&self, entry: &'a Entry) -> Job<'a> {
        let job = &entry.value;
        let path = shape::join("jobs", &entry.key);
        let executor = job.get("executor").and_then(|executor| {
            let name = executor.get("name").unwrap_or(executor).as_str()?;
            self.root.get("executors")?.get(name)
        });
        let of = |key: &str| job.get(key).or_else(|| executor?.get(key));
        let mut session =
            Session::new(self.reader, self.document.file, self.folder(of("working_directory")));
        // The settings of a project and its contexts set variables that no file shows.
        session.sealed = false;
        for level in
            [executor.and_then(|executor| executor.get("environment")), job.get("environment")]
        {
            let entries = level.map(Value::entries).unwrap_or_default();
            session
                .variables
                .extend(entries.iter().map(|e| Variable::of(&e.key, &e.value, session.file)));
        }
        let docker = of("docker").and_then(|images| images.items().first());
        session.node = docker.and_then(|docker| {
            Node::of_image(docker.get("image")?, "docker".to_owned(), session.file)
        });
        let mut steps = Vec::new();
        let list = job.get("steps").map(Value::items).unwrap_or_default();
        for (index, step) in list.iter().enumerate() {
            session.step = (index, format!("{path}.steps[{index}]"));
            steps.push(Step::new(step.span, session.step.1.clone()));
            self.step(step, &mut session, 0);
        }
        let used = self.uses(&entry.key);
        let mut read = session.job(&entry.key, entry.key_span, path);
        read.condition = used.iter().find_map(|used| used.get("filters"));
        read.concurrency = used.iter().any(|used| used.get("serial-group").is_some());
        read.steps = steps;
        read
    }

    /// Where the job's checkout lies is where it starts, whatever that folder is called.
    fn folder(&self, working: Option<&Value>) -> Option<String> {
        let known = working
            .is_none_or(|working| working.as_str().is_some_and(|path| path.starts_with("~/")));
        known.then(|| self.document.folder.to_string())
    }

    /// How workflows use a job.
    fn uses(&self, name: &str) -> Vec<&'a Value> {
        let workflows = self.root.get("workflows").map(Value::entries).unwrap_or_default().iter();
        workflows
            .filter_map(|workflow| workflow.value.get("jobs"))
            .flat_map(Value::items)
            .filter_map(|used| used.get(name))
            .collect()
    }

    fn step(&self, step: &'a Value, session: &mut Session<'a, '_>, depth: usize) {
        if let Some(name) = step.as_str() {
            self.command(name, session, depth);
            return;
        }
        let Some(Entry { key, value, .. }) = step.entries().first() else { return };
        match &**key {
            "run" => self.run(value, session),
            "when" | "unless" => {
                for step in value.get("steps").map(Value::items).unwrap_or_default() {
                    self.step(step, session, depth);
                }
            }
            name => self.command(name, session, depth),
        }
    }

    fn run(&self, run: &'a Value, session: &mut Session<'a, '_>) {
        let Some(script) = run.get("command").or(Some(run)).filter(|run| run.as_str().is_some())
        else {
            return;
        };
        let entries = run.get("environment").map(Value::entries).unwrap_or_default();
        session.local =
            entries.iter().map(|e| Variable::of(&e.key, &e.value, session.file)).collect();
        let folder = session.folder.clone();
        if let Some(working) = run.get("working_directory") {
            let path = working
                .as_str()
                .filter(|path| !path.contains("<<") && !path.starts_with(['/', '~']));
            session.folder = folder.clone().zip(path).map(|(folder, path)| join(&folder, path));
        }
        session.script(script);
        // Each `run` has a shell of its own.
        session.folder = folder;
    }

    /// A command of the file, or of CircleCI or an orb.
    fn command(&self, name: &str, session: &mut Session<'a, '_>, depth: usize) {
        let command = self.root.get("commands").and_then(|commands| commands.get(name));
        match command {
            Some(command) if depth < MAX_DEPTH => {
                for step in command.get("steps").map(Value::items).unwrap_or_default() {
                    self.step(step, session, depth + 1);
                }
            }
            _ if name.contains('/') => {
                // An orb's.
                session.opaque = true;
                if name.starts_with("node/") {
                    session.node = None;
                }
            }
            _ => {}
        }
    }
}
