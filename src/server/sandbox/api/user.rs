//! `/user`, `/memberships`, and what a token may ask about itself.

use axum::Router;
use axum::extract::State as Of;
use ring::digest::{SHA256, digest};
use serde_json::json;

use super::accounts;
use super::route::Routes;
use crate::server::sandbox::Shared;
use crate::server::sandbox::auth::{Caller, Permission};
use crate::server::sandbox::envelope::{Reply, ok};
use crate::server::sandbox::errors::INVALID_TOKEN;
use crate::server::sandbox::paging::{PerPage, Query, list};
use crate::server::sandbox::permissions::GROUPS;
use crate::server::sandbox::source::hex;

pub(super) fn routes() -> Router<Shared> {
    Routes::default()
        .get("/user", Permission::USER_READ, user)
        .get("/user/tokens/verify", Permission::ANY.or(INVALID_TOKEN), verify)
        .get(
            "/accounts/{account_id}/tokens/verify",
            Permission::ANY.or(INVALID_TOKEN),
            verify_of_account,
        )
        .get("/user/tokens/permission_groups", Permission::TOKENS_READ, permission_groups)
        .get(
            "/accounts/{account_id}/tokens/permission_groups",
            Permission::ACCOUNT_TOKENS_READ,
            permission_groups,
        )
        .get("/memberships", Permission::MEMBERSHIPS_READ, memberships)
        .into()
}

async fn user(Of(sandbox): Of<Shared>) -> Reply {
    let state = sandbox.state();
    ok(json!({
        "id": state.account.user_id, "email": state.account.email, "first_name": null,
        "last_name": null, "suspended": false, "two_factor_authentication_enabled": true,
        "has_pro_zones": false, "has_business_zones": false, "has_enterprise_zones": false,
    }))
}

async fn verify(Of(sandbox): Of<Shared>, Caller(token): Caller) -> Reply {
    // A token of the account is none of the user's.
    if token.account_owned { Err(INVALID_TOKEN.into()) } else { verified(&sandbox, &token) }
}

async fn verify_of_account(Of(sandbox): Of<Shared>, Caller(token): Caller) -> Reply {
    if token.account_owned { verified(&sandbox, &token) } else { Err(INVALID_TOKEN.into()) }
}

fn verified(sandbox: &Shared, token: &crate::server::sandbox::state::Token) -> Reply {
    let mut result =
        json!({ "id": token.id, "status": token.status_at(sandbox.source.timestamp()) });
    for (name, time) in [("not_before", &token.not_before), ("expires_on", &token.expires_on)] {
        if let Some(time) = time {
            result[name] = json!(time);
        }
    }
    Ok(ok(result)?.message(10000, "This API Token is valid and active"))
}

async fn memberships(Of(sandbox): Of<Shared>, query: Query) -> Reply {
    let state = sandbox.state();
    let membership = json!({
        "id": state.account.user_id, "status": "accepted", "api_access_enabled": null,
        "account": accounts::this(&state), "roles": ["Super Administrator - All Privileges"],
    });
    list([membership], &query, PerPage::USUAL)
}

/// The groups that the sandbox knows, with the scope that each is for. Their ids are made of their
/// names: Cloudflare's own are not published.
async fn permission_groups(query: Query) -> Reply {
    let groups = GROUPS.iter().map(|(name, scope)| {
        let id = hex(&digest(&SHA256, name.as_bytes()).as_ref()[..16]);
        json!({ "id": id, "name": name, "scopes": [format!("com.cloudflare.api.{scope}")] })
    });
    let found = groups.filter(|group| query.get("name").is_none_or(|name| group["name"] == name));
    list(found, &query, PerPage::ALL)
}
