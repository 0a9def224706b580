//! # The Worker has more variables than Cloudflare allows
//!
//! ## What it checks
//!
//! The number of variables and required secrets of each environment: 64 on Workers Free, 128 on
//! Workers Paid. Secrets that are set and not listed count too, but files do not tell of them.
//!
//! It is an error above 128, and a warning above 64: clodo does not know the plan.
//!
//! ## Why it matters
//!
//! Cloudflare refuses the upload. Wrangler does not count.
//!
//! ## Example
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//!
//! [vars]
//! LIMIT_1 = "10"
//! # … and so on up to LIMIT_129
//! ```
//!
//! ## How to fix
//!
//! Put related values into one variable: `vars` can hold tables, which the code gets as objects.
//! What changes often belongs into KV.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/platform/limits/#environment-variables>

use crate::core::config::limits::{Excess, VARIABLES};
use crate::core::model::{Severity, Value, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "secrets/too-many-variables",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["SEC-12"],
    page: include_str!("too_many_variables.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let Some(vars) = environment.own().entry("vars") else { continue };
        let secrets = environment.own().get("secrets").and_then(|secrets| secrets.get("required"));
        let count =
            vars.value.entries().len() + secrets.map(Value::items).unwrap_or_default().len();
        let Some(excess) = VARIABLES.exceeded_by(count) else { continue };
        let (limit, plan, severity) = match excess {
            Excess::Free => (VARIABLES.free, "Workers Free allows", Severity::Warning),
            Excess::Paid => (VARIABLES.paid, "no plan allows more than", Severity::Error),
        };
        let _ = out
            .at(vars.key_span)
            .say(format!("{count} variables and secrets, and {plan} {limit}"))
            .path(environment.path("vars"))
            .why("Cloudflare refuses the upload")
            .help("put related values into one variable: it can be a table")
            .severity(severity)
            .on(&environment);
    }
}
