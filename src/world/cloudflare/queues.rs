//! Queues, and what takes messages from them.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::envelope::or_default;
use super::{Call, Cloudflare, CloudflareError};
use crate::core::model::account::{self, Queue};
use crate::world::http::{Method, segment};

#[derive(Deserialize)]
struct Found {
    queue_id: String,
    queue_name: String,
    #[serde(default, deserialize_with = "or_default")]
    consumers: Vec<Consumer>,
}

#[derive(Deserialize)]
struct Consumer {
    #[serde(default, deserialize_with = "or_default")]
    consumer_id: String,
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

    /// Gives a queue, by its id, a consumer. One that is there already stands in the way.
    pub async fn create_consumer(
        &self,
        account: &str,
        queue: &str,
        consumer: &account::Consumer,
    ) -> Result<(), CloudflareError> {
        self.act(Call::new(Method::POST, consumers(account, queue)).json(&sent(consumer))).await
    }

    /// Sets a consumer of a queue, by its id: what it does not say is as it is without a word.
    pub async fn update_consumer(
        &self,
        account: &str,
        queue: &str,
        consumer: &account::Consumer,
    ) -> Result<(), CloudflareError> {
        let path = format!("{}/{}", consumers(account, queue), segment(&consumer.id));
        self.act(Call::new(Method::PUT, path).json(&sent(consumer))).await
    }

    /// Takes a consumer, by its id, away from its queue. One that is gone already is no error.
    pub async fn delete_consumer(
        &self,
        account: &str,
        queue: &str,
        id: &str,
    ) -> Result<(), CloudflareError> {
        let path = format!("{}/{}", consumers(account, queue), segment(id));
        match self.act(Call::new(Method::DELETE, path)).await {
            Err(CloudflareError::NotFound(_)) => Ok(()),
            result => result,
        }
    }
}

fn consumers(account: &str, queue: &str) -> String {
    format!("/accounts/{}/queues/{}/consumers", segment(account), segment(queue))
}

/// A consumer in the words in which Wrangler sends it (`updateQueueConsumers`, cli.js:167390).
fn sent(consumer: &account::Consumer) -> Value {
    let account::Consumer { kind, script, dead_letter_queue, settings, .. } = consumer;
    let mut sent = json!({ "type": kind, "settings": settings });
    for (key, value) in [("script_name", script), ("dead_letter_queue", dead_letter_queue)] {
        if let Some(value) = value {
            sent[key] = value.as_str().into();
        }
    }
    sent
}

fn consumer(found: Consumer) -> account::Consumer {
    let Consumer {
        consumer_id: id,
        kind,
        script_name,
        script,
        service,
        dead_letter_queue,
        settings,
    } = found;
    let settings = settings.into_iter().filter(|(_, value)| !value.is_null()).collect();
    let script = script_name.or(script).or(service);
    account::Consumer { id, kind, script, dead_letter_queue, settings }
}
