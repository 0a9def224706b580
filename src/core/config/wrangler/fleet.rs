//! All Workers of a repository by the names under which they are deployed, and what they share:
//! what rules about several services look up.
//!
//! Built once for a run, in time and space that grow with the number of environments.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::OnceLock;

use super::{Environment, Reference, references};
use crate::core::config::shape::{closest, join};
use crate::core::model::{Kind, Service, Value, Workspace};

/// The Workers of a repository. Each environment of each service is a Worker of its own.
#[derive(Debug, Default)]
pub struct Fleet<'a> {
    workers: HashMap<String, Vec<Environment<'a>>>,
    consumers: HashMap<&'a str, Vec<Item<'a>>>,
    producers: HashMap<&'a str, Vec<Item<'a>>>,
    workflows: HashMap<&'a str, Vec<Item<'a>>>,
    databases: HashMap<&'a str, Vec<Item<'a>>>,
    buckets: HashMap<&'a str, Vec<Item<'a>>>,
    services: usize,
    /// The names in generated configurations, which know only one environment of their service.
    generated: HashSet<&'a str>,
    similar: OnceLock<Similar>,
}

/// An entry of a list in a configuration, and whose it is.
#[derive(Clone, Copy, Debug)]
pub struct Item<'a> {
    /// The environment that holds it.
    pub environment: Environment<'a>,
    /// The table.
    pub value: &'a Value,
    spot: Spot<'a>,
}

/// Where an entry stands.
#[derive(Clone, Copy, Debug)]
enum Spot<'a> {
    /// In a list under this key.
    List(&'static str, usize),
    /// In `exports`, under the name of its class, at the top level or in this environment.
    Exports(Option<&'a str>, &'a str),
}

impl<'a> Item<'a> {
    /// Its path: `env.staging.d1_databases[0]`.
    pub fn path(&self) -> String {
        match self.spot {
            Spot::List(list, index) => format!("{}[{index}]", self.environment.path(list)),
            Spot::Exports(None, class) => join("exports", class),
            Spot::Exports(Some(from), class) => join(&join(&join("env", from), "exports"), class),
        }
    }

    /// The value of a key, if it is text and not empty.
    pub fn text(&self, key: &str) -> Option<&'a str> {
        self.value.get(key)?.as_str().filter(|text| !text.is_empty())
    }

    /// Whether two are the same entry of the same environment.
    pub fn is(&self, other: &Self) -> bool {
        std::ptr::eq(self.value, other.value) && self.environment.is(&other.environment)
    }
}

impl<'a> Fleet<'a> {
    /// The Workers of everything that was read.
    pub fn of(workspace: &'a Workspace) -> Self {
        let mut fleet = Self::default();
        for service in &workspace.services {
            fleet.add(service);
        }
        fleet
    }

    fn add(&mut self, service: &'a Service) {
        if service.redirect.is_some() {
            self.generated.insert(&service.name);
        }
        self.services += 1;
        for environment in Environment::all(service) {
            if let Some(name) = environment.worker().filter(|_| service.kind == Kind::Worker) {
                self.workers.entry(name).or_default().push(environment);
            }
            let collect = |index: &mut HashMap<_, Vec<_>>, key, under, by, list| {
                collect(index, environment, key, under, by, list);
            };
            collect(&mut self.consumers, "queues", Some("consumers"), "queue", "queues.consumers");
            collect(&mut self.producers, "queues", Some("producers"), "queue", "queues.producers");
            self.add_workflows(environment);
            collect(&mut self.databases, "d1_databases", None, "database_id", "d1_databases");
            collect(&mut self.buckets, "r2_buckets", None, "bucket_name", "r2_buckets");
        }
    }

    /// A Workflow belongs to the Worker that has its class: a binding without a `script_name`, or
    /// with the Worker's own, and an entry in `exports` (`getWorkflowsOwnedByScript`, cli.js:166318).
    fn add_workflows(&mut self, environment: Environment<'a>) {
        let own = environment.worker();
        let bindings = environment.own().get("workflows").map(Value::items).unwrap_or_default();
        let bound = bindings.iter().enumerate().filter(|(_, item)| {
            let script = item.get("script_name").and_then(Value::as_str);
            script.is_none() || script == own.as_deref()
        });
        let bound = bound.map(|(index, item)| (item, Spot::List("workflows", index)));
        let exports = environment.get("exports");
        let exported = exports.into_iter().flat_map(|exports| {
            let entries = exports.value().entries().iter();
            entries.map(move |entry| (&entry.value, Spot::Exports(exports.from, &entry.key)))
        });
        let exported = exported
            .filter(|(value, _)| value.get("type").and_then(Value::as_str) == Some("workflow"));
        for (value, spot) in bound.chain(exported) {
            let item = Item { environment, value, spot };
            if let Some(name) = item.text("name") {
                self.workflows.entry(name).or_default().push(item);
            }
        }
    }

    /// The environments that deploy a Worker of this name, in the order of their configurations'
    /// paths. More than one is a mistake, and other rules' business.
    pub fn named(&self, worker: &str) -> &[Environment<'a>] {
        self.workers.get(worker).map(Vec::as_slice).unwrap_or_default()
    }

