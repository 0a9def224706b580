//! # Two Workers own one Workflow
//!
//! ## What it checks
//!
//! Names of Workflows whose class is in two Workers of the repository, in two services or in two
//! environments of one: bindings without `script_name` or with the Worker's own, and entries in
//! `exports` with `type = "workflow"`, which environments inherit.
//!
//! It is a warning where one of the two may be for development alone.
//!
//! ## Why it matters
//!
//! The name of a Workflow is unique in an account, and the environment is not added to it. Each
//! deployment takes the Workflow from the other Worker: instances of production run the code of
//! staging. Wrangler warns, `Deploying will reassign these workflows`, and in a pipeline goes on.
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
//!
//! [env.staging]
//! routes = []
//!
//! [[env.staging.workflows]]
//! binding = "CHECKOUT"
//! name = "checkout"
//! class_name = "Checkout"
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
//!
//! [env.staging]
//! routes = []
//!
//! [[env.staging.workflows]]
//! binding = "CHECKOUT"
//! name = "checkout-staging"
//! class_name = "Checkout"
//! ```
//!
//! ## How to fix
//!
//! Give each environment a name of its own, such as `checkout-staging`. To use the Workflow of
//! another Worker, add `script_name`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workflows/build/workers-api/>
//! - <https://developers.cloudflare.com/workers/wrangler/environments/>

use crate::core::config::placeholder::placeholder;
use crate::core::config::wrangler::stages::may_be_local;
use crate::core::model::{Place, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "bindings/workflow-claimed-twice",
    severity: Severity::Error,
    wrangler: WranglerSays::Warns,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["WF-01"],
    page: include_str!("workflow_claimed_twice.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let Some(worker) = environment.worker() else { continue };
        for own in cx.run.fleet.workflows_of(&environment) {
            let Some(name) = own.text("name") else { continue };
            let Some(first) = cx.run.fleet.workflow(name).first() else { continue };
            let holder = first.environment.worker();
            let Some(holder) = holder.filter(|holder| *holder != worker) else { continue };
            if placeholder(name).is_some() {
                continue;
            }
            let file = first.environment.service.config.file;
            let draft = out
                .at(own.value.span_of("name"))
                .say(format!("{worker} and {holder} both own the Workflow {name}"))
                .see(
                    Place { file, span: first.value.span_of("name") },
                    format!("{holder} owns it here"),
                )
                .path(format!("{}.name", own.path()))
                .why("each deployment takes the Workflow and its instances from the other")
                .help("give each Worker a name of its own; script_name uses another's Workflow")
                .on(&environment);
            if may_be_local(&environment) || may_be_local(&first.environment) {
                let _ = draft.severity(Severity::Warning);
            }
        }
    }
}
