//! # A Workflow needs a workers.dev subdomain that the account does not have
//!
//! ## What it checks
//!
//! Workers that have Workflows and are not to answer on workers.dev, in an account that has no
//! workers.dev subdomain. Where they are to answer there, the account's subdomain is another rule's
//! business.
//!
//! ## Why it matters
//!
//! Wrangler wants the subdomain for Workflows even where `workers_dev` is off. In a pipeline it
//! answers its own question, `Would you like to register a workers.dev subdomain now?`, with no and
//! stops, after the new code is live and before its triggers are set.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! [[workflows]]
//! binding = "CHECKOUT"
//! name = "checkout"
//! class_name = "Checkout"
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "workers": { "shop": {} },
//!       "subdomain": {}
//!     }
//!   ]
//! }
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! [[workflows]]
//! binding = "CHECKOUT"
//! name = "checkout"
//! class_name = "Checkout"
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "workers": { "shop": {} },
//!       "subdomain": { "name": "acme" }
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Choose a subdomain once, in the dashboard under Workers & Pages.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/routing/workers-dev/>

use crate::core::config::wrangler::routes::workers_dev;
use crate::core::model::account::Part;
use crate::core::model::{Kind, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "bindings/workflow-without-subdomain",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Subdomain]),
    catalogue: &["WF-04"],
    page: include_str!("workflow_without_subdomain.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for (environment, account) in cx.live() {
        let has = account.subdomain.known().is_none_or(|subdomain| subdomain.name.is_some());
        if has || workers_dev(&environment) || environment.service.kind == Kind::Pages {
            continue;
        }
        let Some(own) = cx.run.fleet.workflows_of(&environment).into_iter().next() else {
            continue;
        };
        let _ = out
            .at(own.value.span_of("name"))
            .say("the account has no workers.dev subdomain, and Workflows need one")
            .label("needs the subdomain")
            .path(own.path())
            .why("Wrangler stops after the code is live (cli.js:167861), also where workers_dev is off")
            .help(format!("choose one: https://dash.cloudflare.com/{}/workers/onboarding", account.id))
            .severity(cx.run.severity_of_missing(&environment))
            .on(&environment);
    }
}
