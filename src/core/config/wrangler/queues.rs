//! The queues that a Worker produces for and consumes.

use super::Environment;
use crate::core::config::placeholder::placeholder;
use crate::core::model::Value;

/// One of `queues.producers` or `queues.consumers`.
#[derive(Clone, Debug)]
pub struct QueueEntry<'a> {
    /// The table.
    pub value: &'a Value,
    /// Its path: `env.staging.queues.consumers[0]`.
    pub path: String,
}

impl<'a> QueueEntry<'a> {
    /// The name of its queue, if it is one and not still to be filled in.
    pub fn queue(&self) -> Option<&'a str> {
        self.name("queue")
    }

    /// The queue for messages that nobody could handle.
    pub fn dead_letter_queue(&self) -> Option<&'a str> {
        self.name("dead_letter_queue")
    }

    fn name(&self, key: &str) -> Option<&'a str> {
        let name = self.value.get(key)?.as_str()?;
        Some(name).filter(|name| !name.is_empty() && placeholder(name).is_none())
    }
}

/// The queues that an environment sends to.
pub fn producers<'a>(environment: &Environment<'a>) -> impl Iterator<Item = QueueEntry<'a>> {
    entries(environment, "producers")
}

/// The queues that an environment takes messages from.
pub fn consumers<'a>(environment: &Environment<'a>) -> impl Iterator<Item = QueueEntry<'a>> {
    entries(environment, "consumers")
}

fn entries<'a>(
    environment: &Environment<'a>,
    list: &'static str,
) -> impl Iterator<Item = QueueEntry<'a>> {
    let items = environment.get("queues").and_then(|queues| queues.value().get(list));
    let path = environment.path("queues");
    let items = items.map(Value::items).unwrap_or_default().iter().enumerate();
    items.map(move |(index, value)| QueueEntry { value, path: format!("{path}.{list}[{index}]") })
}
