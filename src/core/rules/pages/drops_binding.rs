//! # A Pages deployment would drop bindings of the dashboard
//!
//! ## What it checks
//!
//! The bindings and variables that the project has in production and preview, against those of the
//! configuration. Secrets stay and are left out.
//!
//! ## Why it matters
//!
//! With a configuration file, that file is the source of truth: bindings that were made in the
//! dashboard are not in the next deployment, and code that uses them fails at run time.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop-site"
//! pages_build_output_dir = "./dist"
//! compatibility_date = "2026-01-31"
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
//! Add the bindings to the configuration. `wrangler pages download config NAME` writes what the
//! project has.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/pages/functions/wrangler-configuration/>

use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::addresses::some_of;
use crate::core::rules::pages_projects::{Stage, stage_span, stages};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pages/drops-binding",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::PagesProjects]),
    catalogue: &["PG-09"],
    page: include_str!("drops_binding.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for Stage { name, environment, live, project } in stages(cx) {
        let own = environment.bindings();
        let gone = live.iter().filter(|one| {
            !one.is_secret() && own.iter().all(|binding| binding.name != Some(&one.name))
        });
        let gone: Vec<&str> = gone.map(|one| &*one.name).collect();
        if gone.is_empty() {
            continue;
        }
        let _ = out
            .at(stage_span(cx, &environment))
            .say(format!("{name} of {} loses {}", project.name, some_of(gone)))
            .path(environment.path("vars"))
            .why("the configuration is the source of truth: what was made in the dashboard is not in the next deployment")
            .help(format!("add it to the configuration: wrangler pages download config {}", project.name))
            .on(&environment);
    }
}
