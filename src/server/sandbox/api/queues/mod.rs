//! `/queues`: queues, their consumers, and messages to them.

mod messages;

use axum::Router;
use axum::extract::{Path, State as Of};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::route::Routes;
use crate::server::sandbox::Shared;
use crate::server::sandbox::auth::Permission;
use crate::server::sandbox::body::Json;
use crate::server::sandbox::envelope::{ApiError, Reply, ok};
use crate::server::sandbox::errors::NO_SUCH_WORKER;
use crate::server::sandbox::errors::products::{
    CONSUMER_EXISTS, INVALID_QUEUE, NO_QUEUE_HANDLER, NO_SUCH_CONSUMER, NO_SUCH_QUEUE, QUEUE_EXISTS,
};
use crate::server::sandbox::paging::{PerPage, Query, list as page};
use crate::server::sandbox::state::State;
use crate::server::sandbox::state::queues::{Consumer, Queue, QueueSettings};

const READ: Permission = Permission::of(&[
    "Queues Read",
    "Queues Write",
    "Workers Scripts Read",
    "Workers Scripts Write",
]);
const WRITE: Permission = Permission::of(&["Queues Write", "Workers Scripts Write"]);
/// Bytes of a name, <https://developers.cloudflare.com/queues/platform/limits/>.
const MAX_NAME: usize = 63;

/// Account and queue.
type OfQueue = Path<(String, String)>;
/// Account, queue and consumer.
type OfConsumer = Path<(String, String, String)>;

pub(super) fn routes() -> Router<Shared> {
    let routes = Routes::default()
        .get("/accounts/{account_id}/queues", READ, list)
        .post("/accounts/{account_id}/queues", WRITE, create)
        .get("/accounts/{account_id}/queues/{queue_id}", READ, get)
        .put("/accounts/{account_id}/queues/{queue_id}", WRITE, change)
        .patch("/accounts/{account_id}/queues/{queue_id}", WRITE, change)
        .delete("/accounts/{account_id}/queues/{queue_id}", WRITE, delete)
        .get("/accounts/{account_id}/queues/{queue_id}/consumers", READ, consumers)
        .post("/accounts/{account_id}/queues/{queue_id}/consumers", WRITE, consume)
        .get("/accounts/{account_id}/queues/{queue_id}/consumers/{consumer_id}", READ, consumer)
        .put("/accounts/{account_id}/queues/{queue_id}/consumers/{consumer_id}", WRITE, reconsume)
        .delete(
            "/accounts/{account_id}/queues/{queue_id}/consumers/{consumer_id}",
            WRITE,
            unconsume,
        );
    messages::add(routes).into()
}

fn shown(state: &State, queue: &Queue) -> Value {
    let producers = producers(state, &queue.name);
    let consumers: Vec<Value> =
        queue.consumers.iter().map(|consumer| shown_consumer(queue, consumer)).collect();
    let mut shown = json!({
        "queue_id": queue.id, "queue_name": queue.name, "created_on": queue.created_on,
        "modified_on": queue.modified_on, "settings": queue.settings,
        "producers_total_count": producers.len(), "producers": producers,
        "consumers_total_count": consumers.len(), "consumers": consumers,
    });
    if let Some(jurisdiction) = &queue.jurisdiction {
        shown["jurisdiction"] = json!(jurisdiction);
    }
    shown
}

/// The Workers that serve with a binding to a queue.
fn producers(state: &State, queue: &str) -> Vec<Value> {
    let sends = |(version, _): (&crate::server::sandbox::state::workers::Version, f64)| {
        version
            .bindings
            .iter()
            .any(|binding| binding.kind == "queue" && binding.text("queue_name") == Some(queue))
    };
    let scripts = state.workers.scripts.iter();
    scripts
        .filter(|(_, script)| script.serving().any(sends))
        .map(|(name, _)| json!({ "type": "worker", "script": name }))
        .collect()
}

