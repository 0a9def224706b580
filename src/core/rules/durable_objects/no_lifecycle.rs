//! # A Durable Object class that was never created
//!
//! ## What it checks
//!
//! Durable Object bindings to classes of this Worker where there are no `migrations` and no live
//! entry in `exports` for the class.
//!
//! ## Why it matters
//!
//! Wrangler warns. Cloudflare refuses the upload: the class is not configured to implement Durable
//! Objects (code 10061).
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! [[durable_objects.bindings]]
//! name = "CARTS"
//! class_name = "Cart"
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! [[durable_objects.bindings]]
//! name = "CARTS"
//! class_name = "Cart"
//!
//! [[migrations]]
//! tag = "v1"
//! new_sqlite_classes = ["Cart"]
//! ```
//!
//! ## How to fix
//!
//! Add a migration that creates the class, or an entry in `exports`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/durable-objects/reference/durable-objects-migrations/>
//! - <https://github.com/cloudflare/workers-sdk/issues/10246>

use crate::core::model::{Edit, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};
use serde_json::json;

use crate::core::config::wrangler::{Binding, Environment};
use crate::core::model::Value;

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "durable-objects/no-lifecycle",
    severity: Severity::Error,
    wrangler: WranglerSays::Warns,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["DO-01"],
    page: include_str!("no_lifecycle.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let migrations = environment.get("migrations");
        if migrations.is_some_and(|migrations| !migrations.value().items().is_empty()) {
            continue;
        }
        let bindings = environment.bindings_of("durable_objects");
        let missing: Vec<(&Binding<'_>, &str)> = bindings
            .iter()
            .filter_map(|binding| {
                let own = binding.id.filter(|_| !binding.names_script());
                let class = own.filter(|class| {
                    !is_live(&environment, class) && !cx.run.has_class(&environment, class)
                });
                class.map(|class| (binding, class))
            })
            .collect();
        let mut classes: Vec<&str> = missing.iter().map(|(_, class)| *class).collect();
        classes.sort_unstable();
        classes.dedup();
        let migration = json!({ "tag": "v1", "new_sqlite_classes": classes });
        let exported = environment.get("exports").is_some();
        for (binding, class) in missing {
            let draft = out
                .at(binding.value.span_of("class_name"))
                .say(format!("no migration and no export creates the Durable Object class {class}"))
                .path(format!("{}.class_name", binding.path))
                .why("Cloudflare refuses the upload: the class is not configured to implement Durable Objects")
                .help(format!("add a migration: tag = \"v1\", new_sqlite_classes = [\"{class}\"]"))
                .on(&environment);
            // Migrations and exports exclude each other.
            if !exported {
                let _ =
                    draft.fix(Edit::Append { path: "migrations".into(), value: migration.clone() });
            }
        }
    }
}

/// Whether `exports` declares the class, in a state in which it exists.
fn is_live(environment: &Environment<'_>, class: &str) -> bool {
    let entry = environment.get("exports").and_then(|exports| exports.value().get(class));
    entry.is_some_and(|entry| {
        let text = |key: &str| entry.get(key).and_then(Value::as_str);
        text("type") == Some("durable-object")
            && matches!(text("state").unwrap_or("created"), "created" | "expecting-transfer")
    })
}
