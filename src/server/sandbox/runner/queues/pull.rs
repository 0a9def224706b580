//! Messages that are pulled over HTTP, each on a lease: who does not acknowledge it in time gets it
//! again.
//!
//! <https://developers.cloudflare.com/queues/configuration/pull-consumers/>

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::super::super::Shared;
use super::super::super::envelope::ApiError;
use super::super::super::errors::products::NO_PULL_CONSUMER;
use super::super::Runner;
use super::mailbox::Message;
use super::{Queues, consumer};

/// A message that is to come again.
#[derive(Debug, Deserialize)]
pub(in crate::server::sandbox) struct Retry {
    lease_id: String,
    delay_seconds: Option<u64>,
}

impl Runner {
    /// Takes messages of a queue, at most so many, each on a lease.
    pub(in crate::server::sandbox) fn pull(
        &self,
        sandbox: &Shared,
        queue: &str,
        count: usize,
        lease: Duration,
    ) -> Result<Value, ApiError> {
        let patience = consumer::pulling(&sandbox.state(), queue)
            .ok_or_else(|| ApiError::from(NO_PULL_CONSUMER))?;
        let (queues, now) = (&self.queues, Instant::now());
        for message in queues.mailbox(queue, |mailbox| mailbox.expired(now)) {
            queues.again(sandbox, queue, &patience, message, Duration::ZERO);
        }
        let now = Instant::now();
        let pulled = queues.mailbox(queue, |mailbox| {
            let mut pulled = Vec::new();
            while pulled.len() < count
                && let Some(message) = mailbox.pop(now)
            {
                let id = sandbox.source.id();
                pulled.push(shown(&message, &id));
                mailbox.lease(id, message, now + lease);
            }
            pulled
        });
        let metrics = self.metrics(queue);
        Ok(json!({
            "message_backlog_count": metrics["backlog_count"], "messages": pulled,
            "metadata": { "metrics": metrics },
        }))
    }

    /// Ends leases: of what was consumed, and of what is to come again. A lease that has ended is a
    /// warning.
    pub(in crate::server::sandbox) fn acknowledge(
        &self,
        sandbox: &Shared,
        queue: &str,
        acks: &[String],
        retries: &[Retry],
    ) -> Result<Value, ApiError> {
        let patience = consumer::pulling(&sandbox.state(), queue)
            .ok_or_else(|| ApiError::from(NO_PULL_CONSUMER))?;
        let now = Instant::now();
        let end = |lease: &str| self.queues.mailbox(queue, |mailbox| mailbox.end(lease, now));
        let (mut acknowledged, mut retried) = (0, 0);
        let mut warnings = serde_json::Map::new();
        let mut warn = |lease: &str| {
            warnings.insert(lease.to_owned(), "the lease is not known, or it has ended".into());
        };
        for lease in acks {
            match end(lease) {
                Some(_) => acknowledged += 1,
                None => warn(lease),
            }
        }
        for Retry { lease_id, delay_seconds } in retries {
            let Some(message) = end(lease_id) else {
                warn(lease_id);
                continue;
            };
            retried += 1;
            let delay = delay_seconds.map_or(patience.retry_delay, Duration::from_secs);
            self.queues.again(sandbox, queue, &patience, message, delay);
        }
        Ok(json!({ "ackCount": acknowledged, "retryCount": retried, "warnings": warnings }))
    }
}

impl Queues {
    fn mailbox<T>(&self, queue: &str, act: impl FnOnce(&mut super::Mailbox) -> T) -> T {
        act(self.boxes().by_queue.entry(queue.to_owned()).or_default())
    }
}

/// A message on a lease. JSON and bytes are in Base64, text is not.
fn shown(message: &Message, lease: &str) -> Value {
    let body = match &*message.content_type {
        "text" => String::from_utf8_lossy(&message.body).into_owned(),
        _ => STANDARD.encode(&message.body),
    };
    json!({
        "id": message.id, "body": body, "lease_id": lease, "attempts": message.attempts + 1,
        "timestamp_ms": message.timestamp,
        "metadata": { "CF-Content-Type": message.content_type },
    })
}
