//! # A pipeline uploads a version with a migration of Durable Objects
//!
//! ## What it checks
//!
//! Calls of `wrangler versions upload` in pipelines, for Workers whose `migrations` go on after the
//! tag that the live Worker has.
//!
//! ## Why it matters
//!
//! Wrangler stops: `This Worker has a pending Durable Object migration, which cannot be applied by
//! wrangler versions upload`. Older ones upload, and Cloudflare refuses (code 10211).
//!
//! ## Bad
//!
//! ```toml wrangler.toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! [[durable_objects.bindings]]
//! name = "CARTS"
//! class_name = "Cart"
//!
//! [[migrations]]
//! tag = "v1"
//! new_sqlite_classes = ["Cart"]
//! ```
//!
//! ```yaml .github/workflows/deploy.yml
//! on: push
//! jobs:
//!   deploy:
//!     runs-on: ubuntu-24.04
//!     environment: production
//!     concurrency: deploy
//!     steps:
//!       - uses: actions/checkout@v5
//!       - uses: actions/setup-node@v5
//!         with:
//!           node-version: 22
//!       - run: npm ci
//!       - run: npx wrangler versions upload
//!         env:
//!           CLOUDFLARE_API_TOKEN: ${{ secrets.CLOUDFLARE_API_TOKEN }}
//!           CLOUDFLARE_ACCOUNT_ID: 0123456789abcdef0123456789abcdef
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     { "id": "0123456789abcdef0123456789abcdef", "workers": { "shop": {} } }
//!   ]
//! }
//! ```
//!
//! ## Good
//!
//! ```toml wrangler.toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! [[durable_objects.bindings]]
//! name = "CARTS"
//! class_name = "Cart"
//!
//! [[migrations]]
//! tag = "v1"
//! new_sqlite_classes = ["Cart"]
//! ```
//!
//! ```yaml .github/workflows/deploy.yml
//! on: push
//! jobs:
//!   deploy:
//!     runs-on: ubuntu-24.04
//!     environment: production
//!     concurrency: deploy
//!     steps:
//!       - uses: actions/checkout@v5
//!       - uses: actions/setup-node@v5
//!         with:
//!           node-version: 22
//!       - run: npm ci
//!       - run: npx wrangler versions upload
//!         env:
//!           CLOUDFLARE_API_TOKEN: ${{ secrets.CLOUDFLARE_API_TOKEN }}
//!           CLOUDFLARE_ACCOUNT_ID: 0123456789abcdef0123456789abcdef
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "workers": { "shop": { "migration_tag": "v1" } }
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Apply the migration with `wrangler deploy`, which sends all requests to the new code at once.
//! Afterwards versions can be uploaded again.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/versions-and-deployments/gradual-deployments/#gradual-deployments-for-durable-objects>

use crate::core::config::wrangler::lifecycle::applied;
use crate::core::gaps::env_flag;
use crate::core::model::account::Part;
use crate::core::model::{Place, Severity, Value, WranglerSays};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "durable-objects/pending-migration",
    severity: Severity::Error,
    wrangler: WranglerSays::Rejects,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Workers]),
    catalogue: &["DO-03"],
    page: include_str!("pending_migration.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for (_, _, call) in cx.pipelines.calls() {
        let uploads = call.is(&["versions", "upload"]) && !call.arguments.has("dry-run");
        let Some(environment) = call.environment().filter(|_| uploads) else { continue };
        let Some(live) = cx.deployed(&environment).and_then(|worker| worker.live) else { continue };
        let Some(migrations) = environment.get("migrations") else { continue };
        let first = applied(migrations.value(), live.migration_tag.as_deref());
        let pending = &migrations.value().items()[first..];
        let Some(last) = pending.last() else { continue };
        let last = last.get("tag").and_then(Value::as_str).unwrap_or("at the end");
        let file = environment.service.config.file;
        let _ = out
            .at_call(call, call.place)
            .say(format!(
                "the migration {last} of Durable Objects is pending, and a version cannot bring it"
            ))
            .see(Place { file, span: migrations.entry.key_span }, "the migrations are here")
            .why("Wrangler stops before it uploads anything; older ones fail with code 10211")
            .help(format!("deploy it once: wrangler deploy{}", env_flag(&environment)));
    }
}
