//! # An environment lacks a binding that the top level has
//!
//! ## What it checks
//!
//! For each list of bindings that stands both at the top level and in an environment: the names at
//! the top level that are not in the environment.
//!
//! ## Why it matters
//!
//! Lists of bindings are not merged. Wrangler warns, and deploys the environment without the
//! binding.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! [[kv_namespaces]]
//! binding = "CACHE"
//! id = "0f2ac74b498b48028cb68387c421e279"
//!
//! [[kv_namespaces]]
//! binding = "SESSIONS"
//! id = "5a1f6d1c7f2c4ad8b8e42c9b9d0a6f11"
//!
//! [env.staging]
//! kv_namespaces = [{ binding = "CACHE", id = "77e9b4c1f0a84b0f8f0a0e2a4f0c9d3b" }]
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! [[kv_namespaces]]
//! binding = "CACHE"
//! id = "0f2ac74b498b48028cb68387c421e279"
//!
//! [env.staging]
//! kv_namespaces = [{ binding = "CACHE", id = "77e9b4c1f0a84b0f8f0a0e2a4f0c9d3b" }]
//! ```
//!
//! ## How to fix
//!
//! Add the binding to the environment.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/environments/>

use crate::core::config::wrangler::{Binding, BindingPlace, KEYS, Key, Scope};
use crate::core::model::{Object, Place, Value};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "env/missing-binding",
    severity: Severity::Warning,
    wrangler: WranglerSays::Warns,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["ENV-03"],
    page: include_str!("missing_binding.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let mut environments = cx.environments();
    let Some(top) = environments.next() else { return };
    for environment in environments {
        for key in KEYS.iter().filter(|key| compared(key, environment.own())) {
            let there = top.bindings_of(key.name);
            let here = environment.bindings_of(key.name);
            let own = environment.own().entry(key.name);
            let place = own.map(|entry| entry.key_span).unwrap_or_default();
            for missing in missing(&there, &here, key, own.map(|entry| &entry.value)) {
                let name = missing.name.unwrap_or("a binding");
                let says = environment.name.unwrap_or_default();
                let _ = out
                    .at(place)
                    .say(format!("env.{says} has no `{name}` among its `{}`", key.name))
                    .label(format!("`{name}` is missing here"))
                    .see(Place { file: cx.service.config.file, span: missing.name_span }, "the top level has it")
                    .path(environment.path(key.name))
                    .why("the environment is deployed without it; code that uses it fails at run time")
                    .help(format!("add `{name}` to {}", environment.path(key.name)))
                    .on(&environment);
            }
        }
    }
}

/// Wrangler compares lists and tables of bindings. It does not for queues, whose list it looks up
/// under a name that does not exist, nor for the names of `vars`, which have a rule of their own.
fn compared(key: &Key, own: &Object) -> bool {
    let listed = key.bindings.is_some_and(|how| {
        matches!(how.place, BindingPlace::List | BindingPlace::Under("bindings"))
    });
    listed && key.scope != Scope::TopLevel && own.get(key.name).is_some()
}

fn missing<'a>(
    there: &'a [Binding<'a>],
    here: &[Binding<'_>],
    key: &Key,
    own: Option<&Value>,
) -> Vec<&'a Binding<'a>> {
    if matches!(key.name, "send_email" | "ratelimits") {
        // These are named by `name`; Wrangler looks for `binding`, so that it only notices an
        // empty list.
        let emptied = own.and_then(Value::as_array).is_some_and(<[Value]>::is_empty);
        return there.iter().filter(|_| emptied).collect();
    }
    there
        .iter()
        .filter(|binding| binding.name.is_some())
        .filter(|binding| here.iter().all(|other| other.name != binding.name))
        .collect()
}
