//! # The id of a KV namespace cannot be one
//!
//! ## What it checks
//!
//! The `id` of KV bindings: 32 hexadecimal digits. What a tool fills in before Wrangler reads the
//! file, such as `{{id}}` or `${ID}`, is not judged.
//!
//! ## Why it matters
//!
//! Wrangler sends any text. Cloudflare refuses the upload, after the build: the namespace is not
//! found (code 10041). `wrangler dev` works with any text, so nobody notices before.
//!
//! In an environment that may be for development alone it is a warning: one that is called `dev`,
//! `local` or `test`, a service in a folder that is called so, and the top level beside an
//! environment that is called production.
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
//! [[kv_namespaces]]
//! binding = "CACHE"
//! id = "my-cache"
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
//! [[kv_namespaces]]
//! binding = "CACHE"
//! id = "0f2ac74b498b48028cb68387c421e279"
//! ```
//!
//! ## How to fix
//!
//! Write the id that `wrangler kv namespace list` shows.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/#kv-namespaces>

use crate::core::config::ids::{Misformed, is_hex_32, misformed};
use crate::core::config::placeholder::placeholder;
use crate::core::config::wrangler::stages::may_be_local;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "kv/id-format",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["KV-02"],
    page: include_str!("id_format.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    // A template of a configuration is all placeholders, and nobody deploys it.
    if placeholder(&cx.service.name).is_some() {
        return;
    }
    for environment in cx.environments() {
        for wrong in misformed(&environment, "kv_namespaces", "id", is_hex_32) {
            let Misformed { binding, value, blank } = wrong;
            let name = binding.name.unwrap_or("a KV binding");
            let fact = match blank {
                true => format!("`{name}` has a placeholder for an id, {value}"),
                false => format!("`{name}` has the id {value}, and no KV namespace has such an id"),
            };
            let draft = out
                .at(value.span)
                .say(fact)
                .label("not 32 hexadecimal digits")
                .path(format!("{}.id", binding.path))
                .why("Cloudflare refuses the upload: the namespace is not found (code 10041)")
                .help("write the id that `wrangler kv namespace list` shows")
                .on(&environment);
            if may_be_local(&environment) {
                let _ = draft.severity(Severity::Warning);
            }
        }
    }
}
