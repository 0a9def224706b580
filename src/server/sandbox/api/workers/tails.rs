//! Tails: who follows the logs of a Worker, over a WebSocket.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Request, State as Of};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{OfScript, script, script_mut};
use crate::server::sandbox::api::route::Routes;
use crate::server::sandbox::auth::Permission;
use crate::server::sandbox::envelope::{ApiError, Reply, ok};
use crate::server::sandbox::errors::{MALFORMED_JSON, NO_ROUTE};
use crate::server::sandbox::paging::{PerPage, Query, list};
use crate::server::sandbox::state::tails::{Tail, TailFilter};
use crate::server::sandbox::{Shared, tails, websocket};

const TAILS: &str = "/accounts/{account_id}/workers/scripts/{script_name}/tails";

/// How long a tail lasts. Cloudflare's is six hours.
const LIFETIME: SignedDuration = SignedDuration::from_hours(6);

/// The protocol that Wrangler asks for (cli.js:305955).
const PROTOCOL: &str = "trace-v1";

pub(super) fn routes() -> Router<Shared> {
    Routes::default()
        .get(TAILS, Permission::TAIL_READ, list_all)
        .post(TAILS, Permission::TAIL_READ, create)
        .delete(
            "/accounts/{account_id}/workers/scripts/{script_name}/tails/{id}",
            Permission::TAIL_READ,
            delete,
        )
        .into()
}

/// Where the WebSockets of tails are, outside of the API.
pub(in crate::server::sandbox::api) fn sockets() -> Router<Shared> {
    Router::new().route("/sandbox/tails/{id}", get(socket))
}

fn shown(sandbox: &Shared, tail: &Tail) -> Value {
    let url = format!("ws://{}/sandbox/tails/{}", sandbox.api_address, tail.id);
    json!({ "id": tail.id, "url": url, "expires_at": tail.expires_at })
}

async fn list_all(Of(sandbox): Of<Shared>, Path((_, name)): OfScript, query: Query) -> Reply {
    let state = sandbox.state();
    list(
        script(&state, &name)?.tails.iter().map(|tail| shown(&sandbox, tail)),
        &query,
        PerPage::ALL,
    )
}

/// What is wanted of the logs.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Wanted {
    filters: Vec<TailFilter>,
}

async fn create(Of(sandbox): Of<Shared>, Path((_, name)): OfScript, body: Bytes) -> Reply {
    let Wanted { filters } = match &*body {
        [] => Wanted::default(),
        body => serde_json::from_slice(body).map_err(|_| MALFORMED_JSON)?,
    };
    let expires_at = format!("{:.0}", sandbox.source.timestamp() + LIFETIME);
    let tail = Tail { id: sandbox.source.id(), expires_at, filters };
    sandbox.store.change(|state| {
        script_mut(state, &name)?.tails.push(tail.clone());
        ok(shown(&sandbox, &tail))
    })
}

async fn delete(
    Of(sandbox): Of<Shared>,
    Path((_, name, id)): Path<(String, String, String)>,
) -> Reply {
    sandbox.store.change(|state| {
        script_mut(state, &name)?.tails.retain(|tail| tail.id != id);
        ok(json!({ "id": id }))
    })
}

/// The WebSocket of a tail: its id is the credential, as in Cloudflare's addresses.
async fn socket(Of(sandbox): Of<Shared>, Path(id): Path<String>, request: Request) -> Response {
    if sandbox.state().workers.tail(&id).is_none() {
        return ApiError::from(NO_ROUTE).into_response();
    }
    websocket::accept(request, PROTOCOL, tails::follow(&sandbox, id))
}
