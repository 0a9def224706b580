//! # A class is handed over, and nobody expects it
//!
//! ## What it checks
//!
//! Classes in `exports` with `state = "transferred"` to a Worker of the repository: that this
//! Worker has a class with `state = "expecting-transfer"` and this one in `transfer_from`. And the
//! other way round: that a Worker of the repository from which a class is expected hands one over
//! or still has it.
//!
//! ## Why it matters
//!
//! A transfer has two halves. Wrangler documents that the receiving Worker must first be deployed
//! with a class that expects it. Wrangler does not look at the other Worker, and Cloudflare refuses
//! what does not fit (code 100402).
//!
//! ## Bad
//!
//! ```toml apps/orders/wrangler.toml
//! name = "shop-orders"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! [exports.Cart]
//! type = "durable-object"
//! state = "transferred"
//! transferred_to = "shop-carts"
//! ```
//!
//! ```toml apps/carts/wrangler.toml
//! name = "shop-carts"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! [exports.Cart]
//! type = "durable-object"
//! storage = "sqlite"
//! ```
//!
//! ## Good
//!
//! ```toml apps/orders/wrangler.toml
//! name = "shop-orders"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! [exports.Cart]
//! type = "durable-object"
//! state = "transferred"
//! transferred_to = "shop-carts"
//! ```
//!
//! ```toml apps/carts/wrangler.toml
//! name = "shop-carts"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! [exports.Cart]
//! type = "durable-object"
//! storage = "sqlite"
//! state = "expecting-transfer"
//! transfer_from = "shop-orders"
//! ```
//!
//! ## How to fix
//!
//! Add the other half, and deploy the receiving Worker first.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/durable-objects/reference/durable-objects-migrations/>

use crate::core::config::wrangler::Environment;
use crate::core::config::wrangler::lifecycle::is_live;
use crate::core::model::{Place, Severity, Value, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "durable-objects/transfer",
    severity: Severity::Warning,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["DO-10"],
    page: include_str!("transfer.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let (Some(exports), Some(worker)) = (environment.get("exports"), environment.worker())
        else {
            continue;
        };
        for entry in exports.value().entries() {
            let text = |key: &str| entry.value.get(key).and_then(Value::as_str);
            let Some((key, state, back)) =
                half(text("state")).filter(|_| text("type") == Some(TYPE))
            else {
                continue;
            };
            let Some(other) = entry.value.get(key) else { continue };
            let [target] = cx.run.fleet.named(other.as_str().unwrap_or_default()) else { continue };
            if has_half(target, state, back, &worker) {
                continue;
            }
            let file = target.service.config.file;
            let name = &entry.key;
            let _ = out
                .at(other.span)
                .say(format!(
                    "the transfer of the class {name} has no other half in {}",
                    target.service.name
                ))
                .see(
                    Place { file, span: target.service.headline() },
                    format!("no class here is {state}"),
                )
                .path(format!("{}.{name}.{key}", exports.path()))
                .why("Cloudflare refuses a transfer of which it knows only one half")
                .help(format!(
                    "add a class there with state = \"{state}\" and {back} = \"{worker}\""
                ))
                .on(&environment);
        }
    }
}

const TYPE: &str = "durable-object";

/// For one half of a transfer: its key, and the state and the key of the other half.
fn half(state: Option<&str>) -> Option<(&'static str, &'static str, &'static str)> {
    match state? {
        "transferred" => Some(("transferred_to", "expecting-transfer", "transfer_from")),
        "expecting-transfer" => Some(("transfer_from", "transferred", "transferred_to")),
        _ => None,
    }
}

/// Whether an environment has the other half. One that still has the class, and will hand it over
/// in a later deployment, is fine: the receiving half comes first.
fn has_half(target: &Environment<'_>, state: &str, back: &str, worker: &str) -> bool {
    let Some(exports) = target.get("exports") else {
        return state == "transferred" && target.get("migrations").is_some();
    };
    exports.value().entries().iter().any(|entry| {
        let text = |key: &str| entry.value.get(key).and_then(Value::as_str);
        let waits = state == "transferred" && is_live(&entry.value);
        waits || (text("state") == Some(state) && text(back) == Some(worker))
    })
}
