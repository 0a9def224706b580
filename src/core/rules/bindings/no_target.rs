//! # A binding does not name its resource
//!
//! ## What it checks
//!
//! Dispatch namespaces without `namespace`, and Flagship bindings without `app_id`.
//!
//! ## Why it matters
//!
//! Wrangler creates what is missing, without asking: a new, empty one, named after the Worker and
//! the binding. Only a Worker that is already deployed with a binding of this name keeps what it
//! has.
//!
//! clodo deploys with `--x-provision=false`, and then Wrangler stops at such a binding.
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
//! [[dispatch_namespaces]]
//! binding = "CUSTOMERS"
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
//! [[dispatch_namespaces]]
//! binding = "CUSTOMERS"
//! namespace = "customers"
//! ```
//!
//! ## How to fix
//!
//! Name what is meant. Where the new one is wanted, ignore this finding with a reason.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/>
//! - <https://github.com/cloudflare/cloudflare-docs/issues/32978>

use crate::core::config::wrangler::provisioning::unbound;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "bindings/no-target",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["DISP-01"],
    page: include_str!("no_target.rs"),
    check: Check::Service(check),
};

/// Kinds of bindings, and the key that names what they are bound to.
const KINDS: [(&str, &str); 2] = [("dispatch_namespaces", "namespace"), ("flagship", "app_id")];

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for (kind, key) in KINDS {
        for missing in unbound(cx.run.workspace, cx.service, kind, key) {
            let _ = out
                .at(missing.span)
                .say(format!("`{}` has no {key}", missing.name))
                .label("bound to nothing yet")
                .path(format!("{}.{key}", missing.binding.path))
                .why(format!("a deployment creates a new one, {}", missing.created_name()))
                .help(format!("add {key} = \"…\""))
                .on(&missing.environment);
        }
    }
}
