//! # A Worker that is to call itself calls another
//!
//! ## What it checks
//!
//! Bindings called `WORKER_SELF_REFERENCE`, by which OpenNext reaches its own Worker: that they
//! name the Worker of their environment.
//!
//! ## Why it matters
//!
//! The name of a Worker in an environment is `name-environment`, and the migration tool of OpenNext
//! takes the name from `package.json`. With the wrong one the upload is refused, if no such Worker
//! exists (code 10143). Otherwise revalidation and the cache of this Worker run in another: most
//! often production's in place of staging's.
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
//! [[services]]
//! binding = "WORKER_SELF_REFERENCE"
//! service = "shop"
//!
//! [env.staging]
//! routes = []
//!
//! [[env.staging.services]]
//! binding = "WORKER_SELF_REFERENCE"
//! service = "shop"
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
//! [[services]]
//! binding = "WORKER_SELF_REFERENCE"
//! service = "shop"
//!
//! [env.staging]
//! routes = []
//!
//! [[env.staging.services]]
//! binding = "WORKER_SELF_REFERENCE"
//! service = "shop-staging"
//! ```
//!
//! ## How to fix
//!
//! Write the name of the Worker, which the message says.
//!
//! ## References
//!
//! - <https://opennext.js.org/cloudflare/get-started>
//! - <https://github.com/cloudflare/workers-sdk/issues/13880>

use crate::core::config::placeholder::placeholder;
use crate::core::config::wrangler::{Purpose, SELF_REFERENCE, references};
use crate::core::model::{Edit, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "services/self-reference",
    severity: Severity::Error,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["SVC-05"],
    page: include_str!("self_reference.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let Some(worker) = environment.worker() else { continue };
        let services = references(&environment).filter(|reference| {
            reference.purpose == Purpose::Service && reference.binding() == Some(SELF_REFERENCE)
        });
        for reference in services {
            let name = reference.worker;
            let unsure = placeholder(name).is_some() || placeholder(&worker).is_some();
            if name == worker || unsure {
                continue;
            }
            let _ = out
                .at(reference.span)
                .say(format!("`{SELF_REFERENCE}` is bound to {name}, and this Worker is {worker}"))
                .label("another Worker")
                .path(reference.path(&environment))
                .why("that Worker keeps this one's cache; if there is none, the upload is refused")
                .help(format!("write service = \"{worker}\""))
                .fix(Edit::Set { path: reference.path(&environment), value: worker.clone().into() })
                .on(&environment);
        }
    }
}
