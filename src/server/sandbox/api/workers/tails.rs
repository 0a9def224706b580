//! Tails: who follows the logs of a Worker, over a WebSocket.

use axum::Router;
use axum::extract::{Path, Request, State as Of};
use axum::response::{IntoResponse as _, Response};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{OfScript, script, script_mut};
use crate::server::sandbox::Shared;
use crate::server::sandbox::api::route::Routes;
use crate::server::sandbox::auth::Permission;
use crate::server::sandbox::envelope::{Reply, ok};
use crate::server::sandbox::errors::NO_ROUTE;
use crate::server::sandbox::paging::{PerPage, Query, list};
use crate::server::sandbox::state::workers::Tail;
use crate::server::sandbox::websocket;

const TAILS: &str = "/accounts/{account_id}/workers/scripts/{script_name}/tails";

/// How long a tail lasts. Cloudflare's is six hours.
const LIFETIME: SignedDuration = SignedDuration::from_hours(6);

/// The protocol that Wrangler asks for (cli.js:305955).
const PROTOCOL: &str = "trace-v1";

pub(super) fn routes() -> Router<Shared> {
    Routes::default()
        .get(TAILS, Permission::TAIL_READ, tails)
        .post(TAILS, Permission::TAIL_READ, create)
        .delete(
            "/accounts/{account_id}/workers/scripts/{script_name}/tails/{id}",
            Permission::TAIL_READ,
            delete,
        )
        .into()
}

fn shown(sandbox: &Shared, tail: &Tail) -> Value {
    let url = format!("ws://{}/sandbox/tails/{}", sandbox.api_address, tail.id);
    json!({ "id": tail.id, "url": url, "expires_at": tail.expires_at })
}

async fn tails(Of(sandbox): Of<Shared>, Path((_, name)): OfScript, query: Query) -> Reply {
    let state = sandbox.state();
    list(
        script(&state, &name)?.tails.iter().map(|tail| shown(&sandbox, tail)),
        &query,
        PerPage::ALL,
    )
}

async fn create(Of(sandbox): Of<Shared>, Path((_, name)): OfScript) -> Reply {
    let expires_at = format!("{:.0}", sandbox.source.timestamp() + LIFETIME);
    let tail = Tail { id: sandbox.source.id(), expires_at };
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
pub(in crate::server::sandbox) async fn socket(
    Of(sandbox): Of<Shared>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let state = sandbox.state();
    let is_known =
        state.workers.scripts.values().any(|script| script.tails.iter().any(|tail| tail.id == id));
    if !is_known {
        return crate::server::sandbox::envelope::ApiError::from(NO_ROUTE).into_response();
    }
    websocket::accept(request, PROTOCOL)
}
