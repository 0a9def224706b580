//! `/accounts`: the account, and those that are only listed.

use axum::Router;
use axum::extract::State as Of;
use serde_json::{Value, json};

use super::route::Routes;
use crate::server::sandbox::Shared;
use crate::server::sandbox::auth::Permission;
use crate::server::sandbox::envelope::{Reply, ok};
use crate::server::sandbox::paging::{PerPage, Query, list};
use crate::server::sandbox::state::State;

pub(super) fn routes() -> Router<Shared> {
    Routes::default()
        .get("/accounts", Permission::ACCOUNT_READ, accounts)
        .get("/accounts/{account_id}", Permission::ACCOUNT_READ, account)
        .into()
}

async fn accounts(Of(sandbox): Of<Shared>, query: Query) -> Reply {
    let state = sandbox.state();
    let others = state.account.others.iter();
    let others = others.map(|other| shown(&other.id, &other.name, &state.account.created_on));
    let name = query.get("name");
    let accounts = std::iter::once(this(&state)).chain(others);
    list(
        accounts.filter(|account| name.is_none_or(|name| account["name"] == name)),
        &query,
        PerPage::USUAL,
    )
}

async fn account(Of(sandbox): Of<Shared>) -> Reply {
    ok(this(&sandbox.state()))
}

/// The account as it is shown.
pub(super) fn this(state: &State) -> Value {
    shown(&state.account.id, &state.account.name, &state.account.created_on)
}

fn shown(id: &str, name: &str, created_on: &str) -> Value {
    json!({
        "id": id, "name": name, "type": "standard", "created_on": created_on,
        "settings": { "enforce_twofactor": false },
    })
}
