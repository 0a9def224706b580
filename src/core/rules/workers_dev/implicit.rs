//! # A Worker is public because nothing says otherwise
//!
//! ## What it checks
//!
//! Environments without any route in which `workers_dev` is not set.
//!
//! ## Why it matters
//!
//! Where there is no route, Wrangler switches the Worker's address on workers.dev on, and with it
//! the preview URLs of its versions. Anybody who guesses the address reaches the Worker. A first
//! route switches the address off again, also without being asked to. Wrangler speaks of it only
//! in a later deployment that changes it, and after it did.
//!
//! Most often the address is wanted, so this is a note. Where another environment of the Worker has
//! a custom domain it is a warning: this one may have been meant to be as little public as the
//! address of the other. Beside `access` it is an error: such a Worker counts on Cloudflare Access
//! in front of it, and Access guards workers.dev only where somebody told it to.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = true
//! preview_urls = false
//! ```
//!
//! ## How to fix
//!
//! Say which one it is: `workers_dev = true`, or `workers_dev = false`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/routing/workers-dev/>

use crate::core::config::wrangler::Environment;
use crate::core::config::wrangler::routes::{Route, routes};
use crate::core::model::{Kind, Place, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "workers-dev/implicit",
    severity: Severity::Note,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["WD-01"],
    page: include_str!("implicit.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    if cx.service.kind == Kind::Pages {
        return;
    }
    for environment in cx.environments() {
        if environment.get("workers_dev").is_some() || !routes(&environment).is_empty() {
            continue;
        }
        // Where the address is known to be off, `workers-dev/switches-on` says what changes.
        if is_off(cx, &environment) {
            continue;
        }
        let draft = out
            .at(cx.service.headline())
            .say("the Worker is public on workers.dev: it has no route, and workers_dev is not set")
            .path("workers_dev")
            .why("without a route Wrangler switches the address on, and the preview URLs with it")
            .help("add workers_dev = true, or workers_dev = false")
            .on(&environment);
        if let Some(access) = environment.get("access") {
            let place = Place { file: cx.service.config.file, span: access.entry.key_span };
            let _ = draft.severity(Severity::Error).see(place, "it counts on Access");
        } else if let Some(place) = custom_domain(cx) {
            let _ = draft.severity(Severity::Warning).see(place, "it has a custom domain here");
        }
    }
}

/// Whether the Worker is live and known not to answer on workers.dev.
fn is_off<'a>(cx: &ServiceContext<'a>, environment: &Environment<'a>) -> bool {
    let live = cx.run.deployed(environment).and_then(|deployed| deployed.live);
    live.and_then(|live| live.workers_dev.known()).is_some_and(|address| !address.enabled)
}

/// Where an environment of the service has a custom domain.
fn custom_domain(cx: &ServiceContext<'_>) -> Option<Place> {
    cx.environments().find_map(|environment| {
        let own = routes(&environment).into_iter().filter(|route| !route.inherited);
        own.into_iter().find(Route::is_custom_domain).map(|route| route.place(&environment))
    })
}