fn shown_consumer(queue: &Queue, consumer: &Consumer) -> Value {
    let mut shown = json!({
        "consumer_id": consumer.consumer_id, "type": consumer.kind, "queue_name": queue.name,
        "created_on": consumer.created_on, "settings": consumer.settings,
    });
    if let Some(script) = &consumer.script_name {
        // Wrangler looks for the first (cli.js:167255), the description has the second.
        shown["script"] = json!(script);
        shown["script_name"] = json!(script);
    }
    if let Some(queue) = &consumer.dead_letter_queue {
        shown["dead_letter_queue"] = json!(queue);
    }
    shown
}

fn find<'a>(state: &'a State, id: &str) -> Result<&'a Queue, ApiError> {
    state.queues.get(id).ok_or_else(|| NO_SUCH_QUEUE.into())
}

async fn list(Of(sandbox): Of<Shared>, query: Query) -> Reply {
    let state = sandbox.state();
    let name = query.get("name");
    let queues = state.queues.queues.iter();
    let queues = queues.filter(|queue| name.is_none_or(|name| queue.name == name));
    page(queues.map(|queue| shown(&state, queue)), &query, PerPage::USUAL)
}

/// What a queue is made or changed with.
#[derive(Deserialize)]
struct Sent {
    queue_name: Option<String>,
    jurisdiction: Option<String>,
    #[serde(default)]
    settings: Settings,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Settings {
    delivery_delay: Option<u32>,
    delivery_paused: Option<bool>,
    message_retention_period: Option<u32>,
}

impl Settings {
    fn apply(self, settings: &mut QueueSettings) {
        let Self { delivery_delay, delivery_paused, message_retention_period } = self;
        settings.delivery_delay = delivery_delay.unwrap_or(settings.delivery_delay);
        settings.delivery_paused = delivery_paused.unwrap_or(settings.delivery_paused);
        settings.message_retention_period =
            message_retention_period.unwrap_or(settings.message_retention_period);
    }
}

/// A name that may be given.
fn name(state: &State, name: Option<String>) -> Result<String, ApiError> {
    let fits = |name: &String| {
        let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        (1..=MAX_NAME).contains(&name.len())
            && name.bytes().all(inner)
            && !name.starts_with('-')
            && !name.ends_with('-')
    };
    let name = name.filter(fits).ok_or(INVALID_QUEUE)?;
    if state.queues.by_name(&name).is_some() {
        return Err(QUEUE_EXISTS.into());
    }
    Ok(name)
}

async fn create(Of(sandbox): Of<Shared>, Json(sent): Json<Sent>) -> Reply {
    let (id, now) = (sandbox.source.id(), sandbox.source.now());
    let made = sandbox.store.change(|state| {
        let mut queue = Queue {
            id,
            name: name(state, sent.queue_name)?,
            created_on: now.clone(),
            modified_on: now,
            jurisdiction: sent.jurisdiction,
            ..Queue::default()
        };
        sent.settings.apply(&mut queue.settings);
        let made = shown(state, &queue);
        state.queues.queues.push(queue);
        Ok(made)
    })?;
    ok(made)
}

async fn get(Of(sandbox): Of<Shared>, Path((_, id)): OfQueue) -> Reply {
    let state = sandbox.state();
    ok(shown(&state, find(&state, &id)?))
}

async fn change(Of(sandbox): Of<Shared>, Path((_, id)): OfQueue, Json(sent): Json<Sent>) -> Reply {
    let now = sandbox.source.now();
    let changed = sandbox.store.change(|state| {
        let old = find(state, &id)?.name.clone();
        let new = match sent.queue_name.filter(|new| *new != old) {
            Some(new) => name(state, Some(new))?,
            None => old,
        };
        let queue = state.queues.get_mut(&id).ok_or(NO_SUCH_QUEUE)?;
        queue.name = new;
        queue.modified_on = now;
        sent.settings.apply(&mut queue.settings);
        Ok(shown(state, find(state, &id)?))
    })?;
    ok(changed)
}

async fn delete(Of(sandbox): Of<Shared>, Path((_, id)): OfQueue) -> Reply {
    sandbox.store.change(|state| {
        find(state, &id)?;
        state.queues.queues.retain(|queue| queue.id != id);
        Ok(())
    })?;
    ok(Value::Null)
}

async fn consumers(Of(sandbox): Of<Shared>, Path((_, id)): OfQueue, query: Query) -> Reply {
    let state = sandbox.state();
    let queue = find(&state, &id)?;
    page(queue.consumers.iter().map(|one| shown_consumer(queue, one)), &query, PerPage::USUAL)
}

/// What a consumer is made or changed with.
#[derive(Deserialize)]
struct SentConsumer {
    #[serde(rename = "type")]
    kind: String,
    script_name: Option<String>,
    dead_letter_queue: Option<String>,
    #[serde(default)]
    settings: Map<String, Value>,
}

impl SentConsumer {
    /// Whether its Worker is there, and takes messages.
    fn check(&self, state: &State) -> Result<(), ApiError> {
        if self.kind != "worker" {
            return Ok(());
        }
        let name = self.script_name.as_deref().unwrap_or_default();
        let script = state.workers.scripts.get(name).ok_or(NO_SUCH_WORKER)?;
        let handlers = script.latest().map(|version| &*version.handlers).unwrap_or_default();
        let takes = handlers.is_empty() || handlers.iter().any(|handler| handler == "queue");
        if takes { Ok(()) } else { Err(NO_QUEUE_HANDLER.into()) }
    }

