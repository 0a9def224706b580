//! # A Pages deployment would bind something else than the dashboard
//!
//! ## What it checks
//!
//! What the bindings of the project in production and preview lead to, against the bindings of the
//! same names in the configuration.
//!
//! ## Why it matters
//!
//! With a configuration file, that file is the source of truth. Where the dashboard has another
//! database or namespace under the same name, the next deployment reads and writes elsewhere. It is
//! a note, because a target that was changed in the configuration looks the same.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop-site"
//! pages_build_output_dir = "./dist"
//! compatibility_date = "2026-01-31"
//!
//! [[kv_namespaces]]
//! binding = "CACHE"
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
//!       "pages_projects": [
//!         {
//!           "name": "shop-site",
//!           "production_branch": "main",
//!           "domains": ["shop-site.pages.dev"],
//!           "bindings": {
//!             "production": [
//!               {
//!                 "name": "CACHE",
//!                 "type": "kv_namespace",
//!                 "target": { "namespace_id": "b7d1c6e0a0a94c53a5e2b3e9c0f3d4e5" }
//!               }
//!             ]
//!           }
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
//! name = "shop-site"
//! pages_build_output_dir = "./dist"
//! compatibility_date = "2026-01-31"
//!
//! [[kv_namespaces]]
//! binding = "CACHE"
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
//!       "pages_projects": [
//!         {
//!           "name": "shop-site",
//!           "production_branch": "main",
//!           "domains": ["shop-site.pages.dev"],
//!           "bindings": {
//!             "production": [
//!               {
//!                 "name": "CACHE",
//!                 "type": "kv_namespace",
//!                 "target": { "namespace_id": "0f2ac74b498b48028cb68387c421e279" }
//!               }
//!             ]
//!           }
//!         }
//!       ]
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Make sure that the configuration names what is meant; otherwise write what the dashboard has.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/pages/functions/wrangler-configuration/>

use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::pages_projects::{Stage, stages};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pages/replaces-binding",
    severity: Severity::Note,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::PagesProjects]),
    catalogue: &["PG-09"],
    page: include_str!("replaces_binding.rs"),
    check: Check::Service(check),
};

/// The API's words for what a binding leads to.
const TARGETS: [&str; 7] =
    ["namespace_id", "id", "database_id", "bucket_name", "queue_name", "service", "index_name"];

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for Stage { name, environment, live, project } in stages(cx) {
        for binding in environment.bindings() {
            let same = live.iter().find(|one| binding.name == Some(&one.name));
            let now = same.and_then(|one| TARGETS.iter().find_map(|key| one.bound(key)));
            let (Some(binding_name), Some(then), Some(now)) = (binding.name, binding.id, now)
            else {
                continue;
            };
            if now.eq_ignore_ascii_case(then) {
                continue;
            }
            let _ = out
                .at(binding.value.span)
                .say(format!("`{binding_name}` in {name} of {} leads to {now} now, and then to {then}", project.name))
                .label("another one than in the dashboard")
                .path(&*binding.path)
                .why("the configuration is the source of truth: the next deployment reads and writes elsewhere")
                .help("make sure that the configuration names what is meant")
                .on(&environment);
        }
    }
}
