//! `/secrets_store/stores`: stores of secrets, and the secrets without their values.

use axum::Router;
use axum::extract::{Path, State as Of};
use serde::Deserialize;
use serde_json::{Value, json};

use super::route::Routes;
use crate::server::sandbox::Shared;
use crate::server::sandbox::auth::Permission;
use crate::server::sandbox::body::Json;
use crate::server::sandbox::envelope::{ApiError, Reply, ok};
use crate::server::sandbox::errors::products::{
    NO_SUCH_STORE, NO_SUCH_STORED_SECRET, STORE_EXISTS, STORED_SECRET_EXISTS,
};
use crate::server::sandbox::paging::{PerPage, Query, list as page};
use crate::server::sandbox::state::State;
use crate::server::sandbox::state::resources::{SecretStore, StoredSecret};

const READ: Permission = Permission::of(&["Secrets Store Read", "Secrets Store Write"]);
const WRITE: Permission = Permission::of(&["Secrets Store Write"]);
/// Secrets that an account may have, <https://developers.cloudflare.com/secrets-store/>.
const QUOTA: usize = 100;

/// Account and store.
type OfStore = Path<(String, String)>;
/// Account, store and secret.
type OfSecret = Path<(String, String, String)>;

pub(super) fn routes() -> Router<Shared> {
    Routes::default()
        .get("/accounts/{account_id}/secrets_store/quota", READ, quota)
        .get("/accounts/{account_id}/secrets_store/stores", READ, list)
        .post("/accounts/{account_id}/secrets_store/stores", WRITE, create)
        .get("/accounts/{account_id}/secrets_store/stores/{store_id}", READ, get)
        .delete("/accounts/{account_id}/secrets_store/stores/{store_id}", WRITE, delete)
        .get("/accounts/{account_id}/secrets_store/stores/{store_id}/secrets", READ, secrets)
        .post("/accounts/{account_id}/secrets_store/stores/{store_id}/secrets", WRITE, add)
        .get(
            "/accounts/{account_id}/secrets_store/stores/{store_id}/secrets/{secret_id}",
            READ,
            secret,
        )
        .patch(
            "/accounts/{account_id}/secrets_store/stores/{store_id}/secrets/{secret_id}",
            WRITE,
            change,
        )
        .delete(
            "/accounts/{account_id}/secrets_store/stores/{store_id}/secrets/{secret_id}",
            WRITE,
            remove,
        )
        .into()
}

fn shown(store: &SecretStore) -> Value {
    json!({
        "id": store.id, "name": store.name, "created": store.created, "modified": store.modified,
    })
}

fn shown_secret(store: &str, secret: &StoredSecret) -> Value {
    json!({
        "id": secret.id, "name": secret.name, "store_id": store, "status": "active",
        "comment": secret.comment, "scopes": secret.scopes, "created": secret.created,
        "modified": secret.modified,
    })
}

fn store<'a>(state: &'a State, id: &str) -> Result<&'a SecretStore, ApiError> {
    state.secrets_store.store(id).ok_or_else(|| NO_SUCH_STORE.into())
}

fn store_mut<'a>(state: &'a mut State, id: &str) -> Result<&'a mut SecretStore, ApiError> {
    let mut stores = state.secrets_store.stores.iter_mut();
    stores.find(|store| store.id == id).ok_or_else(|| NO_SUCH_STORE.into())
}

async fn quota(Of(sandbox): Of<Shared>) -> Reply {
    let usage: usize =
        sandbox.state().secrets_store.stores.iter().map(|store| store.secrets.len()).sum();
    ok(json!({ "secrets": { "quota": QUOTA, "usage": usage } }))
}

async fn list(Of(sandbox): Of<Shared>, query: Query) -> Reply {
    page(sandbox.state().secrets_store.stores.iter().map(shown), &query, PerPage::USUAL)
}

#[derive(Deserialize)]
struct New {
    name: String,
}

