//! `/zones`: the domains that the account has.

use axum::Router;
use axum::extract::{Path, State as Of};
use serde::Deserialize;
use serde_json::{Value, json};

use super::route::Routes;
use crate::server::sandbox::Shared;
use crate::server::sandbox::auth::{Caller, Permission};
use crate::server::sandbox::body::Json;
use crate::server::sandbox::envelope::{Reply, ok};
use crate::server::sandbox::errors::{NO_SUCH_ZONE, ZONE_EXISTS};
use crate::server::sandbox::paging::{PerPage, Query, list};
use crate::server::sandbox::state::{State, Zone};

pub(super) fn routes() -> Router<Shared> {
    Routes::default()
        .get("/zones", Permission::ZONE_READ, zones)
        .post("/zones", Permission::ZONE_READ, create)
        .get("/zones/{zone_id}", Permission::ZONE_READ, zone)
        .into()
}

fn shown(state: &State, zone: &Zone) -> Value {
    json!({
        "id": zone.id,
        "name": zone.name,
        "status": zone.status,
        "paused": zone.paused,
        "type": "full",
        "development_mode": 0,
        "name_servers": ["ana.ns.cloudflare.com", "bob.ns.cloudflare.com"],
        "original_name_servers": null,
        "original_registrar": null,
        "original_dnshost": null,
        "created_on": zone.created_on,
        "modified_on": zone.modified_on,
        "activated_on": (zone.status == "active").then_some(&zone.created_on),
        "account": { "id": state.account.id, "name": state.account.name },
        "owner": { "id": null, "type": "user", "email": null },
        "meta": {
            "step": 2, "custom_certificate_quota": 0, "page_rule_quota": 3,
            "phishing_detected": false,
        },
        "plan": {
            "id": "0feeeeeeeeeeeeeeeeeeeeeeeeeeeeee", "name": "Free Website", "price": 0,
            "currency": "USD", "frequency": "", "is_subscribed": false, "can_subscribe": false,
            "legacy_id": "free", "legacy_discount": false, "externally_managed": false,
        },
        "permissions": ["#zone:read", "#dns_records:edit"],
    })
}

/// The zones that the token sees. One that it does not see is no error: it is not in the list.
async fn zones(Of(sandbox): Of<Shared>, Caller(token): Caller, query: Query) -> Reply {
    let state = sandbox.state();
    let is_meant = |zone: &&Zone| {
        token.sees_zone(&zone.name)
            && query.get("name").is_none_or(|name| zone.name == name)
            && query.get("status").is_none_or(|status| zone.status == status)
            && query.get("account.id").is_none_or(|id| state.account.id == id)
    };
    let found = state.zones.0.iter().filter(is_meant).map(|zone| shown(&state, zone));
    list(found, &query, PerPage { default: 20, max: 50 })
}

async fn zone(Of(sandbox): Of<Shared>, Path(id): Path<String>) -> Reply {
    let state = sandbox.state();
    ok(shown(&state, state.zones.get(&id).ok_or(NO_SUCH_ZONE)?))
}

#[derive(Deserialize)]
struct Wanted {
    name: String,
}

/// Adds a zone. It is active at once: no registrar has to be waited for.
async fn create(Of(sandbox): Of<Shared>, Json(wanted): Json<Wanted>) -> Reply {
    sandbox.store.change(|state| {
        if state.zones.0.iter().any(|zone| zone.name == wanted.name) {
            return Err(ZONE_EXISTS.into());
        }
        let now = sandbox.source.now();
        let zone = Zone {
            id: sandbox.source.id(),
            name: wanted.name,
            status: "active".into(),
            created_on: now.clone(),
            modified_on: now,
            ..Zone::default()
        };
        let answer = ok(shown(state, &zone));
        state.zones.0.push(zone);
        answer
    })
}
