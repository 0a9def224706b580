//! `/hyperdrive/configs`: ways to databases elsewhere.

use axum::Router;
use axum::extract::{Path, State as Of};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::route::Routes;
use crate::server::sandbox::Shared;
use crate::server::sandbox::auth::Permission;
use crate::server::sandbox::body::Json;
use crate::server::sandbox::envelope::{ApiError, Reply, ok};
use crate::server::sandbox::errors::products::{
    HYPERDRIVE_EXISTS, INVALID_HYPERDRIVE, NO_SUCH_HYPERDRIVE,
};
use crate::server::sandbox::paging::{PerPage, Query, list as page};
use crate::server::sandbox::state::State;
use crate::server::sandbox::state::resources::HyperdriveConfig;

const READ: Permission = Permission::of(&["Hyperdrive Read", "Hyperdrive Write"]);
const WRITE: Permission = Permission::of(&["Hyperdrive Write"]);
/// Fields of an origin that the API takes and never gives.
const SECRET: [&str; 2] = ["password", "access_client_secret"];

/// Account and configuration.
type OfConfig = Path<(String, String)>;

pub(super) fn routes() -> Router<Shared> {
    Routes::default()
        .get("/accounts/{account_id}/hyperdrive/configs", READ, list)
        .post("/accounts/{account_id}/hyperdrive/configs", WRITE, create)
        .get("/accounts/{account_id}/hyperdrive/configs/{hyperdrive_id}", READ, get)
        .put("/accounts/{account_id}/hyperdrive/configs/{hyperdrive_id}", WRITE, change)
        .patch("/accounts/{account_id}/hyperdrive/configs/{hyperdrive_id}", WRITE, change)
        .delete("/accounts/{account_id}/hyperdrive/configs/{hyperdrive_id}", WRITE, delete)
        .into()
}

fn shown(config: &HyperdriveConfig) -> Value {
    let mut origin = config.origin.clone();
    origin.retain(|field, _| !SECRET.contains(&field.as_str()));
    let mut caching = config.caching.clone();
    caching.entry("disabled").or_insert(json!(false));
    let mut shown = json!({
        "id": config.id, "name": config.name, "origin": origin, "caching": caching,
        "created_on": config.created_on, "modified_on": config.modified_on,
        "origin_connection_limit": config.origin_connection_limit,
    });
    if let Some(mtls) = &config.mtls {
        shown["mtls"] = mtls.clone();
    }
    shown
}

async fn list(Of(sandbox): Of<Shared>, query: Query) -> Reply {
    page(sandbox.state().hyperdrive.configs.iter().map(shown), &query, PerPage::USUAL)
}

/// What a configuration is made or changed with.
#[derive(Deserialize)]
struct Sent {
    name: Option<String>,
    #[serde(default)]
    origin: Map<String, Value>,
    #[serde(default)]
    caching: Map<String, Value>,
    mtls: Option<Value>,
    origin_connection_limit: Option<u32>,
}

impl Sent {
    /// Writes what was sent over what is there.
    fn apply(self, config: &mut HyperdriveConfig) {
        if let Some(name) = self.name {
            config.name = name;
        }
        config.origin.extend(self.origin);
        config.caching.extend(self.caching);
        config.mtls = self.mtls.or(config.mtls.take());
        config.origin_connection_limit =
            self.origin_connection_limit.or(config.origin_connection_limit);
    }
}

/// Refuses a name that another configuration has.
fn check_name(state: &State, name: Option<&str>, id: &str) -> Result<(), ApiError> {
    let mut others = state.hyperdrive.configs.iter().filter(|other| other.id != id);
    if others.any(|other| Some(other.name.as_str()) == name) {
        return Err(HYPERDRIVE_EXISTS.into());
    }
    Ok(())
}

async fn create(Of(sandbox): Of<Shared>, Json(sent): Json<Sent>) -> Reply {
    if sent.name.as_ref().is_none_or(String::is_empty) || sent.origin.is_empty() {
        return Err(INVALID_HYPERDRIVE.saying("a name and an origin are required"));
    }
    let (id, now) = (sandbox.source.id(), sandbox.source.now());
    let made = sandbox.store.change(|state| {
        check_name(state, sent.name.as_deref(), &id)?;
        let mut config = HyperdriveConfig {
            id,
            created_on: now.clone(),
            modified_on: now,
            ..HyperdriveConfig::default()
        };
        sent.apply(&mut config);
        let made = shown(&config);
        state.hyperdrive.configs.push(config);
        Ok(made)
    })?;
    ok(made)
}

async fn get(Of(sandbox): Of<Shared>, Path((_, id)): OfConfig) -> Reply {
    ok(shown(sandbox.state().hyperdrive.get(&id).ok_or(NO_SUCH_HYPERDRIVE)?))
}

async fn change(Of(sandbox): Of<Shared>, Path((_, id)): OfConfig, Json(sent): Json<Sent>) -> Reply {
    let now = sandbox.source.now();
    let changed = sandbox.store.change(|state| {
        check_name(state, sent.name.as_deref(), &id)?;
        let mut configs = state.hyperdrive.configs.iter_mut();
        let config = configs.find(|config| config.id == id).ok_or(NO_SUCH_HYPERDRIVE)?;
        config.modified_on = now;
        sent.apply(config);
        Ok(shown(config))
    })?;
    ok(changed)
}

async fn delete(Of(sandbox): Of<Shared>, Path((_, id)): OfConfig) -> Reply {
    sandbox.store.change(|state| {
        state.hyperdrive.get(&id).ok_or(NO_SUCH_HYPERDRIVE)?;
        state.hyperdrive.configs.retain(|config| config.id != id);
        Ok(())
    })?;
    ok(Value::Null)
}
