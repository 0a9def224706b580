//! Queues, where messages come in. Where they go out: [`super::super::queues`].

use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::queues::Message;
use super::{Refused, Resource};

/// Bytes of a message: <https://developers.cloudflare.com/queues/platform/limits/>.
const MAX_MESSAGE: usize = 128_000;
/// Messages of a batch.
const MAX_MESSAGES: usize = 100;
/// Bytes of a batch.
const MAX_BATCH: usize = 256_000;

pub(super) fn routes() -> Router {
    Router::new()
        .route("/message", post(message))
        .route("/batch", post(batch))
        .route("/metrics", get(metrics))
}

/// A message as a producer sends it.
struct Sent {
    content_type: Option<String>,
    delay: Option<u64>,
    body: Bytes,
}

async fn message(
    resource: Resource,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Refused> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let content_type = text("x-msg-fmt").map(str::to_owned);
    let delay = text("x-msg-delay-secs").and_then(|delay| delay.parse().ok());
    accept(&resource, vec![Sent { content_type, delay, body }])
}

#[derive(Deserialize)]
struct Batch {
    messages: Vec<BatchMessage>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BatchMessage {
    content_type: Option<String>,
    delay_secs: Option<u64>,
    body: String,
}

async fn batch(
    resource: Resource,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Json<Value>, Refused> {
    let malformed = |error: &dyn std::fmt::Display| {
        Refused::new(StatusCode::BAD_REQUEST, format!("malformed batch: {error}"))
    };
    let delay = headers.get("x-msg-delay-secs").and_then(|delay| delay.to_str().ok()?.parse().ok());
    let batch: Batch = serde_json::from_slice(&bytes).map_err(|error| malformed(&error))?;
    let sent = batch.messages.into_iter().map(|message| {
        let body = STANDARD.decode(&message.body).map_err(|error| malformed(&error))?;
        let BatchMessage { content_type, delay_secs, .. } = message;
        Ok(Sent { content_type, delay: delay_secs.or(delay), body: body.into() })
    });
    accept(&resource, sent.collect::<Result<_, Refused>>()?)
}

/// Takes all of the messages, or none.
fn accept(resource: &Resource, sent: Vec<Sent>) -> Result<Json<Value>, Refused> {
    let Resource { sandbox, id } = resource;
    let state = sandbox.state();
    let queue = state
        .queues
        .by_name(id)
        .ok_or_else(|| Refused::new(StatusCode::NOT_FOUND, format!("there is no queue {id}")))?;
    let too_large = |reason: String| Err(Refused::new(StatusCode::PAYLOAD_TOO_LARGE, reason));
    if sent.len() > MAX_MESSAGES {
        return too_large(format!(
            "batch message count of {} exceeds limit of {MAX_MESSAGES}",
            sent.len()
        ));
    }
    if let Some(large) = sent.iter().map(|sent| sent.body.len()).find(|size| *size > MAX_MESSAGE) {
        return too_large(format!(
            "message length of {large} bytes exceeds limit of {MAX_MESSAGE}"
        ));
    }
    let size: usize = sent.iter().map(|sent| sent.body.len()).sum();
    if size > MAX_BATCH {
        return too_large(format!("batch size of {size} bytes exceeds limit of {MAX_BATCH}"));
    }
    for Sent { content_type, delay, body } in sent {
        let message = Message {
            id: sandbox.source.id(),
            timestamp: sandbox.source.timestamp().as_millisecond(),
            attempts: 0,
            // What a Worker sent before there were types.
            content_type: content_type.unwrap_or_else(|| "v8".into()),
            body,
        };
        let delay = delay.unwrap_or_else(|| queue.settings.delivery_delay.into());
        let delay = Duration::from_secs(delay);
        sandbox.runner.queues.send(sandbox, id, message, delay);
    }
    Ok(Json(json!({ "metadata": { "metrics": measured(resource) } })))
}

async fn metrics(resource: Resource) -> Json<Value> {
    Json(measured(&resource))
}

fn measured(Resource { sandbox, id }: &Resource) -> Value {
    let backlog = sandbox.runner.queues.backlog(id);
    json!({
        "backlogCount": backlog.messages,
        "backlogBytes": backlog.bytes,
        "oldestMessageTimestamp": backlog.oldest.unwrap_or_default(),
    })
}