async fn create(Of(sandbox): Of<Shared>, Json(New { name }): Json<New>) -> Reply {
    let now = sandbox.source.now();
    let store = SecretStore {
        id: sandbox.source.id(),
        name,
        created: now.clone(),
        modified: now,
        secrets: Vec::new(),
    };
    let made = shown(&store);
    sandbox.store.change(|state| {
        let stores = &mut state.secrets_store.stores;
        if stores.iter().any(|other| other.name == store.name) {
            return Err(STORE_EXISTS.into());
        }
        stores.push(store);
        Ok(())
    })?;
    ok(made)
}

async fn get(Of(sandbox): Of<Shared>, Path((_, id)): OfStore) -> Reply {
    ok(shown(store(&sandbox.state(), &id)?))
}

async fn delete(Of(sandbox): Of<Shared>, Path((_, id)): OfStore) -> Reply {
    sandbox.store.change(|state| {
        store(state, &id)?;
        state.secrets_store.stores.retain(|store| store.id != id);
        Ok(())
    })?;
    ok(Value::Null)
}

async fn secrets(Of(sandbox): Of<Shared>, Path((_, id)): OfStore, query: Query) -> Reply {
    let state = sandbox.state();
    let part = query.get("search").unwrap_or_default();
    let secrets = store(&state, &id)?.secrets.iter();
    let secrets = secrets.filter(|secret| secret.name.contains(part));
    page(secrets.map(|secret| shown_secret(&id, secret)), &query, PerPage::USUAL)
}

#[derive(Deserialize)]
struct NewSecret {
    name: String,
    value: String,
    #[serde(default)]
    comment: String,
    #[serde(default)]
    scopes: Vec<String>,
}

async fn add(
    Of(sandbox): Of<Shared>,
    Path((_, id)): OfStore,
    Json(new): Json<Vec<NewSecret>>,
) -> Reply {
    let now = sandbox.source.now();
    let made = sandbox.store.change(|state| {
        let store = store_mut(state, &id)?;
        let mut made = Vec::new();
        for NewSecret { name, value, comment, scopes } in new {
            if store.secrets.iter().any(|other| other.name == name) {
                return Err(STORED_SECRET_EXISTS.into());
            }
            let secret = StoredSecret {
                id: sandbox.source.id(),
                name,
                value,
                comment,
                scopes,
                created: now.clone(),
                modified: now.clone(),
            };
            made.push(shown_secret(&id, &secret));
            store.secrets.push(secret);
        }
        Ok(made)
    })?;
    ok(made)
}

async fn secret(Of(sandbox): Of<Shared>, Path((_, id, secret)): OfSecret) -> Reply {
    let state = sandbox.state();
    let found = store(&state, &id)?.secrets.iter().find(|one| one.id == secret);
    ok(shown_secret(&id, found.ok_or(NO_SUCH_STORED_SECRET)?))
}

#[derive(Deserialize)]
struct Change {
    value: Option<String>,
    comment: Option<String>,
    scopes: Option<Vec<String>>,
}

async fn change(
    Of(sandbox): Of<Shared>,
    Path((_, id, secret)): OfSecret,
    Json(change): Json<Change>,
) -> Reply {
    let now = sandbox.source.now();
    let changed = sandbox.store.change(|state| {
        let mut secrets = store_mut(state, &id)?.secrets.iter_mut();
        let found = secrets.find(|one| one.id == secret).ok_or(NO_SUCH_STORED_SECRET)?;
        let Change { value, comment, scopes } = change;
        found.value = value.unwrap_or_else(|| found.value.clone());
        found.comment = comment.unwrap_or_else(|| found.comment.clone());
        found.scopes = scopes.unwrap_or_else(|| found.scopes.clone());
        found.modified = now;
        Ok(shown_secret(&id, found))
    })?;
    ok(changed)
}

async fn remove(Of(sandbox): Of<Shared>, Path((_, id, secret)): OfSecret) -> Reply {
    sandbox.store.change(|state| {
        let secrets = &mut store_mut(state, &id)?.secrets;
        let before = secrets.len();
        secrets.retain(|one| one.id != secret);
        if secrets.len() == before { Err(NO_SUCH_STORED_SECRET.into()) } else { Ok(()) }
    })?;
    ok(Value::Null)
}
