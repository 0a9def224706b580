//! # A variable is larger than Cloudflare allows
//!
//! ## What it checks
//!
//! The size of each variable, text or JSON, in bytes: 5 KB at most, on every plan.
//!
//! ## Why it matters
//!
//! Cloudflare refuses the upload. Wrangler does not measure.
//!
//! ## Example
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//!
//! [vars]
//! CATALOG = "… six thousand characters …"
//! ```
//!
//! ## How to fix
//!
//! Import the text as a module, or keep it in KV.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/platform/limits/#environment-variables>
//! - <https://github.com/crowdsecurity/cs-cloudflare-worker-bouncer/issues/66>

use crate::core::config::limits::VARIABLE_BYTES;
use crate::core::config::shape::join;
use crate::core::model::{Data, Severity, Value, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "secrets/variable-too-large",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["SEC-12"],
    page: include_str!("variable_too_large.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        for entry in environment.own().get("vars").map(Value::entries).unwrap_or_default() {
            let bytes = size(&entry.value);
            if VARIABLE_BYTES.exceeded_by(bytes).is_some() {
                let name = &entry.key;
                let _ = out
                    .at(entry.key_span)
                    .say(format!(
                        "the variable `{name}` has {bytes} bytes, and {} are allowed",
                        VARIABLE_BYTES.paid
                    ))
                    .path(join(&environment.path("vars"), name))
                    .why("Cloudflare refuses the upload")
                    .help("import it as a module, or keep it in KV")
                    .on(&environment);
            }
        }
    }
}

/// At least how many bytes a value has when it is sent: a text as it is, anything else as JSON.
fn size(value: &Value) -> usize {
    match &value.data {
        Data::String(text) => text.len(),
        _ => json_size(value),
    }
}

fn json_size(value: &Value) -> usize {
    match &value.data {
        Data::String(text) | Data::Date(text) => text.len() + 2,
        Data::Array(items) => items.iter().map(|item| json_size(item) + 1).sum::<usize>() + 1,
        Data::Object(object) => {
            let entries = object.entries.iter();
            entries.map(|entry| entry.key.len() + 4 + json_size(&entry.value)).sum::<usize>() + 1
        }
        Data::Null | Data::Boolean(_) | Data::Number(_) => 1,
    }
}
