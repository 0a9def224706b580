//! # A list of paths for `run_worker_first` that Wrangler does not take
//!
//! ## What it checks
//!
//! The list in `assets.run_worker_first`: it has 1 to 100 rules, one of them without `!`. Each
//! begins with `/` or `!/`, has at most 100 characters, stands there once, and is not covered by
//! another one that ends with `*`.
//!
//! ## Why it matters
//!
//! Wrangler stops when it deploys, in a dry run too: `Invalid routes in run_worker_first`.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = true
//! assets = { directory = "public", binding = "ASSETS", run_worker_first = ["/api/*", "/api/cart"] }
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
//! workers_dev = true
//! assets = { directory = "public", binding = "ASSETS", run_worker_first = ["/api/*", "!/api/docs/*"] }
//! ```
//!
//! ```html public/index.html
//! <h1>Shop</h1>
//! ```
//!
//! ## How to fix
//!
//! Begin each rule with `/` or `!/`, and remove those that another one covers.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/static-assets/binding/>

use crate::core::model::{Severity, Value, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "assets/run-worker-first-rules",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["AST-09"],
    page: include_str!("run_worker_first_rules.rs"),
    check: Check::Service(check),
};

/// The most rules, and the most characters of one (`MAX_ROUTES_RULES` and
/// `MAX_ROUTES_RULE_LENGTH`, cli.js:168427).
const MOST: usize = 100;

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let Some(assets) = environment.get("assets") else { continue };
        let Some(list) = assets.value().get("run_worker_first") else { continue };
        let Some(items) = list.as_array() else { continue };
        let path = format!("{}.run_worker_first", assets.path());
        let rules: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
        if rules.len() < items.len() {
            // That these are not text is said elsewhere.
            continue;
        }
        if let Some(message) = of_list(&rules) {
            let _ = out
                .at(list.span)
                .say(message)
                .path(&*path)
                .why("Wrangler stops when it deploys")
                .on(&environment);
            continue;
        }
        for (index, item) in items.iter().enumerate() {
            let Some((message, help)) = of_rule(rules[index], &rules[..index], &rules) else {
                continue;
            };
            let _ = out
                .at(item.span)
                .say(message)
                .path(format!("{path}[{index}]"))
                .why("Wrangler stops when it deploys")
                .help(help)
                .on(&environment);
        }
    }
}

/// What is wrong with a list as a whole (`parseStaticRouting`, cli.js:168433).
fn of_list(rules: &[&str]) -> Option<String> {
    let excepts = |rule: &&&str| rule.starts_with("!/");
    match rules.len() {
        0 => Some("run_worker_first is an empty list".into()),
        count if count > MOST => {
            Some(format!("run_worker_first has {count} rules, and {MOST} are allowed"))
        }
        count if rules.iter().filter(excepts).count() == count => {
            Some("run_worker_first has nothing but exceptions".into())
        }
        _ => None,
    }
}

/// What is wrong with one rule, and what to do.
fn of_rule(rule: &str, before: &[&str], all: &[&str]) -> Option<(String, &'static str)> {
    let covers = |other: &&&str| {
        **other != rule && other.strip_suffix('*').is_some_and(|start| rule.starts_with(start))
    };
    if !rule.starts_with('/') && !rule.starts_with("!/") {
        Some((
            format!("the rule \"{rule}\" does not begin with / or !/"),
            "begin it with /, or with !/ for an exception",
        ))
    } else if rule.encode_utf16().count() > MOST {
        Some((format!("a rule has more than {MOST} characters"), "shorten it with a * at its end"))
    } else if before.contains(&rule) {
        Some((format!("the rule \"{rule}\" stands twice"), "remove one of the two"))
    } else {
        let wide = all.iter().find(covers)?;
        Some((format!("the rule \"{rule}\" is covered by \"{wide}\""), "remove it"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules() {
        let wrong = |all: &[&str]| {
            of_list(all).is_some()
                || (0..all.len()).any(|index| of_rule(all[index], &all[..index], all).is_some())
        };
        let long = format!("/{}", "a".repeat(MOST));
        for list in [
            &[][..],
            &["!/a"],
            &["api/*"],
            &["/a", "!b"],
            &["/a", "/a"],
            &["/a/*", "/a/b"],
            &["/a/*", "/*"],
            &[&*long],
            &["/a"; MOST + 1],
        ] {
            assert!(wrong(list), "{list:?}");
        }
        for list in [&["/a"][..], &["/a/*", "!/a/b"], &["/*"], &["/a*b", "/ab"], &[&long[..MOST]]] {
            assert!(!wrong(list), "{list:?}");
        }
    }
}