    fn into_consumer(self, consumer_id: String, created_on: String) -> Consumer {
        let Self { kind, script_name, dead_letter_queue, mut settings } = self;
        settings.retain(|_, value| !value.is_null());
        Consumer { consumer_id, kind, script_name, dead_letter_queue, created_on, settings }
    }
}

async fn consume(
    Of(sandbox): Of<Shared>,
    Path((_, id)): OfQueue,
    Json(sent): Json<SentConsumer>,
) -> Reply {
    let (consumer_id, now) = (sandbox.source.id(), sandbox.source.now());
    let made = sandbox.store.change(|state| {
        let queue = find(state, &id)?;
        if !queue.consumers.is_empty() {
            return Err(CONSUMER_EXISTS.into());
        }
        sent.check(state)?;
        let queue = state.queues.get_mut(&id).ok_or(NO_SUCH_QUEUE)?;
        let consumer = sent.into_consumer(consumer_id, now);
        let made = shown_consumer(queue, &consumer);
        queue.consumers.push(consumer);
        Ok(made)
    })?;
    ok(made)
}

async fn consumer(Of(sandbox): Of<Shared>, Path((_, id, consumer)): OfConsumer) -> Reply {
    let state = sandbox.state();
    let queue = find(&state, &id)?;
    let found = queue.consumers.iter().find(|one| one.consumer_id == consumer);
    ok(shown_consumer(queue, found.ok_or(NO_SUCH_CONSUMER)?))
}

async fn reconsume(
    Of(sandbox): Of<Shared>,
    Path((_, id, consumer)): OfConsumer,
    Json(sent): Json<SentConsumer>,
) -> Reply {
    let changed = sandbox.store.change(|state| {
        find(state, &id)?;
        sent.check(state)?;
        let queue = state.queues.get_mut(&id).ok_or(NO_SUCH_QUEUE)?;
        let found = queue.consumers.iter_mut().find(|one| one.consumer_id == consumer);
        let found = found.ok_or(NO_SUCH_CONSUMER)?;
        *found = sent.into_consumer(consumer, found.created_on.clone());
        let changed = found.clone();
        Ok(shown_consumer(queue, &changed))
    })?;
    ok(changed)
}

async fn unconsume(Of(sandbox): Of<Shared>, Path((_, id, consumer)): OfConsumer) -> Reply {
    sandbox.store.change(|state| {
        let queue = state.queues.get_mut(&id).ok_or(NO_SUCH_QUEUE)?;
        let before = queue.consumers.len();
        queue.consumers.retain(|one| one.consumer_id != consumer);
        if queue.consumers.len() == before { Err(NO_SUCH_CONSUMER.into()) } else { Ok(()) }
    })?;
    ok(Value::Null)
}
