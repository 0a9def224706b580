//! # Two services deploy one Worker
//!
//! ## What it checks
//!
//! Names of Workers that two services of the repository have: their `name`, or `name-environment`.
//! Services with different values of `account_id` are not compared.
//!
//! Configurations that look like copies which nobody deploys side by side are left alone: those in
//! folders such as `examples`, `templates`, `fixtures` and `tests`, and where more than three
//! services share the name.
//!
//! ## Why it matters
//!
//! The second deployment replaces the first: its code, its bindings, its routes. Wrangler does not
//! know that it was another service.
//!
//! ## Bad
//!
//! ```toml apps/orders/wrangler.toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! ```
//!
//! ```toml apps/pricing/wrangler.toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! ```
//!
//! ## Good
//!
//! ```toml apps/orders/wrangler.toml
//! name = "shop-orders"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! ```
//!
//! ```toml apps/pricing/wrangler.toml
//! name = "shop-pricing"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! ```
//!
//! ## How to fix
//!
//! Give one of them another `name`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/>

use crate::core::config::placeholder::placeholder;
use crate::core::config::wrangler::Environment;
use crate::core::model::{Kind, Place, Service, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "services/duplicate-worker",
    severity: Severity::Error,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &[],
    page: include_str!("duplicate_worker.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    // Pages projects have names of their own.
    for environment in cx.environments().filter(|_| cx.service.kind == Kind::Worker) {
        let Some(worker) = environment.worker().filter(|worker| placeholder(worker).is_none())
        else {
            continue;
        };
        // The first keeps the name; the others are told of it.
        let all = cx.run.fleet.named(&worker);
        let [first, rest @ ..] = all else { continue };
        let same = std::ptr::eq(first.service, cx.service);
        let copies = rest.len() > 2 || looks_copied(cx.service) || looks_copied(first.service);
        if same || copies || other_account(first, &environment) {
            continue;
        }
        let file = first.service.config.file;
        let place = environment.get("name").map_or(cx.service.headline(), |name| name.span());
        let _ = out
            .at(place)
            .say(format!("two services deploy a Worker {worker}"))
            .label("the same name again")
            .see(Place { file, span: first.service.headline() }, "the other service")
            .path(environment.path("name"))
            .why("the deployment of one replaces the other")
            .help("give one of them another name")
            .on(&environment);
    }
}

fn other_account(one: &Environment<'_>, other: &Environment<'_>) -> bool {
    match (one.text("account_id"), other.text("account_id")) {
        (Some(one), Some(other)) => one != other,
        _ => false,
    }
}

/// Whether a folder is called as those are whose content nobody deploys.
fn looks_copied(service: &Service) -> bool {
    /// The beginnings of such names.
    const COPIES: [&str; 14] = [
        "__",
        "demo",
        "doc",
        "e2e",
        "example",
        "exercise",
        "fixture",
        "playground",
        "sample",
        "solution",
        "starter",
        "template",
        "test",
        "tutorial",
    ];
    let mut folders = service.folder.split('/').map(str::to_ascii_lowercase);
    folders.any(|folder| COPIES.iter().any(|copy| folder.starts_with(copy)))
}
