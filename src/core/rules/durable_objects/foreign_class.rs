//! # Another Worker does not have the Durable Object class
//!
//! ## What it checks
//!
//! Durable Object bindings with a `script_name` that is a Worker of the repository: that its
//! migrations or its `exports` have the class.
//!
//! ## Why it matters
//!
//! Cloudflare refuses the upload: `Cannot create binding for class 'Cart' because it is not
//! currently configured to implement Durable Objects` (code 10061). Wrangler does not look into the
//! other Worker.
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
//! [[durable_objects.bindings]]
//! name = "CARTS"
//! class_name = "Carts"
//! script_name = "shop-carts"
//! ```
//!
//! ```toml apps/carts/wrangler.toml
//! name = "shop-carts"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! [[migrations]]
//! tag = "v1"
//! new_sqlite_classes = ["Cart"]
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
//! [[durable_objects.bindings]]
//! name = "CARTS"
//! class_name = "Cart"
//! script_name = "shop-carts"
//! ```
//!
//! ```toml apps/carts/wrangler.toml
//! name = "shop-carts"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! [[migrations]]
//! tag = "v1"
//! new_sqlite_classes = ["Cart"]
//! ```
//!
//! ## How to fix
//!
//! Correct `class_name`, or add the class to the migrations of the other Worker and deploy that
//! first.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/#durable-objects>
//! - <https://developers.cloudflare.com/durable-objects/reference/durable-objects-migrations/>

use crate::core::config::placeholder::placeholder;
use crate::core::config::wrangler::Purpose;
use crate::core::config::wrangler::lifecycle::{Classes, Standing};
use crate::core::model::{Place, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "durable-objects/foreign-class",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["DO-11"],
    page: include_str!("foreign_class.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        for (reference, target) in cx.run.fleet.targets(&environment) {
            let asked = reference.purpose == Purpose::DurableObject && !target.is(&environment);
            let Some(class) = reference.item.get("class_name").filter(|_| asked) else { continue };
            let Some(name) = class.as_str().filter(|name| placeholder(name).is_none()) else {
                continue;
            };
            let worker = reference.worker;
            let fact = match Classes::of(&target).standing(name) {
                Standing::Live => continue,
                Standing::Never => format!("{worker} has no Durable Object class {name}"),
                Standing::Deleted(by) => {
                    format!("{worker} has deleted the class {name} in {}", by.title())
                }
                Standing::Renamed(_, to) => {
                    format!("{worker} has renamed the class {name} to {to}")
                }
            };
            let file = target.service.config.file;
            let _ = out
                .at(class.span)
                .say(fact)
                .see(
                    Place { file, span: target.service.headline() },
                    "neither its migrations nor its exports have the class",
                )
                .path(reference.path_of(&environment, "class_name"))
                .why("Cloudflare refuses the upload: the class is not configured (code 10061)")
                .help("correct class_name, or create the class in that Worker")
                .on(&environment);
        }
    }
}
