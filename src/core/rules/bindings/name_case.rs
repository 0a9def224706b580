//! # One binding is spelled in two ways
//!
//! ## What it checks
//!
//! The names of bindings of one kind: that they do not differ between the top level and an
//! environment in capitals, hyphens and underscores alone.
//!
//! ## Why it matters
//!
//! The names of bindings are compared letter by letter. Code that reads `env.DB` finds nothing in
//! an environment that calls it `Db`. Wrangler compares the names too, and says only that one is
//! missing.
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
//! binding = "USER_CACHE"
//! id = "0f2ac74b498b48028cb68387c421e279"
//!
//! [env.staging]
//! routes = []
//!
//! [[env.staging.kv_namespaces]]
//! binding = "USERCACHE"
//! id = "77e9b4c1f0a84b0f8f0a0e2a4f0c9d3b"
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
//! binding = "USER_CACHE"
//! id = "0f2ac74b498b48028cb68387c421e279"
//!
//! [env.staging]
//! routes = []
//!
//! [[env.staging.kv_namespaces]]
//! binding = "USER_CACHE"
//! id = "77e9b4c1f0a84b0f8f0a0e2a4f0c9d3b"
//! ```
//!
//! ## How to fix
//!
//! Use one spelling in all environments.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/environments/>

use crate::core::config::wrangler::Binding;
use crate::core::model::{Place, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "bindings/name-case",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["ENV-03"],
    page: include_str!("name_case.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let mut environments = cx.environments();
    let Some(top) = environments.next() else { return };
    let above = top.bindings();
    for environment in environments {
        let own = environment.bindings();
        for binding in &own {
            let Some(name) = binding.name else { continue };
            let alike = above.iter().filter(|other| other.kind == binding.kind);
            let Some(other) = alike
                .filter(|other| other.name != Some(name))
                .find(|other| other.name.is_some_and(|other| plain(other) == plain(name)))
            else {
                continue;
            };
            // Both spellings in both environments are two bindings.
            let has = |list: &[Binding<'_>], name| {
                list.iter().any(|known| known.kind == binding.kind && known.name == name)
            };
            if has(&own, other.name) || has(&above, binding.name) {
                continue;
            }
            let file = cx.service.config.file;
            let other_name = other.name.unwrap_or_default();
            let _ = out
                .at(binding.name_span)
                .say(format!("`{name}` is called `{other_name}` at the top level"))
                .label("another spelling")
                .see(Place { file, span: other.name_span }, "the spelling of the top level")
                .path(binding.path.as_str())
                .why("code that reads one of the two finds nothing in the other environment")
                .help(format!("write `{other_name}`"))
                .on(&environment);
        }
    }
}

/// A name without what is often mistaken in it.
fn plain(name: &str) -> String {
    name.to_lowercase().replace(['-', '_'], "")
}
