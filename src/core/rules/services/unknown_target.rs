//! # A Worker that is not in the repository
//!
//! ## What it checks
//!
//! Names of Workers in service bindings, tail consumers, outbound Workers of dispatch namespaces,
//! and in the `script_name` of Durable Objects and Workflows, in a repository with several
//! services.
//!
//! It is a note, because the Worker may live elsewhere. Where clodo.yml lists those that do, under
//! `external-workers`, any other is an error. It is a warning where the name is almost
//! that of a Worker of the repository, and where it is that of another service with the name of an
//! environment which the service does not define.
//!
//! With the account in view `services/missing-target` takes its place.
//!
//! ## Why it matters
//!
//! Cloudflare refuses an upload that is bound to a Worker which does not exist: `Could not resolve
//! service binding`, codes 10143 and 10144, for Durable Objects 10061. For tail consumers the code
//! is live before it fails (code 10203). Wrangler does not look beforehand.
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
//! service = "shop-pricng"
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
//! Correct the name, or define the environment. If the Worker lives elsewhere, say so in clodo.yml:
//! `external-workers: [auth, "billing-*"]`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/runtime-apis/bindings/service-bindings/>
//! - <https://github.com/cloudflare/workers-sdk/issues/2968>
//! - <https://github.com/cloudflare/workers-sdk/issues/8275>

use crate::core::config::placeholder::placeholder;
use crate::core::config::wrangler::{Environment, Purpose, references};
use crate::core::model::{Place, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "services/unknown-target",
    severity: Severity::Note,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["SVC-01", "DO-11", "TAIL-01"],
    page: include_str!("unknown_target.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let fleet = cx.run.fleet;
    if fleet.services() < 2 {
        return;
    }
    for environment in cx.environments() {
        // Where the Workers of the account are known, `services/missing-target` knows better.
        if cx.run.account(&environment).is_some_and(|account| account.workers.is_known()) {
            continue;
        }
        for reference in references(&environment) {
            let name = reference.worker;
            let known = !fleet.named(name).is_empty()
                || fleet.may_generate(name)
                || environment.worker().as_deref() == Some(name);
            let external = cx.run.external_workers;
            let elsewhere = external.is_some_and(|names| names.iter().any(|one| one.covers(name)));
            if known || elsewhere || placeholder(name).is_some() {
                continue;
            }
            let draft = out
                .at(reference.span)
                .say(format!("no service here deploys a Worker {name}"))
                .path(reference.path(&environment))
                .why(refusal(reference.purpose))
                .on(&environment);
            let _ = if let Some((base, suffix)) = without_environment(cx, name) {
                let file = base.service.config.file;
                draft
                    .severity(Severity::Warning)
                    .see(
                        Place { file, span: base.service.headline() },
                        format!("this service has no environment {suffix}"),
                    )
                    .help(format!("define [env.{suffix}] there, or correct the name"))
            } else if let Some(meant) = fleet.similar_to(name) {
                draft
                    .severity(Severity::Warning)
                    .label("almost the name of another")
                    .help(format!("did you mean {meant}?"))
            } else if external.is_some() {
                draft.severity(Severity::Error).label("neither here nor in external-workers").help(
                    format!("correct the name, or add {name} to external-workers in clodo.yml"),
                )
            } else {
                draft
                    .label("not in this repository")
                    .help("correct the name, or list it under external-workers in clodo.yml")
            };
        }
    }
}

fn refusal(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Service => "where it does not exist, the upload is refused (code 10143)",
        Purpose::DurableObject => "where it does not exist, the upload is refused (code 10061)",
        Purpose::Tail => "where it does not exist, the deployment fails after the code went live",
        Purpose::Outbound | Purpose::Workflow => "where it does not exist, the upload is refused",
    }
}

/// The service that a name belongs to but for its ending, which is an environment of the service
/// at hand that the other one does not have.
fn without_environment<'a>(
    cx: &ServiceContext<'a>,
    name: &'a str,
) -> Option<(Environment<'a>, &'a str)> {
    cx.service.environments.iter().find_map(|environment| {
        let base = name.strip_suffix(&**environment)?.strip_suffix('-')?;
        let found = cx.run.fleet.named(base).iter().find(|found| found.is_top())?;
        Some((*found, &**environment))
    })
}
