//! Where a configuration names another Worker: service bindings, tail consumers, the outbound
//! Worker of a dispatch namespace, and Durable Objects and Workflows of another script.

use super::Environment;
use crate::core::model::{Span, Value};

/// The binding by which a Worker of OpenNext reaches itself.
pub const SELF_REFERENCE: &str = "WORKER_SELF_REFERENCE";

/// What a reference is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// `services`
    Service,
    /// `tail_consumers` and `streaming_tail_consumers`
    Tail,
    /// `dispatch_namespaces[].outbound`
    Outbound,
    /// `durable_objects.bindings[].script_name`
    DurableObject,
    /// `workflows[].script_name`
    Workflow,
}

/// A Worker's name in a configuration, and what it is there for.
#[derive(Clone, Copy, Debug)]
pub struct Reference<'a> {
    /// What it is for.
    pub purpose: Purpose,
    /// The name of the Worker; never empty.
    pub worker: &'a str,
    /// Where the name stands.
    pub span: Span,
    /// The table that holds it.
    pub item: &'a Value,
    list: &'static str,
    index: usize,
    key: &'static str,
}

impl<'a> Reference<'a> {
    /// The path of one of the keys beside the name: `env.staging.services[0].entrypoint`.
    pub fn path_of(&self, environment: &Environment<'_>, key: &str) -> String {
        format!("{}[{}].{key}", environment.path(self.list), self.index)
    }

    /// The path of the name.
    pub fn path(&self, environment: &Environment<'_>) -> String {
        self.path_of(environment, self.key)
    }

    /// The name by which code knows the binding. Tail consumers have none.
    pub fn binding(&self) -> Option<&'a str> {
        match self.purpose {
            Purpose::DurableObject => self.item.get("name"),
            _ => self.item.get("binding"),
        }?
        .as_str()
    }

    /// The value of one of the keys beside the name, if it is text and not empty.
    pub fn text(&self, key: &str) -> Option<&'a str> {
        self.item.get(key)?.as_str().filter(|text| !text.is_empty())
    }
}

/// A list that may name Workers.
struct List {
    purpose: Purpose,
    /// Its key, as a path.
    path: &'static str,
    /// The key of the name, as a path.
    key: &'static str,
}

const LISTS: [List; 6] = [
    List { purpose: Purpose::Service, path: "services", key: "service" },
    List { purpose: Purpose::Tail, path: "tail_consumers", key: "service" },
    List { purpose: Purpose::Tail, path: "streaming_tail_consumers", key: "service" },
    List { purpose: Purpose::Outbound, path: "dispatch_namespaces", key: "outbound.service" },
    List { purpose: Purpose::DurableObject, path: "durable_objects.bindings", key: "script_name" },
    List { purpose: Purpose::Workflow, path: "workflows", key: "script_name" },
];

/// The Workers that an environment names, in the order of its lists.
pub fn references<'a>(
    environment: &Environment<'a>,
) -> impl Iterator<Item = Reference<'a>> + use<'a> {
    let environment = *environment;
    LISTS.iter().flat_map(move |list| {
        // None of these keys is inherited, so what counts is what the environment says itself.
        let items = deep(environment.own(), list.path).map(Value::items).unwrap_or_default();
        items.iter().enumerate().filter_map(move |(index, item)| {
            let name = deep(item.as_object()?, list.key)?;
            let worker = name.as_str().filter(|name| !name.is_empty())?;
            Some(Reference {
                purpose: list.purpose,
                worker,
                span: name.span,
                item,
                list: list.path,
                index,
                key: list.key,
            })
        })
    })
}

/// The value at the end of a path of keys.
fn deep<'a>(table: &'a crate::core::model::Object, path: &str) -> Option<&'a Value> {
    let mut keys = path.split('.');
    let first = table.get(keys.next()?)?;
    keys.try_fold(first, |value, key| value.get(key))
}
