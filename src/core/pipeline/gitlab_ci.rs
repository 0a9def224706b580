//! `.gitlab-ci.yml`.

use super::session::{Reader, Session};
use super::{Job, Node, Pipeline, Step, System, Variable};
use crate::core::config::{shape, yaml};
use crate::core::model::{Document, Entry, Object, Value};

/// Keys at the top level that are no jobs.
const NO_JOBS: [&str; 11] = [
    "after_script",
    "before_script",
    "cache",
    "default",
    "image",
    "include",
    "services",
    "spec",
    "stages",
    "variables",
    "workflow",
];

/// How many templates may extend each other.
const MAX_DEPTH: usize = 8;

pub(super) fn read<'a>(
    reader: &Reader<'a, '_>,
    document: &'a Document,
    value: &'a Value,
) -> Option<Pipeline<'a>> {
    let root = value.as_object()?;
    let file = Definition { reader, document, root };
    let is_job = |entry: &&Entry| {
        !NO_JOBS.contains(&&*entry.key)
            && !entry.key.starts_with('.')
            && entry.value.get("trigger").is_none()
    };
    let jobs: Vec<_> = root.entries.iter().filter(is_job).filter_map(|job| file.job(job)).collect();
    Some(Pipeline {
        filtered: root.get("workflow").is_some(),
        jobs,
        ..Pipeline::new(System::Gitlab, document.file)
    })
}

struct Definition<'a, 'r> {
    reader: &'r Reader<'a, 'r>,
    document: &'a Document,
    root: &'a Object,
}

impl<'a> Definition<'a, '_> {
    fn job(&self, entry: &'a Entry) -> Option<Job<'a>> {
        entry.value.as_object()?;
        let job = Extended::of(self.root, entry);
        let default = |key: &str| {
            let of_all = self.root.get("default").and_then(|default| default.get(key));
            of_all.or_else(|| self.root.get(key))
        };
        let mut session =
            Session::new(self.reader, self.document.file, Some(self.document.folder.to_string()));
        // The settings of a project, a group and an instance set variables that no file shows.
        session.sealed = false;
        let levels = self.root.get("variables").into_iter().chain(job.all("variables"));
        for variables in levels.map(Value::entries) {
            session.variables.extend(variables.iter().map(|entry| {
                let value = entry.value.get("value").unwrap_or(&entry.value);
                Variable::of(&entry.key, value, session.file)
            }));
        }
        if let Some(used) = job.get("image").or_else(|| default("image")) {
            let image = used.get("name").unwrap_or(used);
            session.node = Node::of_image(image, "image".to_owned(), session.file);
        }
        session.opaque = !job.complete;
        let path = shape::join("", &entry.key);
        let mut steps = Vec::new();
        for key in ["before_script", "script"] {
            let own = job.find(key).map(|(whose, script)| (shape::join("", whose), script));
            let script = own.or_else(|| Some(("default".to_owned(), default(key)?)));
            let Some((whose, script)) =
                script.filter(|(whose, _)| key != "script" || whose != "default")
            else {
                continue;
            };
            session.step = (0, format!("{whose}.{key}"));
            if key == "script" {
                steps.push(Step::new(script.span, session.step.1.clone()));
            }
            for line in lines(script) {
                session.script(line);
            }
        }
        let mut read = session.job(&entry.key, entry.key_span, path);
        read.condition =
            ["rules", "only", "when", "except"].into_iter().find_map(|key| job.get(key));
        read.environment = job.get("environment");
        // A template in another file may say it.
        read.concurrency = job.get("resource_group").is_some() || !job.complete;
        read.steps = steps;
        Some(read)
    }
}

/// The lines of a script, which is text, a list, or a list of lists.
fn lines(script: &Value) -> Vec<&Value> {
    match script.as_array() {
        Some(items) => items.iter().flat_map(lines).collect(),
        None => vec![script],
    }
}

/// A job, and what it extends, the nearest first, by name.
struct Extended<'a> {
    tables: Vec<(&'a str, &'a Value)>,
    /// Whether everything that it extends stands in the file.
    complete: bool,
}

impl<'a> Extended<'a> {
    fn of(root: &'a Object, job: &'a Entry) -> Self {
        let mut extended = Self { tables: Vec::new(), complete: true };
        extended.add(root, job, 0);
        extended
    }

    fn add(&mut self, root: &'a Object, job: &'a Entry, depth: usize) {
        self.tables.push((&job.key, &job.value));
        let Some(bases) = job.value.get("extends") else { return };
        // The last of several bases counts most.
        let names = bases.as_array().unwrap_or(std::slice::from_ref(bases));
        for name in names.iter().rev() {
            match name.as_str().and_then(|name| root.entry(name)) {
                Some(base) if depth < MAX_DEPTH => self.add(root, base, depth + 1),
                _ => self.complete = false,
            }
        }
    }

    /// What a key says, and in which table.
    fn find(&self, key: &str) -> Option<(&'a str, &'a Value)> {
        self.tables.iter().find_map(|(name, table)| Some((*name, table.get(key)?)))
    }

    fn get(&self, key: &str) -> Option<&'a Value> {
        self.find(key).map(|(_, value)| value)
    }

    /// The values of a key that adds up, the farthest first.
    fn all(&self, key: &'static str) -> impl Iterator<Item = &'a Value> + '_ {
        self.tables.iter().rev().filter_map(move |(_, table)| table.get(key))
    }
}

/// The document of a file that holds its jobs. A header with `spec`, which says what others may
/// pass in, stands before it in a document of its own (<https://docs.gitlab.com/ci/yaml/#spec>).
pub fn content(text: &str) -> Option<Value> {
    let first = yaml::parse(text).ok()?;
    let second = first.get("spec").and_then(|_| yaml::documents(text).nth(1));
    second.map_or(Some(first), Result::ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_not_the_content() {
        let first = |text| {
            let value = content(text)?;
            value.as_object()?.entries.first().map(|entry| entry.key.to_string())
        };
        assert_eq!(first("spec: {inputs: {}}\n---\ndeploy: {}\n").as_deref(), Some("deploy"));
        assert_eq!(first("deploy: {}\n---\nother: {}\n").as_deref(), Some("deploy"));
        assert!(content("spec: {}\n---\n[").is_none());
        assert!(content("").is_some_and(|value| value.as_object().is_some()));
    }
}