    /// The environment that a reference leads to, if exactly one deploys a Worker of that name.
    pub fn target(&self, reference: &Reference<'_>) -> Option<Environment<'a>> {
        match self.named(reference.worker) {
            [only] => Some(*only),
            _ => None,
        }
    }

    /// The references of an environment to other Workers of the repository, and where each leads.
    pub fn targets(
        &self,
        environment: &Environment<'a>,
    ) -> impl Iterator<Item = (Reference<'a>, Environment<'a>)> {
        references(environment).filter_map(|reference| Some((reference, self.target(&reference)?)))
    }

    /// The name of a Worker of the repository that someone may have meant by another name.
    pub fn similar_to(&self, typed: &str) -> Option<&str> {
        self.similar.get_or_init(|| Similar::of(self.workers.keys())).to(typed)
    }

    /// How many services there are.
    pub fn services(&self) -> usize {
        self.services
    }

    /// Whether a Worker may be one of the repository that no configuration names: another
    /// environment of a service whose configuration a build tool generated.
    pub fn may_generate(&self, worker: &str) -> bool {
        let dashes = worker.match_indices('-').map(|(at, _)| at);
        dashes.chain([worker.len()]).any(|at| self.generated.contains(&worker[..at]))
    }

    /// The consumers of a queue.
    pub fn consumers_of(&self, queue: &str) -> &[Item<'a>] {
        self.consumers.get(queue).map(Vec::as_slice).unwrap_or_default()
    }

    /// The producers for a queue.
    pub fn producers_of(&self, queue: &str) -> &[Item<'a>] {
        self.producers.get(queue).map(Vec::as_slice).unwrap_or_default()
    }

    /// What claims a Workflow of this name for its own Worker.
    pub fn workflow(&self, name: &str) -> &[Item<'a>] {
        self.workflows.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// The Workflows that an environment claims for its own Worker, by name.
    pub fn workflows_of(&self, environment: &Environment<'a>) -> Vec<Item<'a>> {
        let bound = environment.own().get("workflows").map(Value::items).unwrap_or_default().iter();
        let exports = environment.get("exports").map(|exports| exports.value().entries());
        let exported = exports.unwrap_or_default().iter().map(|entry| &entry.value);
        let named = bound.chain(exported).filter_map(|item| item.get("name")?.as_str());
        let names: BTreeSet<&str> = named.collect();
        let own = |name| self.workflow(name).iter().find(|item| item.environment.is(environment));
        names.into_iter().filter_map(own).copied().collect()
    }

    /// The bindings to a D1 database.
    pub fn database(&self, id: &str) -> &[Item<'a>] {
        self.databases.get(id).map(Vec::as_slice).unwrap_or_default()
    }

    /// The bindings to an R2 bucket.
    pub fn bucket(&self, name: &str) -> &[Item<'a>] {
        self.buckets.get(name).map(Vec::as_slice).unwrap_or_default()
    }
}

fn collect<'a>(
    index: &mut HashMap<&'a str, Vec<Item<'a>>>,
    environment: Environment<'a>,
    key: &str,
    under: Option<&str>,
    by: &str,
    list: &'static str,
) {
    let value = environment.own().get(key);
    let items = under.map_or(value, |under| value?.get(under));
    for (position, item) in items.map(Value::items).unwrap_or_default().iter().enumerate() {
        let text = item.get(by).and_then(Value::as_str).filter(|text| !text.is_empty());
        if let Some(text) = text {
            let item = Item { environment, value: item, spot: Spot::List(list, position) };
            index.entry(text).or_default().push(item);
        }
    }
}

/// An index for names that are almost the same. Comparing each name with each other would take
/// minutes in a large repository, so a name is found by what is left of it without one letter:
/// two names that differ in one place have one of these in common.
#[derive(Debug, Default)]
struct Similar {
    names: Vec<String>,
    by_rest: HashMap<String, Vec<u32>>,
}

impl Similar {
    fn of<'n>(names: impl Iterator<Item = &'n String>) -> Self {
        let mut names: Vec<String> = names.cloned().collect();
        names.sort_unstable();
        let mut by_rest: HashMap<String, Vec<u32>> = HashMap::new();
        for (index, name) in (0..).zip(&names) {
            for rest in rests(name) {
                by_rest.entry(rest).or_default().push(index);
            }
        }
        Self { names, by_rest }
    }

    fn to(&self, typed: &str) -> Option<&str> {
        /// A rest that so many names share says nothing: `worker-1`, `worker-2` …
        const SHARED: usize = 16;
        let rests = rests(typed);
        let found = rests.iter().filter_map(|rest| self.by_rest.get(rest));
        let few = found.filter(|indexes| indexes.len() <= SHARED).flatten();
        closest(typed, few.map(|index| &*self.names[*index as usize]).filter(|name| *name != typed))
    }
}

/// A name, and what is left of it without each of its letters.
fn rests(name: &str) -> Vec<String> {
    let without =
        |(at, letter): (usize, char)| format!("{}{}", &name[..at], &name[at + letter.len_utf8()..]);
    std::iter::once(name.to_owned()).chain(name.char_indices().map(without)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_by_another_that_differs_in_one_place() {
        let names = ["shop-pricing", "shop-api", "mail"].map(str::to_owned);
        let similar = Similar::of(names.iter());
        for (typed, meant) in [
            ("shop-pricng", Some("shop-pricing")),
            ("shop-prizing", Some("shop-pricing")),
            ("shop-pircing", Some("shop-pricing")),
            ("shop_pricing", Some("shop-pricing")),
            ("shop-prices", None),
            ("shop-api", None),
            ("mall", Some("mail")),
            ("nail-é", None),
        ] {
            assert_eq!(similar.to(typed), meant, "{typed}");
        }
    }
}
