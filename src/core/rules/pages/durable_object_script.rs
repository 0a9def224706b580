//! # A Pages project binds a Durable Object without its Worker
//!
//! ## What it checks
//!
//! Durable Object bindings of Pages projects: each names the Worker that defines the class with
//! `script_name`.
//!
//! ## Why it matters
//!
//! `wrangler pages deploy` stops: a Pages project cannot define Durable Objects itself.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! pages_build_output_dir = "dist"
//! compatibility_date = "2026-01-31"
//!
//! [[durable_objects.bindings]]
//! name = "CARTS"
//! class_name = "Cart"
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! pages_build_output_dir = "dist"
//! compatibility_date = "2026-01-31"
//!
//! [[durable_objects.bindings]]
//! name = "CARTS"
//! class_name = "Cart"
//! script_name = "carts"
//! ```
//!
//! ## How to fix
//!
//! Add `script_name`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/pages/functions/wrangler-configuration/>

use crate::core::model::{Kind, Value};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pages/durable-object-script",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["PG-03"],
    page: include_str!("durable_object_script.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    if cx.service.kind != Kind::Pages {
        return;
    }
    for environment in cx.environments() {
        for binding in environment.bindings_of("durable_objects") {
            if binding.value.get("script_name").and_then(Value::as_str).is_none() {
                let _ = out
                    .at(binding.name_span)
                    .say("a Pages project must name the Worker of a Durable Object with `script_name`")
                    .path(format!("{}.script_name", binding.path))
                    .help("add script_name, the Worker that defines the class")
                    .on(&environment);
            }
        }
    }
}
