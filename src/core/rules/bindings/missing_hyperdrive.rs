//! # A Hyperdrive configuration does not exist
//!
//! ## What it checks
//!
//! The `id` of Hyperdrive bindings against the configurations of the account.
//!
//! ## Why it matters
//!
//! Wrangler does not look. Cloudflare refuses the upload, after the build and after the upload of
//! assets (code 10157).
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
//! [[hyperdrive]]
//! binding = "ORDERS"
//! id = "0f2ac74b498b48028cb68387c421e279"
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     { "id": "0123456789abcdef0123456789abcdef", "hyperdrive": [] }
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
//! [[hyperdrive]]
//! binding = "ORDERS"
//! id = "0f2ac74b498b48028cb68387c421e279"
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "hyperdrive": [{ "id": "0f2ac74b498b48028cb68387c421e279", "name": "orders" }]
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Write the id that `wrangler hyperdrive list` shows, or create a configuration with `wrangler
//! hyperdrive create`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/api/resources/hyperdrive/subresources/configs/methods/list/>

use crate::core::config::ids::is_hex_32;
use crate::core::model::account::{Account, Part};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::resources::{Resource, report_missing};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "bindings/missing-hyperdrive",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Hyperdrive]),
    catalogue: &["HD-01"],
    page: include_str!("missing_hyperdrive.rs"),
    check: Check::Service(check),
};

static RESOURCE: Resource = Resource {
    kind: "hyperdrive",
    key: "id",
    has_form: is_hex_32,
    noun: "Hyperdrive configuration",
    why: "Cloudflare refuses the upload: the configuration is not found (code 10157)",
    is_created: false,
    list: "wrangler hyperdrive list",
    create: "wrangler hyperdrive create",
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    report_missing(cx, &RESOURCE, |account, _| known(account), out);
}

fn known(account: &Account) -> Option<Vec<&str>> {
    Some(account.hyperdrive.known()?.iter().map(|configuration| &*configuration.id).collect())
}
