//! Queues.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::envelope::or_default;
use super::{Call, Cloudflare, CloudflareError};
use crate::core::model::account::{self, Queue};
use crate::world::http::segment;

#[derive(Deserialize)]
struct Found {
    queue_id: String,
    queue_name: String,
    #[serde(default, deserialize_with = "or_default")]
    consumers: Vec<Consumer>,
}

#[derive(Deserialize)]
struct Consumer {
    #[serde(rename = "type", default, deserialize_with = "or_default")]
    kind: String,
    /// The Worker: the API reference has the first name, Wrangler reads the others too
    /// (`consumer.script`, `consumer.service`).
    #[serde(default)]
    script_name: Option<String>,
    #[serde(default)]
    script: Option<String>,
    #[serde(default)]
    service: Option<String>,
    #[serde(default)]
    dead_letter_queue: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    settings: BTreeMap<String, Value>,
}

impl Cloudflare {
    /// The queues of an account, with their consumers.
    pub async fn queues(&self, account: &str) -> Result<Vec<Queue>, CloudflareError> {
        let path = format!("/accounts/{}/queues", segment(account));
        // How long a page is, the API reference does not say; the answer does.
        let queues: Vec<Found> = self.pages(Call::get(path), None).await?;
        let queue = |Found { queue_id, queue_name, consumers }| Queue {
            id: queue_id,
            name: queue_name,
            consumers: consumers.into_iter().map(consumer).collect(),
        };
        Ok(queues.into_iter().map(queue).collect())
    }
}

fn consumer(found: Consumer) -> account::Consumer {
    let Consumer { kind, script_name, script, service, dead_letter_queue, settings } = found;
    let settings = settings.into_iter().filter(|(_, value)| !value.is_null()).collect();
    let script = script_name.or(script).or(service);
    account::Consumer { kind, script, dead_letter_queue, settings }
}
