//! # A migration deletes a class that another Worker uses
//!
//! ## What it checks
//!
//! Migrations with `deleted_classes` that have not been applied, where the class still has a
//! namespace: that no live Worker of the run and no configuration of the repository binds it
//! through `script_name`.
//!
//! ## Why it matters
//!
//! The objects and their data are deleted, or Cloudflare refuses the deletion for the sake of the
//! other. In both cases it is the other Worker that stops working or stands in the way, and nothing
//! here shows it.
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
//! [[migrations]]
//! tag = "v1"
//! new_sqlite_classes = ["Cart"]
//!
//! [[migrations]]
//! tag = "v2"
//! deleted_classes = ["Cart"]
//! ```
//!
//! ```toml apps/pricing/wrangler.toml
//! name = "shop-pricing"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! [[durable_objects.bindings]]
//! name = "CARTS"
//! class_name = "Cart"
//! script_name = "shop-orders"
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "workers": { "shop-orders": { "migration_tag": "v1" }, "shop-pricing": {} },
//!       "durable_objects": [{ "id": "a", "script": "shop-orders", "class": "Cart", "use_sqlite": true }]
//!     }
//!   ]
//! }
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
//! [[migrations]]
//! tag = "v1"
//! new_sqlite_classes = ["Cart"]
//!
//! [[migrations]]
//! tag = "v2"
//! deleted_classes = ["Cart"]
//! ```
//!
//! ```toml apps/pricing/wrangler.toml
//! name = "shop-pricing"
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
//!       "workers": {
//!         "shop-orders": { "migration_tag": "v2" },
//!         "shop-pricing": { "settings": { "bindings": [] } }
//!       },
//!       "durable_objects": []
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Remove the binding of the other Worker and deploy it. Then apply the migration.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/durable-objects/reference/durable-objects-migrations/>

use crate::core::config::wrangler::lifecycle::{Change, Step, applied, steps};
use crate::core::config::wrangler::{Environment, Purpose, references};
use crate::core::model::account::Part;
use crate::core::model::{Place, Severity, Value, WranglerSays};
use crate::core::rules::{Check, Deployed, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "durable-objects/deletes-bound-class",
    severity: Severity::Error,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Workers, Part::DurableObjects]),
    catalogue: &["DO-07", "DO-11"],
    page: include_str!("deletes_bound_class.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for worker in cx.deployed() {
        let Some(migrations) = worker.environment.get("migrations") else { continue };
        let live = worker.live.and_then(|live| live.migration_tag.as_deref());
        for step in pending(migrations.value(), live) {
            let exists = worker.namespace(step.class).is_some();
            let Some(user) = user(cx, &worker, step.class).filter(|_| exists) else { continue };
            let draft = out
                .at(step.span)
                .say(format!(
                    "{} deletes the class {}, which {} uses",
                    step.title(),
                    step.class,
                    user.name
                ))
                .label("still bound by another Worker")
                .path(step.path("migrations"))
                .why("its Durable Objects and their data go with the class")
                .help(format!("remove the binding from {} and deploy it first", user.name))
                .on(&worker.environment);
            if let Some(place) = user.place {
                let _ = draft.see(place, "bound here");
            }
        }
    }
}

/// The deletions that a live Worker with this tag has not applied.
fn pending<'a>(migrations: &'a Value, live: Option<&str>) -> Vec<Step<'a>> {
    let first = applied(migrations, live);
    let steps = steps(migrations).into_iter();
    steps.filter(|step| step.change == Change::Delete && step.migration >= first).collect()
}

/// A Worker that uses a class of another.
struct User {
    name: String,
    /// Where its configuration says so; none where only its live version does.
    place: Option<Place>,
}

/// Another Worker that binds a class of this one: by its configuration, or in its live version.
fn user(cx: &ServiceContext<'_>, owner: &Deployed<'_>, class: &str) -> Option<User> {
    let environments = cx.run.workspace.services.iter().flat_map(Environment::all);
    let others = environments.filter(|other| other.worker().as_deref() != Some(&owner.name));
    let mut by_configuration = others.flat_map(|other| {
        let bindings = references(&other).filter(|one| one.purpose == Purpose::DurableObject);
        bindings.map(move |binding| (other, binding)).collect::<Vec<_>>()
    });
    let found = by_configuration.find(|(_, binding)| {
        binding.worker == owner.name && binding.text("class_name") == Some(class)
    });
    if let Some((other, binding)) = found {
        let place = Some(Place { file: other.service.config.file, span: binding.span });
        return Some(User { name: other.worker()?, place });
    }
    let workers = owner.account.workers.known()?;
    let (name, _) =
        workers.iter().filter(|(name, _)| **name != owner.name).find(|(_, worker)| {
            let bindings = worker.settings.known().map(|settings| settings.bindings.as_slice());
            bindings.unwrap_or_default().iter().any(|binding| {
                binding.kind == "durable_object_namespace"
                    && binding.bound("script_name") == Some(&owner.name)
                    && binding.bound("class_name") == Some(class)
            })
        })?;
    Some(User { name: name.clone(), place: None })
}
