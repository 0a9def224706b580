//! # A route has a pattern that Cloudflare does not take
//!
//! ## What it checks
//!
//! The patterns of routes: the scheme is `http` or `https` or none, a wildcard stands only at the
//! beginning of the host or at the end of the path, and there is no query.
//!
//! ## Why it matters
//!
//! Wrangler sends the pattern as it is, after the code went live. Cloudflare refuses it (code
//! 10022), and so the deployment ends with an error, with the new code live and the routes as they
//! were before.
//!
//! That a host may not end with a wildcard (`example.com*`) follows from the documentation, but
//! nobody tried it, so that is a warning.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! routes = [{ pattern = "shop.example.com/*.jpg", zone_name = "example.com" }]
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! routes = [{ pattern = "shop.example.com/images/*", zone_name = "example.com" }]
//! ```
//!
//! ## How to fix
//!
//! End the pattern with the part of the path that never changes, and `*`. Look at the rest of the
//! URL in the code.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/routing/routes/#matching-behavior>

use crate::core::config::wrangler::routes::{Pattern, routes};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "routes/invalid-pattern",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["RT-09"],
    page: include_str!("invalid_pattern.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let routes = routes(&environment).into_iter();
        for route in routes.filter(|route| !route.is_custom_domain() && !route.is_placeholder()) {
            let Some(problem) = problem(&route.parts()) else { continue };
            let _ = out
                .at(route.span)
                .say(format!("the route {} {}", route.pattern, problem.message))
                .path(route.path)
                .why("Cloudflare refuses the pattern after the new code went live")
                .help(problem.help)
                .severity(problem.severity)
                .on(&environment);
        }
    }
}

struct Problem {
    message: &'static str,
    help: &'static str,
    severity: Severity,
}

fn problem(pattern: &Pattern<'_>) -> Option<Problem> {
    let Pattern { scheme, host, path } = *pattern;
    let path = path.unwrap_or_default();
    let error = |message, help| Some(Problem { message, help, severity: Severity::Error });
    if scheme.is_some_and(|scheme| !matches!(scheme, "http" | "https")) {
        error("has a scheme other than http and https", "leave out the scheme: it matches both")
    } else if host.is_empty() {
        error("has no host", "begin with a host: example.com/*")
    } else if path.contains('?') {
        error("has a query", "end the path with *: it matches any query too")
    } else if path.strip_suffix('*').unwrap_or(path).contains('*') {
        error("has a wildcard inside its path", "keep one * at the end of the path")
    } else if host.trim_end_matches('*').get(1..).is_some_and(|rest| rest.contains('*')) {
        error("has a wildcard inside its host", "keep one * at the beginning of the host")
    } else if host.len() > 1 && host.ends_with('*') {
        Some(Problem {
            message: "has a wildcard at the end of its host",
            help: "end the host before the *: example.com/*",
            severity: Severity::Warning,
        })
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for valid in [
            "example.com",
            "example.com/",
            "*example.com/*",
            "*.example.com/a*",
            "https://example.com/*",
            "*/*",
            "http://*/*",
            "xn--exmple-cua.com/*",
            "example.com/images/cat.png",
        ] {
            assert!(problem(&Pattern::of(valid)).is_none(), "{valid}");
        }
        for (invalid, severity) in [
            ("ftp://example.com/*", Severity::Error),
            ("/api/*", Severity::Error),
            ("", Severity::Error),
            ("example.com/?a=*", Severity::Error),
            ("example.com?a", Severity::Error),
            ("example.com/*.jpg", Severity::Error),
            ("example.com/*/a/*", Severity::Error),
            ("a.*.example.com/*", Severity::Error),
            ("**.example.com/*", Severity::Error),
            ("example.com*", Severity::Warning),
            ("*example.com*/*", Severity::Warning),
        ] {
            let found = problem(&Pattern::of(invalid)).map(|problem| problem.severity);
            assert_eq!(found, Some(severity), "{invalid}");
        }
    }
}
