//! # A deployment switches observability off
//!
//! ## What it checks
//!
//! Workers whose logs or traces are switched on, where the environment has no `observability`.
//!
//! ## Why it matters
//!
//! Where the configuration does not say anything, Wrangler sends `enabled: false` with every
//! deployment. Somebody switched the logs on in the dashboard, and they are gone when they are
//! needed.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "workers": { "shop": { "observability": { "enabled": true } } }
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
//! [observability]
//! enabled = true
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "workers": { "shop": { "observability": { "enabled": true } } }
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Add `observability` to the configuration, with what is set now.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/observability/logs/workers-logs/>

use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};
use serde_json::Value;

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "versions/observability-dropped",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Workers]),
    catalogue: &["VER-09"],
    page: include_str!("observability_dropped.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for worker in cx.deployed() {
        let live = worker.live.and_then(|live| live.observability.as_ref());
        let is_on = |value: &Value| value.get("enabled") == Some(&Value::Bool(true));
        let parts =
            [live, live.and_then(|all| all.get("logs")), live.and_then(|all| all.get("traces"))];
        let on = parts.into_iter().flatten().any(is_on);
        if !on || worker.environment.get("observability").is_some() {
            continue;
        }
        let _ = out
            .at(cx.service.headline())
            .say(format!("the deployment switches off the observability of {}", worker.name))
            .path("observability")
            .why("where the configuration says nothing, Wrangler sends enabled: false")
            .help("add observability = { enabled = true }, with the settings of the dashboard")
            .on(&worker.environment);
    }
}
