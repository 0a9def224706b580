//! # A deployment takes a Workflow from another Worker
//!
//! ## What it checks
//!
//! Names of Workflows whose class is in this Worker, against the Workflows of the account. It is a
//! warning where the other Worker does not exist any more, and where both may be two names of one
//! Worker of the repository: no finding where `bindings/workflow-claimed-twice` names the same two.
//!
//! ## Why it matters
//!
//! The name of a Workflow is unique in an account. Wrangler warns, `Deploying will reassign these
//! workflows`, and in a pipeline goes on: instances that run go on with the code of this Worker,
//! and the other one's binding leads here.
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
//!       "workers": { "shop": {}, "billing": {} },
//!       "workflows": [{ "name": "checkout", "script_name": "billing", "class_name": "Checkout" }]
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
//!       "workers": { "shop": {}, "billing": {} },
//!       "workflows": [{ "name": "checkout", "script_name": "shop", "class_name": "Checkout" }]
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Choose another name. To use the Workflow of the other Worker, add `script_name`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workflows/build/workers-api/>

use crate::core::config::placeholder::placeholder;
use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "bindings/workflow-taken",
    severity: Severity::Error,
    wrangler: WranglerSays::Warns,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Workers, Part::Workflows]),
    catalogue: &["WF-01"],
    page: include_str!("workflow_taken.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for worker in cx.deployed() {
        let Some(workflows) = worker.account.workflows.known() else { continue };
        for own in cx.run.fleet.workflows_of(&worker.environment) {
            let named = own.text("name").filter(|name| placeholder(name).is_none());
            let live = named.and_then(|name| workflows.iter().find(|live| live.name == name));
            let Some(live) = live.filter(|live| live.script_name != worker.name) else { continue };
            let owners = cx.run.fleet.workflow(&live.name);
            let both = owners
                .iter()
                .any(|item| item.environment.worker().as_deref() == Some(&live.script_name));
            if both {
                continue;
            }
            let workers = worker.account.workers.known();
            let exists = workers.is_some_and(|workers| workers.contains_key(&live.script_name));
            let _ = out
                .at(own.value.span_of("name"))
                .say(format!("the Workflow {} belongs to {}", live.name, live.script_name))
                .label("another Worker's")
                .path(format!("{}.name", own.path()))
                .why("the deployment takes it and its instances, and in a pipeline does not ask")
                .help("choose another name, or add script_name to use the Workflow of that Worker")
                .severity(if exists { Severity::Error } else { Severity::Warning })
                .on(&worker.environment);
        }
    }
}
