//! # A Workflow of another Worker does not exist
//!
//! ## What it checks
//!
//! Bindings to Workflows with a `script_name`: that the account has a Workflow of that name, and
//! that it is that Worker's. Not where a service of the repository brings it.
//!
//! ## Why it matters
//!
//! The binding leads nowhere: either the upload is refused, or `create()` throws at run time. Which
//! of the two is not documented, so this is a warning.
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
//! script_name = "billing"
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "workers": { "billing": {} },
//!       "workflows": []
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
//! script_name = "billing"
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "workers": { "billing": {} },
//!       "workflows": [{ "name": "checkout", "script_name": "billing", "class_name": "Checkout" }]
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Correct the name, or deploy the Worker that has the Workflow first.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workflows/build/workers-api/>

use crate::core::config::placeholder::placeholder;
use crate::core::config::wrangler::{Purpose, references};
use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "bindings/missing-workflow",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Workers, Part::Workflows]),
    catalogue: &[],
    page: include_str!("missing_workflow.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for (environment, account) in cx.live() {
        let known = account.workers.known().zip(account.workflows.known());
        let Some((workers, workflows)) = known else { continue };
        for reference in references(&environment).filter(|one| one.purpose == Purpose::Workflow) {
            let Some(name) = reference.text("name").filter(|name| placeholder(name).is_none())
            else {
                continue;
            };
            // A Worker that does not exist is another rule's business.
            let own = environment.worker().as_deref() == Some(reference.worker);
            let brought = own || !cx.run.fleet.workflow(name).is_empty();
            if brought || !workers.contains_key(reference.worker) {
                continue;
            }
            let fact = match workflows.iter().find(|live| live.name == name) {
                None => format!("the account has no Workflow {name}"),
                Some(live) if live.script_name != reference.worker => {
                    format!("the Workflow {name} belongs to {}", live.script_name)
                }
                Some(_) => continue,
            };
            let _ = out
                .at(reference.item.span_of("name"))
                .say(fact)
                .label(format!("no Workflow of {}", reference.worker))
                .path(reference.path_of(&environment, "name"))
                .why("the binding leads nowhere")
                .help("write the name that `wrangler workflows list` shows, or deploy that Worker first")
                .on(&environment);
        }
    }
}
