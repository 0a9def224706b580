//! Messages: sent by way of the API, pulled, acknowledged and purged.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Path, State as Of};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{OfQueue, READ, WRITE, find, shown};
use crate::server::sandbox::Shared;
use crate::server::sandbox::api::route::Routes;
use crate::server::sandbox::body::Json;
use crate::server::sandbox::envelope::{Reply, ok};
use crate::server::sandbox::runner::Retry;

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .post("/accounts/{account_id}/queues/{queue_id}/messages", WRITE, send)
        .post("/accounts/{account_id}/queues/{queue_id}/messages/batch", WRITE, send_all)
        .post("/accounts/{account_id}/queues/{queue_id}/messages/pull", WRITE, pull)
        .post("/accounts/{account_id}/queues/{queue_id}/messages/ack", WRITE, acknowledge)
        .get("/accounts/{account_id}/queues/{queue_id}/metrics", READ, metrics)
        .get("/accounts/{account_id}/queues/{queue_id}/purge", READ, purged)
        .post("/accounts/{account_id}/queues/{queue_id}/purge", WRITE, purge)
}

/// Messages in one answer, where nothing is asked for:
/// <https://developers.cloudflare.com/queues/configuration/pull-consumers/#pull-messages>.
const BATCH: usize = 5;
/// Messages in one answer at most.
const MAX_BATCH: usize = 100;
/// Milliseconds of a lease, where nothing is asked for.
const LEASE: u64 = 30_000;
/// Milliseconds of a lease at most: 12 hours.
const MAX_LEASE: u64 = 43_200_000;

#[derive(Deserialize)]
struct Message {
    body: Value,
    content_type: Option<String>,
    delay_seconds: Option<u32>,
}

impl Message {
    /// A text as it is; everything else, and a text that says so, as JSON.
    fn content(&self) -> (&'static str, Bytes) {
        match (&self.body, self.content_type.as_deref()) {
            (Value::String(text), None | Some("text")) => ("text", text.clone().into()),
            (body, _) => ("json", body.to_string().into()),
        }
    }
}

#[derive(Deserialize)]
struct Batch {
    messages: Vec<Message>,
    delay_seconds: Option<u32>,
}

async fn send(sandbox: Of<Shared>, queue: OfQueue, Json(message): Json<Message>) -> Reply {
    let batch = Batch { messages: vec![message], delay_seconds: None };
    send_all(sandbox, queue, Json(batch)).await
}

async fn send_all(
    Of(sandbox): Of<Shared>,
    Path((_, id)): OfQueue,
    Json(Batch { messages, delay_seconds }): Json<Batch>,
) -> Reply {
    let state = sandbox.state();
    let queue = find(&state, &id)?;
    for message in messages {
        let (content_type, body) = message.content();
        let delay = message.delay_seconds.or(delay_seconds);
        sandbox.runner.enqueue(&sandbox, queue, content_type, body, delay);
    }
    ok(json!({ "metadata": { "metrics": sandbox.runner.metrics(&queue.name) } }))
}

/// How many messages are wanted, and for how long.
#[derive(Deserialize)]
struct Pull {
    batch_size: Option<usize>,
    visibility_timeout_ms: Option<u64>,
}

async fn pull(Of(sandbox): Of<Shared>, Path((_, id)): OfQueue, Json(asked): Json<Pull>) -> Reply {
    let state = sandbox.state();
    let queue = &find(&state, &id)?.name;
    let count = asked.batch_size.unwrap_or(BATCH).clamp(1, MAX_BATCH);
    let lease = Duration::from_millis(asked.visibility_timeout_ms.unwrap_or(LEASE).min(MAX_LEASE));
    ok(sandbox.runner.pull(&sandbox, queue, count, lease)?)
}

/// What became of messages that were pulled.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Outcome {
    acks: Vec<Ack>,
    retries: Vec<Retry>,
}

#[derive(Deserialize)]
struct Ack {
    lease_id: String,
}

async fn acknowledge(
    Of(sandbox): Of<Shared>,
    Path((_, id)): OfQueue,
    Json(Outcome { acks, retries }): Json<Outcome>,
) -> Reply {
    let state = sandbox.state();
    let queue = &find(&state, &id)?.name;
    let acks: Vec<_> = acks.into_iter().map(|ack| ack.lease_id).collect();
    ok(sandbox.runner.acknowledge(&sandbox, queue, &acks, &retries)?)
}

async fn metrics(Of(sandbox): Of<Shared>, Path((_, id)): OfQueue) -> Reply {
    ok(sandbox.runner.metrics(&find(&sandbox.state(), &id)?.name))
}

async fn purge(Of(sandbox): Of<Shared>, Path((_, id)): OfQueue) -> Reply {
    let state = sandbox.state();
    let queue = find(&state, &id)?;
    sandbox.runner.purge(&queue.name);
    ok(shown(&state, queue))
}

/// It is always over: nothing takes time here.
async fn purged(Of(sandbox): Of<Shared>, Path((_, id)): OfQueue) -> Reply {
    find(&sandbox.state(), &id)?;
    ok(json!({ "completed": "true", "started_at": sandbox.source.now() }))
}
