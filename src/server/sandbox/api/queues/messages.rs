//! Messages: sent by way of the API, and purged. Pulling them is not emulated.

use axum::body::Bytes;
use axum::extract::{Path, State as Of};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{OfQueue, READ, WRITE, find, shown};
use crate::server::sandbox::Shared;
use crate::server::sandbox::api::route::Routes;
use crate::server::sandbox::envelope::{Json, Reply, ok};

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .post("/accounts/{account_id}/queues/{queue_id}/messages", WRITE, send)
        .post("/accounts/{account_id}/queues/{queue_id}/messages/batch", WRITE, send_all)
        .get("/accounts/{account_id}/queues/{queue_id}/metrics", READ, metrics)
        .get("/accounts/{account_id}/queues/{queue_id}/purge", READ, purged)
        .post("/accounts/{account_id}/queues/{queue_id}/purge", WRITE, purge)
}

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
