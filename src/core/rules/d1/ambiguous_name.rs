//! # A name means two D1 databases
//!
//! ## What it checks
//!
//! Names by which a D1 command can mean two databases of one environment: a `database_name` or
//! `binding` that is also the `database_name` or `binding` of another database with another id.
//!
//! ## Why it matters
//!
//! `wrangler d1 execute NAME`, `d1 migrations apply NAME` and their like take the first entry whose
//! `database_name` or `binding` is the name. The other one is never reached by it, and a command
//! meant for it works on the first.
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
//! [[d1_databases]]
//! binding = "DB"
//! database_name = "orders"
//! database_id = "3eaa1eaf-c1cd-430f-ba12-a93a77542df0"
//!
//! [[d1_databases]]
//! binding = "orders"
//! database_name = "orders-archive"
//! database_id = "63720248-b357-4b1d-aecd-6a10d4bcb532"
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
//! [[d1_databases]]
//! binding = "DB"
//! database_name = "orders"
//! database_id = "3eaa1eaf-c1cd-430f-ba12-a93a77542df0"
//!
//! [[d1_databases]]
//! binding = "ARCHIVE"
//! database_name = "orders-archive"
//! database_id = "63720248-b357-4b1d-aecd-6a10d4bcb532"
//! ```
//!
//! ## How to fix
//!
//! Rename one of the two. `database_name` has to be the name in the account, so rename the binding.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/d1/wrangler-commands/>

use crate::core::config::wrangler::Binding;
use crate::core::model::{Place, Severity, Value, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "d1/ambiguous-name",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["D1-09"],
    page: include_str!("ambiguous_name.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let bindings = environment.bindings_of("d1_databases");
        for (index, binding) in bindings.iter().enumerate() {
            let clash = KEYS.into_iter().find_map(|key| {
                let value = binding.value.get(key)?;
                let name = value.as_str().filter(|name| !name.is_empty())?;
                let earlier = bindings[..index].iter().find(|other| is_called(other, name))?;
                (earlier.id != binding.id).then_some((key, value, name, earlier))
            });
            let Some((key, value, name, earlier)) = clash else { continue };
            // Two bindings with one name are refused, and another rule's business.
            if earlier.name == binding.name {
                continue;
            }
            let file = cx.service.config.file;
            let _ = out
                .at(value.span)
                .say(format!("`{name}` means two D1 databases"))
                .label("never reached by this name")
                .see(Place { file, span: earlier.value.span }, "commands find this one first")
                .path(format!("{}.{key}", binding.path))
                .why("`wrangler d1` takes the first entry whose name or binding it is")
                .help("rename one of the two bindings, here and in the code")
                .on(&environment);
        }
    }
}

/// The keys by which a command finds a database.
const KEYS: [&str; 2] = ["database_name", "binding"];

fn is_called(binding: &Binding<'_>, name: &str) -> bool {
    KEYS.into_iter().any(|key| binding.value.get(key).and_then(Value::as_str) == Some(name))
}
