//! # An environment is bound to the Worker of another
//!
//! ## What it checks
//!
//! References to Workers of the repository (service bindings, tail consumers, Durable Objects and
//! Workflows of another script) that lead from one environment to another, where the other service
//! has a Worker for the own environment.
//!
//! It is an error where exactly one of the two is production: an environment that is called so, or
//! the top level where no environment is. It is a warning between others, where the one that is
//! bound may be for development alone, and where its service has no environments. A top level that
//! is not production is judged only if it is bound to production.
//!
//! ## Why it matters
//!
//! The name of a Worker in an environment is `name-environment`. A copied binding keeps the name
//! without it, so that staging calls production, with its data and its customers. Wrangler says
//! nothing.
//!
//! ## Bad
//!
//! ```toml apps/orders/wrangler.toml
//! name = "shop-orders"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! [[services]]
//! binding = "PRICING"
//! service = "shop-pricing"
//!
//! [[env.staging.services]]
//! binding = "PRICING"
//! service = "shop-pricing"
//! ```
//!
//! ```toml apps/pricing/wrangler.toml
//! name = "shop-pricing"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! [env.staging]
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
//!
//! [[services]]
//! binding = "PRICING"
//! service = "shop-pricing"
//!
//! [[env.staging.services]]
//! binding = "PRICING"
//! service = "shop-pricing-staging"
//! ```
//!
//! ```toml apps/pricing/wrangler.toml
//! name = "shop-pricing"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! [env.staging]
//! ```
//!
//! ## How to fix
//!
//! Name the Worker of the own environment, which the message says. Where one Worker is meant to
//! serve all environments, ignore this finding with a reason.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/environments/>
//! - <https://developers.cloudflare.com/workers/runtime-apis/bindings/service-bindings/>

use crate::core::config::wrangler::stages::{is_production, may_be_local, spoken};
use crate::core::config::wrangler::{Environment, SELF_REFERENCE};
use crate::core::model::{Edit, Place, Service, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "services/cross-environment",
    severity: Severity::Error,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["SVC-03"],
    page: include_str!("cross_environment.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        for (reference, target) in cx.run.fleet.targets(&environment) {
            // Other rules speak of a Worker that is meant to call itself.
            if reference.binding() == Some(SELF_REFERENCE) || same_stage(&environment, &target) {
                continue;
            }
            let Some(own) = twin(&environment, target.service) else { continue };
            let (here, there) = (is_production(&environment), is_production(&target));
            if environment.is_top() && !here && !there {
                continue;
            }
            let Some(better) = own.worker() else { continue };
            let file = target.service.config.file;
            let name = reference.worker;
            let draft = out
                .at(reference.span)
                .say(format!(
                    "{} is bound to {name}, which is {} of {}",
                    spoken(&environment),
                    spoken(&target),
                    target.service.name
                ))
                .label(format!("{better} exists"))
                .see(
                    Place { file, span: target.service.headline() },
                    format!("this service has a Worker {better} for {}", spoken(&environment)),
                )
                .path(reference.path(&environment))
                .why("requests of one environment are served by another, with its data")
                .help(format!("write {better}"))
                .fix(Edit::Set { path: reference.path(&environment), value: better.clone().into() })
                .on(&environment);
            let alone = cx.service.environments.is_empty();
            if here == there || alone || may_be_local(&environment) {
                let _ = draft.severity(Severity::Warning);
            }
        }
    }
}

/// Whether one may be bound to the other.
fn same_stage(here: &Environment<'_>, there: &Environment<'_>) -> bool {
    here.name == there.name || (is_production(here) && is_production(there))
}

/// The environment of another service that belongs to this one: of the same name, or production
/// for production.
fn twin<'a>(environment: &Environment<'a>, service: &'a Service) -> Option<Environment<'a>> {
    let mut all = Environment::all(service);
    match environment.name {
        Some(name) => {
            let named = Environment::named(service, name);
            named.or_else(|| all.find(|other| is_production(environment) && is_production(other)))
        }
        None => all.find(|other| match is_production(environment) {
            true => is_production(other),
            false => other.is_top(),
        }),
    }
}
