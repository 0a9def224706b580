//! Who consumes a queue, by the account's state.

use std::time::Duration;

use super::super::super::state::State;
use super::mailbox::Batching;

/// What a consumer has that says nothing else:
/// <https://developers.cloudflare.com/queues/configuration/configure-queues/#consumer-worker-configuration>.
const BATCH_SIZE: u64 = 10;
/// The same, in milliseconds.
const MAX_WAIT: u64 = 5000;
/// The same.
const MAX_RETRIES: u64 = 3;

/// Who consumes a queue, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Consumer {
    pub(super) script: String,
    pub(super) batching: Batching,
    pub(super) max_retries: u32,
    pub(super) retry_delay: Duration,
    pub(super) dead_letter_queue: Option<String>,
}

/// The Worker that consumes a queue, if there is one and the queue delivers.
pub(super) fn of(state: &State, queue: &str) -> Option<Consumer> {
    let queue = state.queues.by_name(queue).filter(|queue| !queue.settings.delivery_paused)?;
    queue.consumers.iter().find_map(|consumer| {
        let number = |key| consumer.settings.get(key).and_then(serde_json::Value::as_u64);
        let dead = consumer.dead_letter_queue.as_ref().filter(|dead| !dead.is_empty());
        Some(Consumer {
            script: consumer.script_name.clone()?,
            batching: Batching {
                size: usize::try_from(number("batch_size").unwrap_or(BATCH_SIZE)).ok()?.max(1),
                wait: Duration::from_millis(number("max_wait_time_ms").unwrap_or(MAX_WAIT)),
            },
            max_retries: u32::try_from(number("max_retries").unwrap_or(MAX_RETRIES)).ok()?,
            retry_delay: Duration::from_secs(number("retry_delay").unwrap_or(0)),
            dead_letter_queue: dead.cloned(),
        })
    })
}
