//! # A key that Wrangler no longer supports
//!
//! ## What it checks
//!
//! `legacy_env` and `node_compat`, which Wrangler 4 refuses.
//!
//! ## Why it matters
//!
//! Wrangler stops and asks for the key to be removed.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! node_compat = true
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! compatibility_flags = ["nodejs_compat"]
//! ```
//!
//! ## How to fix
//!
//! Remove `legacy_env`: every environment is a Worker of its own now. Replace `node_compat` by the
//! compatibility flag `nodejs_compat`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/>

use crate::core::config::wrangler::versions::{LEGACY_ENV_REMOVED, NODE_COMPAT_REMOVED, Version};
use crate::core::model::{Edit, Severity, Value, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/removed-key",
    severity: Severity::Error,
    wrangler: WranglerSays::Rejects,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-17"],
    page: include_str!("removed_key.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    // A Wrangler that the project pins may be so old that it still knows the key.
    let pinned = cx.run.workspace.wrangler_of(cx.service).map(|wrangler| {
        let version = &wrangler.version;
        (version.major, version.minor, version.patch)
    });
    let removed = |since: Version| pinned.is_none_or(|version| version >= since);
    // A generated configuration may still carry the old switch; Wrangler drops it there.
    let legacy = removed(LEGACY_ENV_REMOVED) && !cx.is_redirected();
    if let Some(entry) = cx.root().and_then(|root| root.entry("legacy_env")).filter(|_| legacy) {
        let _ = out
            .at(entry.key_span)
            .say("`legacy_env` is no longer supported")
            .path("legacy_env")
            .help("remove it: every environment is deployed as its own Worker, as legacy_env = true did")
            .fix(Edit::Remove { path: "legacy_env".into() })
            .everywhere(cx.service);
    }
    for level in cx.levels() {
        if let Some(entry) = level.entry("node_compat").filter(|_| removed(NODE_COMPAT_REMOVED)) {
            let draft = out
                .at(entry.key_span)
                .say("`node_compat` is no longer supported")
                .path(level.path("node_compat"))
                .help("remove it and add compatibility_flags = [\"nodejs_compat\"]")
                .fix(Edit::Remove { path: level.path("node_compat") })
                .written_in(&level);
            let flags = level.get("compatibility_flags").map(Value::items).unwrap_or_default();
            if flags.iter().all(|flag| flag.as_str() != Some("nodejs_compat")) {
                let path = level.path("compatibility_flags");
                let _ = draft.fix(Edit::Append { path, value: "nodejs_compat".into() });
            }
        }
        let schema = level.get("logfwdr").and_then(|value| value.as_object()?.entry("schema"));
        if let Some(entry) = schema {
            let _ = out
                .at(entry.key_span)
                .say("`logfwdr.schema` has been replaced by `unsafe.capnp`")
                .path(format!("{}.schema", level.path("logfwdr")))
                .help("move it to `unsafe.capnp` as `base_path` and `source_schemas`, or `compiled_schema`")
                .written_in(&level);
        }
    }
}
