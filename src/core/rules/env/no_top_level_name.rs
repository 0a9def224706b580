//! # The environments have no name in common
//!
//! ## What it checks
//!
//! Configurations whose environments have names while the top level has none.
//!
//! ## Why it matters
//!
//! The name of the top level is what holds the environments of a service together. Without it
//! Wrangler warns with each deployment that it cannot group the Worker with its siblings in the
//! dashboard, and an environment without a name of its own cannot be deployed.
//!
//! ## Bad
//!
//! ```toml
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! [env.production]
//! name = "shop"
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
//! [env.production]
//! name = "shop"
//! ```
//!
//! ## How to fix
//!
//! Add a `name` at the top level.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/environments/>

use crate::core::model::{Kind, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "env/no-top-level-name",
    severity: Severity::Warning,
    wrangler: WranglerSays::Warns,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["ENV-09"],
    page: include_str!("no_top_level_name.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let Some(root) = cx.root().filter(|_| cx.service.kind == Kind::Worker && !cx.is_redirected())
    else {
        return;
    };
    let name = root.entry("name");
    let missing = name.is_none_or(|name| name.value.is_null() || name.value.as_str() == Some(""));
    let named = cx.environments().skip(1).filter(|environment| environment.worker().is_some());
    let (true, Some(environment)) = (missing, named.into_iter().next()) else { return };
    let span = environment.get("name").map_or(cx.service.headline(), |name| name.span());
    let _ = out
        .at(name.map_or(span, |name| name.key_span))
        .say("the environments have names, and the top level has none")
        .path("name")
        .why("Wrangler cannot group the environments in the dashboard")
        .help("add a `name` at the top level")
        .everywhere(cx.service);
}
