//! # The code no longer exports a class that has Durable Objects
//!
//! ## What it checks
//!
//! The Durable Object namespaces of the live Worker against the exports of the code: classes that
//! are gone without a migration which deletes, renames or transfers them. Where the exports cannot
//! be followed, the rule is silent.
//!
//! ## Why it matters
//!
//! Cloudflare refuses the upload: `New version of script does not export class 'Cart' which is
//! depended on by existing Durable Objects` (code 10064). The old version goes on serving.
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
//! [[migrations]]
//! tag = "v1"
//! new_sqlite_classes = ["Cart", "Timer"]
//! ```
//!
//! ```ts src/index.ts
//! import { DurableObject } from "cloudflare:workers";
//!
//! export class Timer extends DurableObject {}
//!
//! export default {
//!   async fetch() {
//!     return new Response("Hello");
//!   },
//! };
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "workers": { "shop": { "migration_tag": "v1" } },
//!       "durable_objects": [
//!         { "id": "a", "script": "shop", "class": "Cart", "use_sqlite": true },
//!         { "id": "b", "script": "shop", "class": "Timer", "use_sqlite": true }
//!       ]
//!     }
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
//! [[migrations]]
//! tag = "v1"
//! new_sqlite_classes = ["Cart", "Timer"]
//!
//! [[migrations]]
//! tag = "v2"
//! renamed_classes = [{ from = "Cart", to = "Basket" }]
//! ```
//!
//! ```ts src/index.ts
//! import { DurableObject } from "cloudflare:workers";
//!
//! export class Basket extends DurableObject {}
//!
//! export class Timer extends DurableObject {}
//!
//! export default {
//!   async fetch() {
//!     return new Response("Hello");
//!   },
//! };
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "workers": { "shop": { "migration_tag": "v1" } },
//!       "durable_objects": [
//!         { "id": "a", "script": "shop", "class": "Cart", "use_sqlite": true },
//!         { "id": "b", "script": "shop", "class": "Timer", "use_sqlite": true }
//!       ]
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Export the class again. To give up the objects and all their data, add a migration with
//! `deleted_classes`; to keep them under another name, one with `renamed_classes`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/durable-objects/reference/durable-objects-migrations/>
//! - <https://github.com/botiverse/hands/pull/167>

use crate::core::config::wrangler::Level;
use crate::core::config::wrangler::lifecycle::{Classes, Standing};
use crate::core::model::account::Part;
use crate::core::model::{Severity, Value, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};
use crate::core::source::{Format, SourceFacts};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "durable-objects/class-still-depended-on",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Workers, Part::DurableObjects]),
    catalogue: &["DO-02"],
    page: include_str!("class_still_depended_on.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for worker in cx.deployed() {
        let environment = worker.environment;
        let Some(namespaces) = worker.account.durable_objects.known() else { continue };
        let Some(facts) = cx.run.workspace.sources.bundled(&environment).filter(is_complete) else {
            continue;
        };
        let classes = Classes::of(&environment);
        for namespace in namespaces.iter().filter(|namespace| namespace.script == worker.name) {
            let class = namespace.class.as_str();
            let moved =
                matches!(classes.standing(class), Standing::Deleted(_) | Standing::Renamed(..));
            let declared =
                environment.get("exports").is_some_and(|all| all.value().get(class).is_some());
            let kept = facts.exports.contains_key(class);
            if kept || moved || declared || is_taken(cx, &worker.name, class) {
                continue;
            }
            let draft = match facts.default_export {
                Some(place) => out.in_file(place.file, place.span),
                None => out.at(cx.service.headline()),
            };
            let _ = draft
                .say(format!("the code does not export {class}, and {} has Durable Objects of it", worker.name))
                .label("not among its exports")
                .path("main")
                .why("Cloudflare refuses the upload: existing Durable Objects depend on the class (code 10064)")
                .help(format!("export {class} again, or add a migration that deletes or renames it"))
                .on(&environment);
        }
    }
}

fn is_complete(facts: &&SourceFacts) -> bool {
    facts.exports_complete && facts.format == Format::Module
}

/// Whether a Worker of the repository takes over the class with `transferred_classes`.
fn is_taken(cx: &ServiceContext<'_>, worker: &str, class: &str) -> bool {
    let text =
        |transfer: &Value, key: &str| transfer.get(key).and_then(Value::as_str) == Some(class);
    let from = |transfer: &Value| {
        transfer.get("from_script").and_then(Value::as_str) == Some(worker)
            && text(transfer, "from")
    };
    let levels = cx.run.workspace.services.iter().flat_map(Level::all);
    let migrations = levels.filter_map(|level| level.get("migrations")).flat_map(Value::items);
    let transfers = migrations.filter_map(|migration| migration.get("transferred_classes"));
    transfers.flat_map(Value::items).any(from)
}
