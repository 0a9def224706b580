//! # Containers and Durable Objects do not refer to each other consistently
//!
//! ## What it checks
//!
//! That each container has a name of its own, belongs to exactly one Durable Object class, by
//! `class_name` or by `container` in `exports`, and that the two sides agree. Containers in
//! `previews` have no names.
//!
//! ## Why it matters
//!
//! Wrangler stops before it uploads anything.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! [[containers]]
//! name = "cart"
//! image = "registry.example.com/cart:1"
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! [[containers]]
//! name = "cart"
//! image = "registry.example.com/cart:1"
//!
//! [exports.Cart]
//! type = "durable-object"
//! storage = "sqlite"
//! container = "cart"
//! ```
//!
//! ## How to fix
//!
//! Make the two sides name each other.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/#containers>

use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};
use std::collections::BTreeMap;

use crate::core::config::wrangler::{Environment, Level};
use crate::core::model::{Entry, Span, Value};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/container-links",
    severity: Severity::Error,
    wrangler: WranglerSays::Rejects,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-06"],
    page: include_str!("container_links.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for level in cx.levels() {
        names(cx, &level, out);
        previews(&level, out);
    }
    for environment in cx.environments() {
        links(cx, &environment, out);
    }
}

/// A container by default is named after the Worker and its class, so that it needs both.
fn names(cx: &ServiceContext<'_>, level: &Level<'_>, out: &mut Findings<'_>) {
    let worker = level.get("name").filter(|name| !name.is_null());
    let worker = worker.or_else(|| cx.root()?.get("name")).filter(|name| !name.is_falsy());
    for (index, container) in
        level.get("containers").map(Value::items).unwrap_or_default().iter().enumerate()
    {
        let Some(table) = container.as_object() else { continue };
        let class = table.get("class_name");
        let named = table.get("name").is_some_and(|name| !name.is_falsy());
        let managed =
            table.get("scheduling_policy").and_then(Value::as_str) == Some("durable_object");
        let odd_class = class.is_some_and(|class| class.as_str().is_none_or(str::is_empty));
        if named || (managed && odd_class) {
            continue;
        }
        let path = format!("{}[{index}]", level.path("containers"));
        let message = match class {
            None => format!("`{path}` has neither `name` nor `class_name`"),
            Some(_) if worker.is_none() => {
                format!("`{path}` needs a `name`, because the Worker has none")
            }
            Some(_) => continue,
        };
        let _ = out
            .at(container.span)
            .say(message)
            .path(format!("{path}.name"))
            .help("add `name`, or `class_name` beside the name of the Worker")
            .written_in(level);
    }
}

fn previews(level: &Level<'_>, out: &mut Findings<'_>) {
    let Some(containers) = level.get("previews").and_then(|previews| previews.get("containers"))
    else {
        return;
    };
    let mut classes: Vec<&str> = Vec::new();
    for (index, container) in containers.items().iter().enumerate() {
        let path = format!("{}.containers[{index}]", level.path("previews"));
        let mut say = |span: Span, key: &str, message: &str| {
            let _ = out
                .at(span)
                .say(format!("`{path}.{key}` {message}"))
                .path(format!("{path}.{key}"))
                .help("remove it, or move the container to the top-level `containers`")
                .written_in(level);
        };
        let Some(table) = container.as_object() else { continue };
        if let Some(entry) =
            table.entry("scheduling_policy").filter(|e| e.value.as_str() == Some("durable_object"))
        {
            say(entry.value.span, "scheduling_policy", "cannot be \"durable_object\" in previews");
        }
        if let Some(entry) = table.entry("name") {
            say(entry.key_span, "name", "cannot be set in previews, where names are generated");
        }
        if let Some(class) = table.get("class_name").and_then(Value::as_str) {
            if classes.contains(&class) {
                say(container.span, "class_name", "is the class of an earlier container");
            }
            classes.push(class);
        }
    }
}

/// A container of an environment, with the name that it gets.
struct Container<'a> {
    name: String,
    class: Option<&'a str>,
    span: Span,
    path: String,
}

fn containers<'a>(environment: &Environment<'a>) -> Vec<Container<'a>> {
    let Some(setting) = environment.get("containers") else { return Vec::new() };
    let worker = environment.own().get("name").or_else(|| environment.root().get("name"));
    let worker = worker.and_then(Value::as_str).unwrap_or_default();
    let suffix = environment.name.map(|name| format!("-{name}")).unwrap_or_default();
    let named = setting.value().items().iter().enumerate().filter_map(|(index, container)| {
        let class = container.get("class_name").and_then(Value::as_str);
        let own = container.get("name").and_then(Value::as_str).filter(|name| !name.is_empty());
        let name = match (own, class) {
            (Some(own), _) => own.to_owned(),
            (None, Some(class)) => {
                format!("{worker}-{class}{suffix}").to_lowercase().replace(' ', "-")
            }
            (None, None) => return None,
        };
        let path = format!("{}[{index}]", setting.path());
        Some(Container { name, class, span: container.span, path })
    });
    named.collect()
}

