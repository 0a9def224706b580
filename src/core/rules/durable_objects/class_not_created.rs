//! # No migration creates a Durable Object class
//!
//! ## What it checks
//!
//! Durable Object bindings to classes of this Worker that none of its `migrations` creates, and
//! that `exports` does not declare; and bindings by a name that a migration has taken from the
//! class. Configurations without any migrations are another rule's business.
//!
//! ## Why it matters
//!
//! Wrangler looks only whether there are migrations at all. Cloudflare refuses the upload: `Cannot
//! create binding for class 'Timer' because it is not currently configured to implement Durable
//! Objects` (code 10061).
//!
//! Where the migration that created the class was removed from the file after it had been applied,
//! the deployed Worker still works, and a new environment does not. So it is a warning where the
//! first tag has a number above 1: the beginning of the list is missing. It is one too in folders
//! of tests. Where the account shows that the Worker has the class, nothing is said.
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
//! class_name = "Cart"
//!
//! [[durable_objects.bindings]]
//! name = "TIMERS"
//! class_name = "Timer"
//!
//! [[migrations]]
//! tag = "v1"
//! new_sqlite_classes = ["Cart"]
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
//!
//! [[durable_objects.bindings]]
//! name = "TIMERS"
//! class_name = "Timer"
//!
//! [[migrations]]
//! tag = "v1"
//! new_sqlite_classes = ["Cart"]
//!
//! [[migrations]]
//! tag = "v2"
//! new_sqlite_classes = ["Timer"]
//! ```
//!
//! ## How to fix
//!
//! Add a migration with a new `tag` and the class in `new_sqlite_classes`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/durable-objects/reference/durable-objects-migrations/>
//! - <https://github.com/cloudflare/workers-sdk/issues/10246>

use crate::core::config::wrangler::lifecycle::{Classes, Standing, numbered};
use crate::core::config::wrangler::stages::is_for_tests;
use crate::core::model::{Place, Severity, Value, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "durable-objects/class-not-created",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["DO-01"],
    page: include_str!("class_not_created.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let Some(migrations) = environment.get("migrations") else { continue };
        if migrations.value().items().is_empty() {
            continue;
        }
        let classes = Classes::of(&environment);
        let own = environment.worker();
        for binding in environment.bindings_of("durable_objects") {
            let foreign = binding.is_foreign_to(own.as_deref());
            let Some(class) = binding.value.get("class_name").filter(|_| !foreign) else {
                continue;
            };
            let Some(name) = class.as_str() else { continue };
            if cx.run.has_class(&environment, name) {
                continue;
            }
            let (fact, help) = match classes.standing(name) {
                Standing::Live | Standing::Deleted(_) => continue,
                Standing::Never => (
                    format!("no migration creates the Durable Object class {name}"),
                    format!("add a migration with a new tag and new_sqlite_classes = [\"{name}\"]"),
                ),
                Standing::Renamed(by, to) => (
                    format!("{} renamed the Durable Object class {name} to {to}", by.title()),
                    format!("write class_name = \"{to}\""),
                ),
            };
            let file = cx.service.config.file;
            let draft = out
                .at(class.span)
                .say(fact)
                .see(Place { file, span: migrations.entry.key_span }, "the migrations are here")
                .path(format!("{}.class_name", binding.path))
                .why("Cloudflare refuses the upload: the class is not configured (code 10061)")
                .help(help)
                .on(&environment);
            if is_cut_off(migrations.value()) || is_for_tests(cx.service) {
                let _ = draft.severity(Severity::Warning);
            }
        }
    }
}

/// Whether the first migration has a number above 1, so that earlier ones were removed.
fn is_cut_off(migrations: &Value) -> bool {
    let first = migrations.items().first().and_then(|migration| migration.get("tag")?.as_str());
    let number = first.and_then(|tag| numbered(tag)).map(|(_, number)| number);
    number.is_some_and(|number| number > 1)
}
