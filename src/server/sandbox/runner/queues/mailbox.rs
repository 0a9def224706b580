//! The messages of one queue, and when a batch of them is due.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use axum::body::Bytes;
use serde_json::{Value, json};
use tokio::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A message that waits to be delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Message {
    /// 32 hexadecimal digits.
    pub(in super::super) id: String,
    /// When it was sent, in milliseconds since 1970.
    pub(in super::super) timestamp: i64,
    /// How often it was delivered.
    pub(in super::super) attempts: u32,
    /// `json`, `text`, `bytes` or `v8`.
    pub(in super::super) content_type: String,
    /// In the form that the type says.
    pub(in super::super) body: Bytes,
}

impl Message {
    /// As `node/dispatcher.mjs` reads it.
    pub(super) fn delivered(&self) -> Value {
        json!({
            "id": self.id, "timestamp": self.timestamp, "attempts": self.attempts + 1,
            "type": self.content_type, "body": STANDARD.encode(&self.body),
        })
    }
}

/// How a consumer wants its batches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Batching {
    /// As many messages at most.
    pub(super) size: usize,
    /// How long the first of them waits for others.
    pub(super) wait: Duration,
}

/// What there is to do for a queue.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// These are to be delivered.
    Batch(Vec<Message>),
    /// Nothing before this time.
    Later(Instant),
    /// Nothing at all.
    Never,
}

/// How much waits in a queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in super::super) struct Backlog {
    pub(in super::super) messages: usize,
    pub(in super::super) bytes: usize,
    /// When the oldest was sent, in milliseconds since 1970.
    pub(in super::super) oldest: Option<i64>,
}

/// The messages that wait, each from the time at which it may be delivered, and those that somebody
/// has pulled and not yet acknowledged.
#[derive(Debug, Default)]
pub(super) struct Mailbox {
    waiting: VecDeque<(Instant, Message)>,
    /// By the id of the lease, each with its end.
    leased: BTreeMap<String, (Instant, Message)>,
}

impl Mailbox {
    pub(super) fn push(&mut self, message: Message, from: Instant) {
        self.waiting.push_back((from, message));
    }

    /// The next message that may be delivered.
    pub(super) fn pop(&mut self, now: Instant) -> Option<Message> {
        let at = self.waiting.iter().position(|(from, _)| *from <= now)?;
        self.waiting.remove(at).map(|(_, message)| message)
    }

    /// Keeps a message for the one who pulled it.
    pub(super) fn lease(&mut self, id: String, message: Message, until: Instant) {
        self.leased.insert(id, (until, message));
    }

    /// Ends a lease, if it has not ended by itself.
    pub(super) fn end(&mut self, lease: &str, now: Instant) -> Option<Message> {
        let is_running = self.leased.get(lease).is_some_and(|(until, _)| *until > now);
        if is_running { self.leased.remove(lease).map(|(_, message)| message) } else { None }
    }

    /// The messages whose lease has ended by itself.
    pub(super) fn expired(&mut self, now: Instant) -> Vec<Message> {
        let over = |_: &String, (until, _): &mut (Instant, Message)| *until <= now;
        self.leased.extract_if(.., over).map(|(_, (_, message))| message).collect()
    }

    pub(super) fn backlog(&self) -> Backlog {
        let leased = self.leased.values();
        let messages = self.waiting.iter().chain(leased).map(|(_, message)| message);
        Backlog {
            messages: self.waiting.len() + self.leased.len(),
            bytes: messages.clone().map(|message| message.body.len()).sum(),
            oldest: messages.map(|message| message.timestamp).min(),
        }
    }

    /// Takes a batch, if one is due.
    pub(super) fn take(&mut self, batching: Batching, now: Instant) -> Due {
        let ready = self.waiting.iter().filter(|(from, _)| *from <= now);
        let count = ready.clone().count();
        let first = ready.map(|(from, _)| *from + batching.wait).min();
        if count >= batching.size || first.is_some_and(|first| first <= now) {
            let (mut batch, mut left) = (Vec::new(), VecDeque::new());
            for (from, message) in self.waiting.drain(..) {
                if from <= now && batch.len() < batching.size {
                    batch.push(message);
                } else {
                    left.push_back((from, message));
                }
            }
            self.waiting = left;
            return Due::Batch(batch);
        }
        let later = self.waiting.iter().map(|(from, _)| *from).filter(|from| *from > now).min();
        first.into_iter().chain(later).min().map_or(Due::Never, Due::Later)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(id: &str) -> Message {
        Message {
            id: id.into(),
            timestamp: 0,
            attempts: 0,
            content_type: "text".into(),
            body: Bytes::new(),
        }
    }

    fn ids(due: Due) -> String {
        let Due::Batch(batch) = due else { return format!("{due:?}") };
        batch.iter().map(|message| &*message.id).collect()
    }

    #[test]
    fn a_batch_is_due_when_it_is_full_or_has_waited() {
        let (now, second) = (Instant::now(), Duration::from_secs(1));
        let batching = Batching { size: 2, wait: second };
        let mut mailbox = Mailbox::default();
        assert_eq!(mailbox.take(batching, now), Due::Never);
        mailbox.push(message("a"), now);
        assert_eq!(mailbox.take(batching, now), Due::Later(now + second));
        mailbox.push(message("b"), now);
        mailbox.push(message("c"), now);
        assert_eq!(ids(mailbox.take(batching, now)), "ab");
        assert_eq!(mailbox.take(batching, now), Due::Later(now + second));
        assert_eq!(ids(mailbox.take(batching, now + second)), "c");
    }

    #[test]
    fn what_is_delayed_is_not_there_yet() {
        let (now, second) = (Instant::now(), Duration::from_secs(1));
        let batching = Batching { size: 10, wait: Duration::ZERO };
        let mut mailbox = Mailbox::default();
        mailbox.push(message("a"), now + second);
        assert_eq!(mailbox.take(batching, now), Due::Later(now + second));
        mailbox.push(message("b"), now);
        assert_eq!(ids(mailbox.take(batching, now)), "b");
        assert_eq!(ids(mailbox.take(batching, now + second)), "a");
    }
}
