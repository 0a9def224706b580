//! # A Durable Object class of another Worker does not exist
//!
//! ## What it checks
//!
//! Durable Object bindings with a `script_name` that is not of the repository: that the account has
//! a namespace of that Worker and class.
//!
//! ## Why it matters
//!
//! Cloudflare refuses the upload, after the build and after the upload of assets: `Cannot create
//! binding for class` (code 10061).
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
//! [[durable_objects.bindings]]
//! name = "CARTS"
//! class_name = "Carts"
//! script_name = "carts"
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "workers": { "carts": {} },
//!       "durable_objects": [{ "id": "a", "script": "carts", "class": "Cart", "use_sqlite": true }]
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
//! [[durable_objects.bindings]]
//! name = "CARTS"
//! class_name = "Cart"
//! script_name = "carts"
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "workers": { "carts": {} },
//!       "durable_objects": [{ "id": "a", "script": "carts", "class": "Cart", "use_sqlite": true }]
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Correct `class_name`, or deploy the Worker that has the class first.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/durable-objects/reference/durable-objects-migrations/>

use crate::core::config::placeholder::placeholder;
use crate::core::config::shape::closest;
use crate::core::config::wrangler::{Purpose, references};
use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "durable-objects/class-not-live",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Workers, Part::DurableObjects]),
    catalogue: &["DO-11"],
    page: include_str!("class_not_live.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for (environment, account) in cx.live() {
        let known = account.workers.known().zip(account.durable_objects.known());
        let Some((workers, namespaces)) = known else { continue };
        let own = environment.worker();
        for reference in
            references(&environment).filter(|one| one.purpose == Purpose::DurableObject)
        {
            let worker = reference.worker;
            // What the repository deploys may bring it; a Worker that does not exist is another
            // rule's business.
            let here = !cx.run.fleet.named(worker).is_empty() || cx.run.fleet.may_generate(worker);
            let judged = workers.contains_key(worker) && !here && own.as_deref() != Some(worker);
            let Some(class) = reference.text("class_name").filter(|_| judged) else { continue };
            let classes =
                || namespaces.iter().filter(|one| one.script == worker).map(|one| &*one.class);
            if classes().any(|known| known == class) || placeholder(class).is_some() {
                continue;
            }
            let help = match closest(class, classes()) {
                Some(similar) => format!("did you mean {similar}?"),
                None => format!("correct class_name, or deploy a {worker} that has the class"),
            };
            let _ = out
                .at(reference.item.span_of("class_name"))
                .say(format!("{worker} has no Durable Object class {class}"))
                .label("not in the account")
                .path(reference.path_of(&environment, "class_name"))
                .why("Cloudflare refuses the upload: the class is not configured (code 10061)")
                .help(help)
                .severity(cx.run.severity_of_missing(&environment))
                .on(&environment);
        }
    }
}
