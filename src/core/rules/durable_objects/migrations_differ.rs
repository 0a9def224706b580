//! # An environment has another history of migrations
//!
//! ## What it checks
//!
//! Environments with `migrations` of their own beside those of the top level: that one of the two
//! lists begins with the tags of the other, and that the environment does not stop earlier.
//!
//! ## Why it matters
//!
//! An environment inherits the migrations of the top level. One with its own list is left behind
//! when the next migration is added above, and its classes are never created. Where the tags are in
//! another order, the same tag means different classes in two environments.
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
//! [[migrations]]
//! tag = "v1"
//! new_sqlite_classes = ["Cart"]
//!
//! [[migrations]]
//! tag = "v2"
//! new_sqlite_classes = ["Order"]
//!
//! [env.staging]
//! workers_dev = false
//!
//! [[env.staging.migrations]]
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
//! [[migrations]]
//! tag = "v1"
//! new_sqlite_classes = ["Cart"]
//!
//! [[migrations]]
//! tag = "v2"
//! new_sqlite_classes = ["Order"]
//!
//! [env.staging]
//! workers_dev = false
//! ```
//!
//! ## How to fix
//!
//! Remove `migrations` from the environment, so that it inherits them, or bring its list up to
//! date.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/durable-objects/reference/durable-objects-migrations/>
//! - <https://developers.cloudflare.com/workers/wrangler/environments/>

use crate::core::config::wrangler::stages::spoken;
use crate::core::model::{Edit, Place, Severity, Value, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "durable-objects/migrations-differ",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["DO-06"],
    page: include_str!("migrations_differ.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let Some(above) = cx.root().and_then(|root| root.entry("migrations")) else { return };
    let above_tags = tags(&above.value);
    if above_tags.is_empty() {
        return;
    }
    for environment in cx.environments().filter(|environment| !environment.is_top()) {
        let Some(own) = environment.own().entry("migrations") else { continue };
        let own_tags = tags(&own.value);
        let common = above_tags.iter().zip(&own_tags).take_while(|(a, b)| a == b).count();
        let fact = match (above_tags.get(common), own_tags.get(common)) {
            (None, _) => continue,
            (Some(missing), None) => {
                format!("{} lacks the migration {missing}", spoken(&environment))
            }
            (Some(above), Some(own)) => {
                format!(
                    "{} has the migration {own} where the top level has {above}",
                    spoken(&environment)
                )
            }
        };
        let file = cx.service.config.file;
        let lacks = own_tags.len() == common;
        let draft = out
            .at(own.key_span)
            .say(fact)
            .see(Place { file, span: above.key_span }, "the top level's migrations")
            .path(environment.path("migrations"))
            .why(
                "an environment with migrations of its own does not inherit those of the top level",
            )
            .help("remove `migrations` here, or bring them up to date")
            .on(&environment);
        if lacks {
            let _ = draft.fix(Edit::Remove { path: environment.path("migrations") });
        }
    }
}

fn tags(migrations: &Value) -> Vec<&str> {
    migrations.items().iter().filter_map(|migration| migration.get("tag")?.as_str()).collect()
}
