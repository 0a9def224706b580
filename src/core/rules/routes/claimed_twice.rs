//! # Two Workers claim one address
//!
//! ## What it checks
//!
//! The routes and custom domains of all Workers of the repository: of every service, and of every
//! environment that has routes of its own. What an environment inherits is the business of
//! `env/inherits-custom-domain` and its like. A route before a custom domain of the same host is
//! how two Workers are chained, so the two are not compared with each other. Where the account is
//! looked at and somebody has the address already, `routes/route-of-another-worker` and
//! `routes/takes-custom-domain` say who would lose it.
//!
//! ## Why it matters
//!
//! An address leads to one Worker. For a route the second deployment fails after its code went
//! live (`Can't deploy routes that are assigned to another worker`, or code 10020). A custom
//! domain is worse: where nobody can be asked, as in a pipeline, Wrangler takes it, and its DNS
//! record, from the Worker that has it. Then the last one deployed is the one that answers.
//!
//! The top level often repeats what one of its environments has, and is never deployed. So between
//! those two it is a warning.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//!
//! [env.production]
//! routes = [{ pattern = "shop.example.com", custom_domain = true }]
//!
//! [env.staging]
//! routes = [{ pattern = "shop.example.com", custom_domain = true }]
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//!
//! [env.production]
//! routes = [{ pattern = "shop.example.com", custom_domain = true }]
//!
//! [env.staging]
//! routes = [{ pattern = "staging.example.com", custom_domain = true }]
//! ```
//!
//! ## How to fix
//!
//! Give each Worker an address of its own.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/routing/routes/>
//! - <https://github.com/cloudflare/wrangler-action/issues/241>

use std::collections::HashMap;

use crate::core::config::wrangler::Environment;
use crate::core::config::wrangler::routes::{Route, routes};
use crate::core::model::{Kind, Severity, WranglerSays};
use crate::core::rules::addresses::Address;
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "routes/claimed-twice",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["RT-03", "RT-05"],
    page: include_str!("claimed_twice.rs"),
    check: Check::Workspace(check),
};

/// A route, and the Worker that claims it.
struct Claim<'a> {
    environment: Environment<'a>,
    worker: String,
    route: Route<'a>,
}

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let mut claims: HashMap<(bool, String), Vec<Claim<'_>>> = HashMap::new();
    let workers = cx.workspace.services.iter().filter(|service| service.kind == Kind::Worker);
    for environment in workers.flat_map(Environment::all) {
        let Some(worker) = environment.worker() else { continue };
        for route in routes(&environment) {
            if route.inherited || route.is_placeholder() {
                continue;
            }
            let known = claims.entry((route.is_custom_domain(), route.canonical())).or_default();
            let claim = Claim { environment, worker: worker.clone(), route };
            let other = |first: &&Claim<'_>| first.worker != claim.worker;
            if let Some(first) = known.iter().find(other).filter(|_| !is_settled(cx, &claim)) {
                report(first, &claim, out);
            }
            known.push(claim);
        }
    }
}

/// Whether the account knows whose the address is. Then `routes/route-of-another-worker` and
/// `routes/takes-custom-domain` say who loses it.
fn is_settled(cx: &Context<'_>, claim: &Claim<'_>) -> bool {
    let Claim { environment, worker, route } = claim;
    let (environment, worker, route) = (*environment, worker.clone(), route.clone());
    cx.account(&environment)
        .is_some_and(|account| Address { environment, account, worker, route }.is_settled())
}

fn report(first: &Claim<'_>, second: &Claim<'_>, out: &mut Findings<'_>) {
    let Claim { environment, worker, route } = second;
    let beside = std::ptr::eq(first.environment.service, environment.service);
    let (why, says) = match route.is_custom_domain() {
        true => (
            "a custom domain leads to one Worker: the one that was deployed last",
            WranglerSays::Silent,
        ),
        false => (
            "a route leads to one Worker: the second deployment fails after its code went live",
            WranglerSays::Fails,
        ),
    };
    let place = route.place(environment);
    let _ = out
        .in_file(place.file, place.span)
        .say(format!("{worker} and {} both claim {}", first.worker, route.pattern))
        .label(format!("{worker} claims it"))
        .see(first.route.place(&first.environment), format!("and so does {}", first.worker))
        .path(&*route.path)
        .why(why)
        .help(format!("give {worker} an address of its own"))
        .wrangler(says)
        .severity(match beside && first.environment.is_top() {
            true => Severity::Warning,
            false => Severity::Error,
        })
        .of(environment.service)
        .on(environment);
}
