//! Who consumes a queue, by the account's state.

use std::time::Duration;

use super::super::super::state::{State, queues};
use super::mailbox::{Batching, Message};

/// What a consumer has that says nothing else:
/// <https://developers.cloudflare.com/queues/configuration/configure-queues/#consumer-worker-configuration>.
const BATCH_SIZE: u64 = 10;
/// The same, in milliseconds.
const MAX_WAIT: u64 = 5000;
/// The same.
const MAX_RETRIES: u64 = 3;

/// The Worker that consumes a queue, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Consumer {
    pub(super) script: String,
    pub(super) batching: Batching,
    pub(super) patience: Patience,
}

/// How often a consumer is given a message, and what happens then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Patience {
    max_retries: u32,
    /// Before a message comes again.
    pub(super) retry_delay: Duration,
    dead_letter_queue: Option<String>,
}

impl Patience {
    fn of(consumer: &queues::Consumer) -> Self {
        let dead = consumer.dead_letter_queue.as_ref().filter(|dead| !dead.is_empty());
        let max_retries = number(consumer, "max_retries").unwrap_or(MAX_RETRIES);
        Self {
            max_retries: u32::try_from(max_retries).unwrap_or(u32::MAX),
            retry_delay: Duration::from_secs(number(consumer, "retry_delay").unwrap_or(0)),
            dead_letter_queue: dead.cloned(),
        }
    }

    /// Where a message goes that was delivered once more in vain: back, or to the dead letters, or
    /// nowhere.
    pub(super) fn next<'a>(
        &'a self,
        queue: &'a str,
        mut message: Message,
    ) -> Option<(&'a str, Message)> {
        message.attempts += 1;
        if message.attempts <= self.max_retries {
            return Some((queue, message));
        }
        let dead = self.dead_letter_queue.as_deref()?;
        Some((dead, Message { attempts: 0, ..message }))
    }
}

fn number(consumer: &queues::Consumer, key: &str) -> Option<u64> {
    consumer.settings.get(key)?.as_u64()
}

/// Who pulls a queue's messages over HTTP, where somebody may.
pub(super) fn pulling(state: &State, queue: &str) -> Option<Patience> {
    let mut consumers = state.queues.by_name(queue)?.consumers.iter();
    consumers.find(|consumer| consumer.kind == "http_pull").map(Patience::of)
}

/// The Worker that consumes a queue, if there is one and the queue delivers.
pub(super) fn of(state: &State, queue: &str) -> Option<Consumer> {
    let queue = state.queues.by_name(queue).filter(|queue| !queue.settings.delivery_paused)?;
    queue.consumers.iter().find_map(|consumer| {
        let number = |key| number(consumer, key);
        Some(Consumer {
            script: consumer.script_name.clone()?,
            batching: Batching {
                size: usize::try_from(number("batch_size").unwrap_or(BATCH_SIZE)).ok()?.max(1),
                wait: Duration::from_millis(number("max_wait_time_ms").unwrap_or(MAX_WAIT)),
            },
            patience: Patience::of(consumer),
        })
    })
}
