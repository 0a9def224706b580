//! # A deleted Durable Object class is still bound
//!
//! ## What it checks
//!
//! Durable Object bindings to classes of this Worker that a migration deletes and no later one
//! creates again. Also, as a warning, bindings to a class of the same name in another Worker, in
//! the same deployment in which the class is deleted here.
//!
//! ## Why it matters
//!
//! Cloudflare refuses the upload: `Cannot apply --delete-class migration to class 'Cart' without
//! also removing the binding that references it` (code 10061). It compares the names of classes
//! alone, so a binding to another Worker's class of that name has the same effect.
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
//! [[migrations]]
//! tag = "v1"
//! new_sqlite_classes = ["Cart"]
//!
//! [[migrations]]
//! tag = "v2"
//! deleted_classes = ["Cart"]
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
//! name = "BASKETS"
//! class_name = "Basket"
//!
//! [[migrations]]
//! tag = "v1"
//! new_sqlite_classes = ["Cart"]
//!
//! [[migrations]]
//! tag = "v2"
//! renamed_classes = [{ from = "Cart", to = "Basket" }]
//! ```
//!
//! ## How to fix
//!
//! Remove the binding first, deploy, and add the migration that deletes the class afterwards.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/durable-objects/reference/durable-objects-migrations/>
//! - <https://github.com/cloudflare/workers-sdk/issues/8210>
//! - <https://github.com/alchemy-run/alchemy/issues/799>

use crate::core::config::wrangler::lifecycle::{Classes, Standing};
use crate::core::model::{Place, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "durable-objects/deleted-class-bound",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["DO-01"],
    page: include_str!("deleted_class_bound.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let Some(migrations) = environment.get("migrations") else { continue };
        let newest = migrations.value().items().len().checked_sub(1);
        let classes = Classes::of(&environment);
        let own = environment.worker();
        for binding in environment.bindings_of("durable_objects") {
            let Some(class) = binding.value.get("class_name") else { continue };
            let Some(name) = class.as_str() else { continue };
            let Standing::Deleted(by) = classes.standing(name) else { continue };
            let foreign = binding.is_foreign_to(own.as_deref());
            if foreign && Some(by.migration) != newest {
                continue;
            }
            let file = cx.service.config.file;
            let draft = out
                .at(class.span)
                .say(format!(
                    "{} deletes the Durable Object class {name}, which is bound here",
                    by.title()
                ))
                .see(Place { file, span: by.span }, "deleted here")
                .path(format!("{}.class_name", binding.path))
                .why("Cloudflare refuses the upload while a binding names the class (code 10061)")
                .help("remove the binding in a deployment before the one that deletes the class")
                .on(&environment);
            if foreign {
                let _ = draft.severity(Severity::Warning);
            }
        }
    }
}
