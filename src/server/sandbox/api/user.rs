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

/// Permission groups by Cloudflare's names: <https://developers.cloudflare.com/fundamentals/api/reference/permissions/>.
const GROUPS: [(&str, &str); 44] = [
    ("Account API Tokens Read", "account"),
    ("Account API Tokens Write", "account"),
    ("Account Settings Read", "account"),
    ("Account Settings Write", "account"),
    ("API Tokens Read", "user"),
    ("API Tokens Write", "user"),
    ("D1 Read", "account"),
    ("D1 Write", "account"),
    ("DNS Read", "account.zone"),
    ("DNS Write", "account.zone"),
    ("Hyperdrive Read", "account"),
    ("Hyperdrive Write", "account"),
    ("Memberships Read", "user"),
    ("Memberships Write", "user"),
    ("Pages Read", "account"),
    ("Pages Write", "account"),
    ("Pipelines Read", "account"),
    ("Pipelines Write", "account"),
    ("Queues Read", "account"),
    ("Queues Write", "account"),
    ("SSL and Certificates Read", "account.zone"),
    ("SSL and Certificates Write", "account.zone"),
    ("Secrets Store Read", "account"),
    ("Secrets Store Write", "account"),
    ("User Details Read", "user"),
    ("User Details Write", "user"),
    ("Vectorize Read", "account"),
    ("Vectorize Write", "account"),
    ("Workers KV Storage Read", "account"),
    ("Workers KV Storage Write", "account"),
    ("Workers R2 Storage Read", "account"),
    ("Workers R2 Storage Write", "account"),
    ("Workers Routes Read", "account.zone"),
    ("Workers Routes Write", "account.zone"),
    ("Workers Scripts Read", "account"),
    ("Workers Scripts Write", "account"),
    ("Workers Tail Read", "account"),
    ("Workers AI Read", "account"),
    ("Workers AI Write", "account"),
    ("Zone Read", "account.zone"),
    ("Zone Write", "account.zone"),
    ("Zone Settings Read", "account.zone"),
    ("Zone Settings Write", "account.zone"),
    ("Account Analytics Read", "account"),
];
