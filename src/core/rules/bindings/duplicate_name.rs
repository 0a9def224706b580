//! # Two bindings have one name
//!
//! ## What it checks
//!
//! The names of all bindings, variables and required secrets of an environment, and the names of
//! its Workflows. In a Pages project also the name `ASSETS`, which Pages keeps for itself.
//!
//! ## Why it matters
//!
//! Wrangler stops: code reaches a binding by its name, so a name can mean only one thing.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! [vars]
//! CACHE = "on"
//!
//! [[kv_namespaces]]
//! binding = "CACHE"
//! id = "0f2ac74b498b48028cb68387c421e279"
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! [vars]
//! CACHE_MODE = "on"
//!
//! [[kv_namespaces]]
//! binding = "CACHE"
//! id = "0f2ac74b498b48028cb68387c421e279"
//! ```
//!
//! ## How to fix
//!
//! Rename one of the two, here and in the code.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/>

use std::collections::BTreeMap;

use crate::core::config::wrangler::{Binding, Environment, KEYS};
use crate::core::model::{Kind, Place, Severity, Span, Value, WranglerSays};
use crate::core::rules::{Check, Draft, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "bindings/duplicate-name",
    severity: Severity::Error,
    wrangler: WranglerSays::Rejects,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-09", "SEC-08"],
    page: include_str!("duplicate_name.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        names(cx, &environment, out);
        exported_workflows(cx, &environment, out);
    }
    for level in cx.levels() {
        for (value, path) in level.with_previews("workflows") {
            let names = value.items().iter().enumerate().filter_map(|(index, item)| {
                Some((item.get("name")?, format!("{path}[{index}].name")))
            });
            for twice in repeated(names) {
                let fact = "two Workflows of this configuration are named";
                let _ = same_workflow(cx, fact, twice, out).written_in(&level);
            }
        }
    }
}

/// A name and what it stands for.
struct Named {
    title: &'static str,
    span: Span,
    path: String,
}

fn names(cx: &ServiceContext<'_>, environment: &Environment<'_>, out: &mut Findings<'_>) {
    let mut by_name: BTreeMap<&str, Vec<Named>> = BTreeMap::new();
    for key in KEYS.iter().filter(|key| key.bindings.is_some()) {
        let bindings = environment.bindings_of(key.name);
        // Wrangler looks at the names of a list only where every entry has one, and where the
        // entries are named by `binding` or stand under `bindings`.
        if !readable(&bindings, key.name) {
            continue;
        }
        for binding in bindings {
            if let Some(name) = binding.name {
                let (span, path) = (binding.name_span, binding.path);
                by_name.entry(name).or_default().push(Named { title: binding.title, span, path });
            }
        }
    }
    let secrets = environment.get("secrets");
    let required = secrets.and_then(|secrets| secrets.value().get("required"));
    for (index, secret) in required.map(Value::items).unwrap_or_default().iter().enumerate() {
        if let Some(name) = secret.as_str() {
            let path = format!("{}.required[{index}]", environment.path("secrets"));
            by_name.entry(name).or_default().push(Named {
                title: "Secret",
                span: secret.span,
                path,
            });
        }
    }
    for (name, uses) in by_name {
        let file = cx.service.config.file;
        if name == "ASSETS" && cx.service.kind == Kind::Pages {
            let _ = out
                .at(uses[0].span)
                .say("the name ASSETS is reserved in Pages projects")
                .path(uses[0].path.as_str())
                .help("choose another name for this binding")
                .on(environment);
        }
        if let [first, .., last] = uses.as_slice() {
            let kinds = if first.title == last.title {
                format!("two bindings of the kind {}", first.title)
            } else {
                format!("a binding of the kind {} and one of the kind {}", first.title, last.title)
            };
            let _ = out
                .at(last.span)
                .say(format!("`{name}` is the name of {kinds}"))
                .label(format!("{name} again"))
                .see(Place { file, span: first.span }, format!("{name} is already taken here"))
                .path(last.path.as_str())
                .help("rename one of them, here and in the code")
                .on(environment);
        }
    }
}

/// `ratelimits` and `send_email` name their entries with `name` in a plain list, which Wrangler's
/// search for names passes over.
fn readable(bindings: &[Binding<'_>], key: &str) -> bool {
    !matches!(key, "ratelimits" | "send_email")
        && bindings.iter().all(|binding| binding.name.is_some())
}

fn exported_workflows(
    cx: &ServiceContext<'_>,
    environment: &Environment<'_>,
    out: &mut Findings<'_>,
) {
    let Some(setting) = environment.get("exports") else { return };
    let names = setting.value().entries().iter().filter_map(|entry| {
        let workflow = entry.value.get("type")?.as_str()? == "workflow";
        let name = entry.value.get("name").filter(|name| name.as_str().is_some())?;
        workflow.then(|| (name, format!("{}.{}.name", setting.path(), entry.key)))
    });
    for twice in repeated(names) {
        let fact = "two exports declare the Workflow";
        let _ = same_workflow(cx, fact, twice, out).refused_in(environment);
    }
}

/// Begins to report that two Workflows have the same name.
fn same_workflow<'o>(
    cx: &ServiceContext<'_>,
    fact: &str,
    (first, second, path): Repeated<'_>,
    out: &'o mut Findings<'_>,
) -> Draft<'o> {
    out.at(second.span)
        .say(format!("{fact} {second}"))
        .see(Place { file: cx.service.config.file, span: first.span }, "the first one")
        .path(path)
        .help("give each Workflow its own name")
}

/// A value, one that equals it, and the path of that one.
type Repeated<'v> = (&'v Value, &'v Value, String);

/// The values that equal an earlier one.
fn repeated<'v>(values: impl Iterator<Item = (&'v Value, String)>) -> Vec<Repeated<'v>> {
    let mut seen: Vec<&Value> = Vec::new();
    let mut found = Vec::new();
    for (value, path) in values {
        match seen.iter().find(|earlier| earlier.data == value.data) {
            Some(first) => found.push((*first, value, path)),
            None => seen.push(value),
        }
    }
    found
}
