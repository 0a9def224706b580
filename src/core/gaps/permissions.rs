//! What the API token of a pipeline must be allowed to do.
//!
//! Groups: Cloudflare's "API token permissions" page and the observations recorded for each
//! operation. Keys of the pre-filled link: the "API token template URLs" page,
//! <https://developers.cloudflare.com/fundamentals/api/how-to/account-owned-token-template/>, and
//! links in use. A key that could not be confirmed is left out of the link, and said.

use serde_json::json;

use crate::core::config::wrangler::Environment;
use crate::core::model::account::Part;
use crate::core::model::{Kind, Value};

/// A permission that an environment's deployment needs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Permission {
    /// The group as the dashboard names it.
    pub group: &'static str,
    /// `Edit` or `Read`.
    pub level: &'static str,
    /// What it is for.
    pub why: &'static str,
    /// Its key in a pre-filled link, where that is known.
    key: Option<&'static str>,
}

impl Permission {
    /// Whether a pre-filled link can name it. Otherwise a person adds it by hand.
    pub fn is_in_link(&self) -> bool {
        self.key.is_some()
    }
}

const fn edit(group: &'static str, key: Option<&'static str>, why: &'static str) -> Permission {
    Permission { group, level: "Edit", why, key }
}

const fn read(group: &'static str, key: Option<&'static str>, why: &'static str) -> Permission {
    Permission { group, level: "Read", why, key }
}

const SCRIPTS: Permission = edit(
    "Workers Scripts",
    Some("workers_scripts"),
    "upload, deploy and roll back; secrets and crons",
);
const PAGES: Permission = edit("Cloudflare Pages", Some("pages"), "upload and deploy");
const D1: Permission = edit("D1", Some("d1"), "apply migrations");
const STATE: Permission = edit("D1", Some("d1"), "apply migrations; keep history and locks");
const R2: Permission = read("Workers R2 Storage", Some("workers_r2"), "see whether buckets exist");
const QUEUES: Permission = edit("Queues", None, "attach consumers and see whether queues exist");
const ROUTES: Permission =
    edit("Workers Routes", Some("workers_routes"), "set routes, on each zone");
const ZONE: Permission = read("Zone", Some("zone"), "find the zone of a route or domain");
const DNS: Permission = edit("DNS", Some("dns"), "the record of a custom domain");
const ACCOUNT: Permission = read(
    "Account Settings",
    Some("account_settings"),
    "find the account; not needed with account_id",
);

/// The permission to look at a part of an account. `None` where every token may, and where it is not
/// known which one it is. Keys of links that are not known stay out of them.
pub fn reads(part: Part) -> Option<Permission> {
    let (group, _) = part.permission()?.rsplit_once(' ')?;
    let key = match group {
        "Account Settings" => Some("account_settings"),
        "D1" => Some("d1"),
        "DNS" => Some("dns"),
        "Pages" => Some("pages"),
        "Workers KV Storage" => Some("workers_kv_storage"),
        "Workers R2 Storage" => Some("workers_r2"),
        "Workers Routes" => Some("workers_routes"),
        "Workers Scripts" => Some("workers_scripts"),
        "Zone" => Some("zone"),
        _ => None,
    };
    Some(read(group, key, "see what is there"))
}

/// What the token needs for one environment.
/// `state`: whether clodo's own state is in D1.
pub(super) fn of(environment: &Environment<'_>, state: bool) -> Vec<Permission> {
    let mut needed = vec![match environment.service.kind {
        Kind::Worker => SCRIPTS,
        Kind::Pages => PAGES,
    }];
    let has = |key: &str| !environment.bindings_of(key).is_empty();
    // The same for all environments, so that it is one row and one key of a link.
    if state {
        needed.push(STATE);
    } else if has("d1_databases") {
        needed.push(D1);
    }
    if has("r2_buckets") {
        needed.push(R2);
    }
    if has("queues") || environment.get("queues").is_some() {
        needed.push(QUEUES);
    }
    let (routes, domains) = routes(environment);
    if routes {
        needed.push(ROUTES);
    }
    if routes || domains {
        needed.push(ZONE);
    }
    if domains {
        needed.push(DNS);
    }
    if environment.text("account_id").is_none() {
        needed.push(ACCOUNT);
    }
    needed
}

/// Whether an environment has routes, and whether it has custom domains.
fn routes(environment: &Environment<'_>) -> (bool, bool) {
    let route = environment.get("route").map(|route| route.value());
    let routes = environment.get("routes");
    let listed = routes.map(|routes| routes.value().items()).unwrap_or_default();
    let custom = |route: &Value| route.get("custom_domain").and_then(Value::as_bool) == Some(true);
    let mut all = route.into_iter().chain(listed).peekable();
    let any = all.peek().is_some();
    let domains = any && all.any(custom);
    let plain = route.into_iter().chain(listed).any(|route| !custom(route));
    (plain, domains)
}

/// A link that opens the dashboard's form for a new token with these permissions filled in.
pub fn token_link<'p>(permissions: impl IntoIterator<Item = &'p Permission>) -> String {
    let keys: Vec<_> = permissions
        .into_iter()
        .filter_map(|permission| {
            Some(json!({ "key": permission.key?, "type": permission.level.to_lowercase() }))
        })
        .collect();
    let keys = encode(&serde_json::Value::from(keys).to_string());
    format!(
        "https://dash.cloudflare.com/profile/api-tokens?permissionGroupKeys={keys}&accountId=*&zoneId=all&name=clodo"
    )
}

/// Percent-encodes what may not stand in a query.
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                encoded.push(byte.into());
            }
            _ => encoded += &format!("%{byte:02X}"),
        }
    }
    encoded
}
