//! # A container has no image that can be found
//!
//! ## What it checks
//!
//! The `image` of each container: the path of a Dockerfile that exists, or the address of an image
//! with a tag. And that old and new ways to set limits do not stand side by side.
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
//! class_name = "Cart"
//! image = "registry.example.com/cart"
//!
//!
//! [[durable_objects.bindings]]
//! name = "CARTS"
//! class_name = "Cart"
//!
//! [[migrations]]
//! tag = "v1"
//! new_sqlite_classes = ["Cart"]
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! [[containers]]
//! class_name = "Cart"
//! image = "registry.example.com/cart:1"
//!
//!
//! [[durable_objects.bindings]]
//! name = "CARTS"
//! class_name = "Cart"
//!
//! [[migrations]]
//! tag = "v1"
//! new_sqlite_classes = ["Cart"]
//! ```
//!
//! ## How to fix
//!
//! Correct the path of the Dockerfile, or add a tag to the address.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/#containers>

use crate::core::config::wrangler::Level;
use crate::core::model::{Object, PathKind, Value};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/container-image",
    severity: Severity::Error,
    wrangler: WranglerSays::Rejects,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-06"],
    page: include_str!("container_image.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for level in cx.levels() {
        for (value, path) in level.with_previews("containers") {
            for (index, item) in value.items().iter().enumerate() {
                let Some(table) = item.as_object() else { continue };
                if table.get("scheduling_policy").and_then(Value::as_str) != Some("durable_object")
                {
                    let path = format!("{path}[{index}]");
                    image(cx, &level, item, table, &path, out);
                    limits(&level, table, &path, out);
                    tiers(&level, table, &path, out);
                }
            }
        }
    }
}

fn image(
    cx: &ServiceContext<'_>,
    level: &Level<'_>,
    item: &Value,
    table: &Object,
    path: &str,
    out: &mut Findings<'_>,
) {
    let old = table.get("configuration").and_then(|configuration| configuration.get("image"));
    let value = table.get("image").filter(|image| !image.is_null()).or(old);
    let problem = match value.map(|value| (value, value.as_str())) {
        None => "is missing".to_owned(),
        Some((value, None)) => format!("must be a string, not {}", value.describe()),
        Some((_, Some(""))) => "is empty".to_owned(),
        Some((_, Some(image))) => match cx.run.workspace.facts.kind(&cx.service.join(image)) {
            Some(PathKind::File { .. }) => return,
            Some(PathKind::Folder) => "is a folder; name the Dockerfile in it".to_owned(),
            // Who was not let in cannot say that there is no such file.
            None if !cx.run.workspace.facts.is_absent(&cx.service.join(image)) => return,
            None => match reference_problem(image) {
                Some(problem) => problem.to_owned(),
                None => return,
            },
        },
    };
    let _ = out
        .at(value.map_or(item.span, |value| value.span))
        .say(format!("`{path}.image` {problem}"))
        .path(format!("{path}.image"))
        .help("write the path of a Dockerfile, or an address with a tag such as docker.io/httpd:1")
        .written_in(level);
}

/// Why a text that is no file cannot be the address of an image; none if it can (`isDockerfile`,
/// cli.js:28197: an address is what the URL parser takes, has a tag, and no protocol).
fn reference_problem(image: &str) -> Option<&'static str> {
    let last = image.rsplit('/').next().unwrap_or_default();
    if !last.contains(':') {
        return Some("is no file, and as an address of an image it lacks a tag");
    }
    if image.contains("://") {
        return Some("must not have a protocol");
    }
    let authority = image.split(['/', '?', '#']).next().unwrap_or_default();
    let host_and_port = authority.rsplit('@').next().unwrap_or_default();
    let (host, port) = host_and_port.split_once(':').unwrap_or((host_and_port, ""));
    let forbidden = |c: char| c.is_control() || " <>[]\\^|%".contains(c);
    let valid = !host.is_empty()
        && !host.contains(forbidden)
        && (port.is_empty() || port.parse::<u16>().is_ok());
    (!valid).then_some("is no file, and no address of an image either")
}

fn limits(level: &Level<'_>, table: &Object, path: &str, out: &mut Findings<'_>) {
    let configuration = table.get("configuration").and_then(Value::as_object);
    let custom = configuration
        .and_then(|c| ["disk", "vcpu", "memory_mib"].iter().find_map(|key| c.entry(key)));
    let preset = table.get("instance_type").filter(|preset| !preset.is_falsy());
    if let (Some(custom), Some(_)) = (custom, preset) {
        let _ = out
            .at(custom.key_span)
            .say("limits in `containers.configuration` and `instance_type` exclude each other")
            .path(format!("{path}.configuration.{}", custom.key))
            .help("keep `instance_type`")
            .written_in(level);
    }
}

fn tiers(level: &Level<'_>, table: &Object, path: &str, out: &mut Findings<'_>) {
    let constraints = table.get("constraints").and_then(Value::as_object);
    let Some(entry) = constraints.and_then(|constraints| constraints.entry("tier")) else { return };
    if constraints.is_some_and(|constraints| constraints.get("tiers").is_some()) {
        let _ = out
            .at(entry.key_span)
            .say("`constraints.tier` and `constraints.tiers` cannot both be set")
            .path(format!("{path}.constraints.tier"))
            .help("keep `tiers`")
            .written_in(level);
    }
}