/// A live Durable Object export, and the container it names.
struct Export<'a> {
    entry: &'a Entry,
    container: Option<&'a str>,
    live: bool,
}

fn durable_objects<'a>(environment: &Environment<'a>) -> Vec<Export<'a>> {
    let exports = environment.get("exports").map(|exports| exports.value().entries());
    let exports = exports.unwrap_or_default().iter().filter_map(|entry| {
        let word = |key: &str| entry.value.get(key).and_then(Value::as_str);
        (word("type") == Some("durable-object")).then(|| Export {
            entry,
            container: word("container").filter(|container| !container.is_empty()),
            live: matches!(word("state"), None | Some("created" | "expecting-transfer")),
        })
    });
    exports.collect()
}

fn links(cx: &ServiceContext<'_>, environment: &Environment<'_>, out: &mut Findings<'_>) {
    // Wrangler says nothing of links where this environment has no containers and others have,
    // nor where they are no list.
    match environment.get("containers") {
        None if declared_elsewhere(cx, environment) => return,
        Some(containers) if containers.value().as_array().is_none() => return,
        _ => {}
    }
    let containers = containers(environment);
    let exports = durable_objects(environment);
    let mut say = |span: Span, path: String, message: String| {
        let _ = out
            .at(span)
            .say(message)
            .path(path)
            .help("let `class_name` of the container and `container` of the export name each other")
            .refused_in(environment);
    };
    repeated(&containers, &mut say);
    let mut claims: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for export in exports.iter().filter(|export| export.live) {
        let Some(container) = export.container else { continue };
        let class = &*export.entry.key;
        if containers.iter().any(|known| known.name == container) {
            claims.entry(container).or_default().push(class);
        } else {
            let message = format!(
                "`exports.{class}.container` names {container}, and there is no such container"
            );
            say(export.entry.key_span, format!("exports.{class}.container"), message);
        }
    }
    for container in &containers {
        let claimed = claims.get(container.name.as_str());
        if let Some([_, _, ..]) = claimed.map(Vec::as_slice) {
            let message =
                format!("the container {} backs more than one Durable Object", container.name);
            say(container.span, container.path.clone(), message);
        }
        if let Some(message) = disagreement(container, &containers, &exports, claimed) {
            say(container.span, format!("{}.class_name", container.path), message);
        }
    }
}

fn declared_elsewhere(cx: &ServiceContext<'_>, environment: &Environment<'_>) -> bool {
    match environment.name {
        Some(_) => environment.root().get("containers").is_some(),
        None => cx
            .levels()
            .any(|level| level.environment.is_some() && level.get("containers").is_some()),
    }
}

fn repeated(containers: &[Container<'_>], say: &mut impl FnMut(Span, String, String)) {
    for (index, container) in containers.iter().enumerate() {
        let earlier = &containers[..index];
        if earlier.iter().any(|other| other.name == container.name) {
            let message = format!("more than one container is named {}", container.name);
            say(container.span, format!("{}.name", container.path), message);
        }
        if let Some(class) =
            container.class.filter(|class| earlier.iter().any(|o| o.class == Some(class)))
        {
            let message =
                format!("more than one container is attached to the Durable Object {class}");
            say(container.span, format!("{}.class_name", container.path), message);
        }
    }
}

fn disagreement(
    container: &Container<'_>,
    containers: &[Container<'_>],
    exports: &[Export<'_>],
    claimed: Option<&Vec<&str>>,
) -> Option<String> {
    let name = &container.name;
    let Some(class) = container.class else {
        let linked = exports.iter().any(|export| export.container == Some(name));
        return (!linked).then(|| format!("the container {name} belongs to no Durable Object"));
    };
    if containers.iter().filter(|other| other.class == Some(class)).count() > 1 {
        return None;
    }
    let export = exports.iter().find(|export| &*export.entry.key == class);
    if let Some(other) = export.and_then(|export| export.container).filter(|other| other != name) {
        return Some(format!(
            "the container {name} has the class {class}, whose export names the container {other}"
        ));
    }
    if let Some([other]) = claimed.map(Vec::as_slice).filter(|claimed| *claimed != [class]) {
        return Some(format!(
            "the container {name} has the class {class}, and the export {other} names it too"
        ));
    }
    if !exports.is_empty() && !export.is_some_and(|export| export.live) {
        return Some(format!(
            "the container {name} has the class {class}, which has no live entry in `exports`"
        ));
    }
    let storage = export.and_then(|export| export.entry.value.get("storage")?.as_str());
    let unlinked = export.is_some_and(|export| export.entry.value.get("container").is_none());
    (unlinked && storage == Some("legacy-kv"))
        .then(|| format!("the container {name} has the class {class}, whose storage is not SQLite"))
}
