//! # A secret of a secrets store does not exist
//!
//! ## What it checks
//!
//! Bindings to secrets stores: that the account has the store, and the store a secret of that name.
//!
//! ## Why it matters
//!
//! Wrangler does not look. What Cloudflare answers where the secret is missing is not documented,
//! so this is a warning: either the upload is refused, or `get()` throws at run time.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! [[secrets_store_secrets]]
//! binding = "STRIPE"
//! store_id = "0f2ac74b498b48028cb68387c421e279"
//! secret_name = "stripe-key"
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "secrets_stores": [
//!         {
//!           "id": "0f2ac74b498b48028cb68387c421e279",
//!           "name": "default",
//!           "secrets": ["stripe"]
//!         }
//!       ]
//!     }
//!   ]
//! }
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! [[secrets_store_secrets]]
//! binding = "STRIPE"
//! store_id = "0f2ac74b498b48028cb68387c421e279"
//! secret_name = "stripe-key"
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "secrets_stores": [
//!         {
//!           "id": "0f2ac74b498b48028cb68387c421e279",
//!           "name": "default",
//!           "secrets": ["stripe-key"]
//!         }
//!       ]
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Correct `store_id` or `secret_name`, or create the secret with `wrangler secrets-store secret
//! create`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/secrets-store/integrations/workers/>

use crate::core::config::ids::is_hex_32;
use crate::core::config::placeholder::placeholder;
use crate::core::model::account::Part;
use crate::core::model::{Severity, Value, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "bindings/missing-store-secret",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::SecretsStores]),
    catalogue: &["SS-01"],
    page: include_str!("missing_store_secret.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for (environment, account) in cx.live() {
        let Some(stores) = account.secrets_stores.known() else { continue };
        for binding in environment.bindings_of("secrets_store_secrets") {
            let text = |key: &str| {
                let text = binding.value.get(key).and_then(Value::as_str);
                text.filter(|text| placeholder(text).is_none() && !text.is_empty())
            };
            let Some(id) = text("store_id").filter(|id| is_hex_32(id)) else { continue };
            let (key, fact) = match stores.iter().find(|store| store.id.eq_ignore_ascii_case(id)) {
                None => ("store_id", format!("the account has no secrets store {id}")),
                Some(store) => {
                    let Some(secrets) = store.secrets.known() else { continue };
                    let Some(name) = text("secret_name") else { continue };
                    if secrets.iter().any(|secret| secret == name) {
                        continue;
                    }
                    ("secret_name", format!("the secrets store {} has no {name}", store.name))
                }
            };
            let _ = out
                .at(binding.value.span_of(key))
                .say(fact)
                .label("not in the account")
                .path(format!("{}.{key}", binding.path))
                .why("the Worker cannot read a secret that is not there")
                .help(match key {
                    "store_id" => {
                        "write the id that `wrangler secrets-store store list` shows".to_owned()
                    }
                    _ => format!(
                        "correct it, or `wrangler secrets-store secret create {id} --remote`"
                    ),
                })
                .on(&environment);
        }
    }
}
