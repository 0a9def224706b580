//! # No route leads to the assets
//!
//! ## What it checks
//!
//! `assets.base_path`: that it is a path, and that a route of the Worker matches it where
//! `workers_dev` is off.
//!
//! ## Why it matters
//!
//! The assets are served below that path alone. If no route has it, nobody reaches them. Wrangler
//! warns: `The configured assets base path is not reachable through any configured route`. What is
//! not a path (a URL, a query, a backslash) it passes over without a word; what Cloudflare makes of
//! it is unconfirmed.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! routes = [{ pattern = "example.com/blog/*", zone_name = "example.com" }]
//! assets = { directory = "public", base_path = "/docs" }
//! ```
//!
//! ```html public/index.html
//! <h1>Shop</h1>
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! routes = [{ pattern = "example.com/docs/*", zone_name = "example.com" }]
//! assets = { directory = "public", base_path = "/docs" }
//! ```
//!
//! ```html public/index.html
//! <h1>Shop</h1>
//! ```
//!
//! ## How to fix
//!
//! Add a route for the path, or correct it.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/static-assets/>

use crate::core::config::placeholder::placeholder;
use crate::core::config::wrangler::Environment;
use crate::core::config::wrangler::routes::{Route, routes};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "assets/base-path",
    severity: Severity::Warning,
    wrangler: WranglerSays::Warns,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["AST-10"],
    page: include_str!("base_path.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let Some(assets) = environment.get("assets") else { continue };
        let Some(value) = assets.value().get("base_path") else { continue };
        let Some(text) = value.as_str().filter(|text| placeholder(text).is_none()) else {
            continue;
        };
        let (message, help, says) = match normalize(text) {
            None => (
                "assets.base_path is not a path".into(),
                "write a path such as /docs".into(),
                WranglerSays::Silent,
            ),
            Some(path) if is_unreachable(&environment, &path) => (
                format!("no route leads to {path}, where the assets are"),
                format!("add a route that ends with {path}*"),
                WranglerSays::Warns,
            ),
            Some(_) => continue,
        };
        let _ = out
            .at(value.span)
            .say(message)
            .path(format!("{}.base_path", assets.path()))
            .help(help)
            .wrangler(says)
            .on(&environment);
    }
}

/// The path with one `/` around each part (`normalizeBasePath`, cli.js:183085).
fn normalize(text: &str) -> Option<String> {
    let is_url = text.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+.-".contains(c))
    });
    let odd = |c: char| "\\?#%".contains(c) || c.is_ascii_control();
    if text.is_empty() || text.starts_with("//") || is_url || text.contains(odd) {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in text.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    Some(if parts.is_empty() { "/".into() } else { format!("/{}/", parts.join("/")) })
}

/// Whether workers.dev is off, and no route has the path.
fn is_unreachable(environment: &Environment<'_>, path: &str) -> bool {
    let routes = routes(environment);
    let workers_dev = match environment.get("workers_dev") {
        Some(setting) => setting.value().as_bool() != Some(false),
        None => routes.is_empty(),
    };
    !workers_dev && path != "/" && !routes.iter().any(|route| leads_to(route, path))
}

/// Whether a route matches a path, as `routeMatchesPath` has it (cli.js:183142).
fn leads_to(route: &Route<'_>, path: &str) -> bool {
    if route.is_custom_domain() || route.is_placeholder() {
        return true;
    }
    // A wildcard elsewhere is refused anyway.
    route.parts().path.is_some_and(|pattern| match pattern.strip_suffix('*') {
        Some(start) => path.starts_with(start),
        None => pattern == path,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        for (text, expected) in [
            ("/docs", Some("/docs/")),
            ("docs/a/../b/", Some("/docs/b/")),
            ("/", Some("/")),
            ("", None),
            ("https://x/docs", None),
            ("//x", None),
            ("/a?b", None),
            ("/a:b", Some("/a:b/")),
        ] {
            assert_eq!(normalize(text).as_deref(), expected, "{text}");
        }
    }
}
