//! Queues: messages from producers to the Worker that consumes them, in batches, or to those who pull
//! them over HTTP ([`pull`]), with retries and a dead letter queue. Messages are in memory: they end with the sandbox.

mod consumer;
mod mailbox;
mod pull;

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use axum::body::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::time::Instant;

use super::super::state::queues::Queue;
use super::super::{Sandbox, Shared};
use super::Runner;
use consumer::{Consumer, Patience};
pub(super) use mailbox::{Backlog, Message};
use mailbox::{Due, Mailbox};
pub(in crate::server::sandbox) use pull::Retry;

/// The messages of all queues, by the queue's name.
#[derive(Debug, Default)]
pub(super) struct Queues {
    boxes: Mutex<Boxes>,
    news: Arc<Notify>,
}

#[derive(Debug, Default)]
struct Boxes {
    by_queue: BTreeMap<String, Mailbox>,
    /// Queues of which a batch is with its consumer.
    busy: HashSet<String>,
    /// Whether somebody delivers.
    is_delivered: bool,
}

/// What a handler did with a batch: `FetcherQueueResult`, workerd's types.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Outcome {
    outcome: String,
    ack_all: bool,
    retry_batch: RetryBatch,
    explicit_acks: Vec<String>,
    retry_messages: Vec<RetryMessage>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RetryBatch {
    retry: bool,
    delay_seconds: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RetryMessage {
    msg_id: String,
    delay_seconds: Option<u64>,
}

/// For the API, which sends and purges too.
impl Runner {
    /// Takes a message for a queue.
    pub(in crate::server::sandbox) fn enqueue(
        &self,
        sandbox: &Shared,
        queue: &Queue,
        content_type: &str,
        body: Bytes,
        delay: Option<u32>,
    ) {
        let message = Message {
            id: sandbox.source.id(),
            timestamp: sandbox.source.timestamp().as_millisecond(),
            attempts: 0,
            content_type: content_type.to_owned(),
            body,
        };
        let delay = Duration::from_secs(delay.unwrap_or(queue.settings.delivery_delay).into());
        self.queues.send(sandbox, &queue.name, message, delay);
    }

    /// How much waits in a queue, as the API shows it.
    pub(in crate::server::sandbox) fn metrics(&self, queue: &str) -> Value {
        let Backlog { messages, bytes, oldest } = self.queues.backlog(queue);
        json!({
            "backlog_count": messages, "backlog_bytes": bytes,
            "oldest_message_timestamp_ms": oldest.unwrap_or_default(),
        })
    }

    /// Drops every message that waits in a queue.
    pub(in crate::server::sandbox) fn purge(&self, queue: &str) {
        self.queues.boxes().by_queue.remove(queue);
    }
}

impl Queues {
    /// Takes a message for a queue, to be delivered after a delay.
    pub(super) fn send(&self, sandbox: &Shared, queue: &str, message: Message, delay: Duration) {
        let mut boxes = self.boxes();
        let from = Instant::now() + delay;
        boxes.by_queue.entry(queue.to_owned()).or_default().push(message, from);
        if !std::mem::replace(&mut boxes.is_delivered, true) {
            tokio::spawn(deliver(Arc::downgrade(sandbox), self.news.clone()));
        }
        self.news.notify_one();
    }

    /// Puts a message that was not consumed back, after a delay, or to the dead letters.
    fn again(
        &self,
        sandbox: &Shared,
        queue: &str,
        patience: &Patience,
        message: Message,
        delay: Duration,
    ) {
        let Some((to, message)) = patience.next(queue, message) else { return };
        let delay = if to == queue { delay } else { Duration::ZERO };
        self.send(sandbox, to, message, delay);
    }

    /// How much waits in a queue.
    pub(super) fn backlog(&self, queue: &str) -> Backlog {
        self.boxes().by_queue.get(queue).map(Mailbox::backlog).unwrap_or_default()
    }

    fn boxes(&self) -> MutexGuard<'_, Boxes> {
        self.boxes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands every batch that is due to its consumer, and says when to look again.
    fn round(&self, sandbox: &Shared) -> Option<Instant> {
        let state = sandbox.state();
        let mut boxes = self.boxes();
        let Boxes { by_queue, busy, .. } = &mut *boxes;
        let mut next = None;
        for (queue, mailbox) in by_queue {
            let Some(consumer) = consumer::of(&state, queue) else { continue };
            if busy.contains(queue) {
                continue;
            }
            match mailbox.take(consumer.batching, Instant::now()) {
                Due::Batch(batch) => {
                    busy.insert(queue.clone());
                    let (sandbox, queue) = (sandbox.clone(), queue.clone());
                    tokio::spawn(async move { hand_over(&sandbox, &queue, consumer, batch).await });
                }
                Due::Later(later) => next = next.into_iter().chain([later]).min(),
                Due::Never => {}
            }
        }
        next
    }
}

/// Delivers for as long as there is a sandbox: on a message, on a change of the state, and in time.
async fn deliver(sandbox: Weak<Sandbox>, news: Arc<Notify>) {
    let Some(mut changes) = sandbox.upgrade().map(|sandbox| sandbox.store.subscribe()) else {
        return;
    };
    loop {
        let Some(next) = sandbox.upgrade().map(|sandbox| sandbox.runner.queues.round(&sandbox))
        else {
            return;
        };
        let time = async {
            match next {
                Some(next) => tokio::time::sleep_until(next).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = time => {}
            () = news.notified() => {}
            changed = changes.changed() => if changed.is_err() { return },
        }
    }
}

/// Gives a batch to its consumer, and puts back what is to come again.
async fn hand_over(sandbox: &Shared, queue: &str, consumer: Consumer, batch: Vec<Message>) {
    let messages: Vec<Value> = batch.iter().map(Message::delivered).collect();
    let event = json!({ "queue": queue, "messages": messages });
    let answer = sandbox.runner.event(sandbox, &consumer.script, "queue", &event).await;
    // Whatever went wrong: the messages were not consumed.
    let outcome: Outcome =
        answer.ok().and_then(|answer| serde_json::from_value(answer).ok()).unwrap_or_default();
    let queues = &sandbox.runner.queues;
    queues.boxes().busy.remove(queue);
    for message in batch {
        let delay = outcome.retry(&message.id, consumer.patience.retry_delay);
        if let Some(delay) = delay {
            queues.again(sandbox, queue, &consumer.patience, message, delay);
        }
    }
    queues.news.notify_one();
}

impl Outcome {
    /// After which delay a message comes again; `None` if it was consumed.
    ///
    /// <https://developers.cloudflare.com/queues/configuration/batching-retries/>
    fn retry(&self, id: &str, usual: Duration) -> Option<Duration> {
        let delay = |seconds: Option<u64>| seconds.map_or(usual, Duration::from_secs);
        if let Some(message) = self.retry_messages.iter().find(|message| message.msg_id == id) {
            return Some(delay(message.delay_seconds));
        }
        let is_acknowledged = self.ack_all || self.explicit_acks.iter().any(|it| it == id);
        if is_acknowledged {
            return None;
        }
        let again = self.retry_batch.retry || self.outcome != "ok";
        again.then(|| delay(self.retry_batch.delay_seconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn retried(answer: Value) -> Vec<Option<u64>> {
        let outcome: Outcome = serde_json::from_value(answer).expect("an outcome");
        let usual = Duration::from_secs(7);
        ["1", "2"].map(|id| outcome.retry(id, usual).map(|delay| delay.as_secs())).to_vec()
    }

    #[test]
    fn what_was_not_acknowledged_comes_again() {
        assert_eq!(retried(json!({ "outcome": "ok" })), [None, None]);
        assert_eq!(retried(json!({ "outcome": "exception" })), [Some(7), Some(7)]);
        let half = json!({ "outcome": "exception", "explicitAcks": ["1"] });
        assert_eq!(retried(half), [None, Some(7)]);
        let one =
            json!({ "outcome": "ok", "retryMessages": [{ "msgId": "2", "delaySeconds": 1 }] });
        assert_eq!(retried(one), [None, Some(1)]);
        let all = json!({ "outcome": "ok", "retryBatch": { "retry": true, "delaySeconds": 3 } });
        assert_eq!(retried(all), [Some(3), Some(3)]);
    }
}
