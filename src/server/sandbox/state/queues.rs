//! Queues and their consumers. Messages that wait are not state: they end with the sandbox.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The queues of the account.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Queues {
    /// In the order they were made.
    pub queues: Vec<Queue>,
}

impl Queues {
    /// A queue by its id.
    pub fn get(&self, id: &str) -> Option<&Queue> {
        self.queues.iter().find(|queue| queue.id == id)
    }

    /// The same, to change it.
    pub fn get_mut(&mut self, id: &str) -> Option<&mut Queue> {
        self.queues.iter_mut().find(|queue| queue.id == id)
    }

    /// A queue by its name.
    pub fn by_name(&self, name: &str) -> Option<&Queue> {
        self.queues.iter().find(|queue| queue.name == name)
    }
}

/// A queue.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Queue {
    /// 32 hexadecimal digits.
    pub id: String,
    /// Its name; no two have the same.
    pub name: String,
    /// When it was made.
    pub created_on: String,
    /// When it was changed last.
    pub modified_on: String,
    /// `eu`, `fedramp` or `us`, if it must stay there.
    pub jurisdiction: Option<String>,
    /// How it delivers.
    pub settings: QueueSettings,
    /// Who takes its messages; Cloudflare lets one Worker consume a queue.
    pub consumers: Vec<Consumer>,
}

/// How a queue delivers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct QueueSettings {
    /// Seconds before a message is delivered.
    pub delivery_delay: u32,
    /// Whether messages wait until delivery goes on.
    pub delivery_paused: bool,
    /// Seconds until a message that nobody took is dropped.
    pub message_retention_period: u32,
}

impl Default for QueueSettings {
    fn default() -> Self {
        // Four days: https://developers.cloudflare.com/queues/platform/limits/
        Self { delivery_delay: 0, delivery_paused: false, message_retention_period: 345_600 }
    }
}

/// A consumer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Consumer {
    /// Its id.
    pub consumer_id: String,
    /// `worker` or `http_pull`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The Worker, where it is one.
    pub script_name: Option<String>,
    /// The queue for messages that nobody managed to take.
    pub dead_letter_queue: Option<String>,
    /// When it was made.
    pub created_on: String,
    /// `batch_size`, `max_retries`, `max_wait_time_ms`, `max_concurrency`, `retry_delay`,
    /// `visibility_timeout_ms`: those that were set.
    pub settings: Map<String, Value>,
}
