//! # A tail consumer does not exist
//!
//! ## What it checks
//!
//! Names of Workers in `tail_consumers` and `streaming_tail_consumers` against the Workers of the
//! account. Those that a service of the repository deploys are left alone.
//!
//! ## Why it matters
//!
//! The new code is live before the tail consumers are set, and the deployment then fails or goes on
//! without them: which of the two is not documented, so this is a warning. The logs that somebody
//! relies on go nowhere.
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
//! [[tail_consumers]]
//! service = "shop-logs"
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     { "id": "0123456789abcdef0123456789abcdef", "workers": { "shop": {} } }
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
//! [[tail_consumers]]
//! service = "shop-logs"
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "workers": { "shop": {}, "shop-logs": {} }
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Correct the name, or deploy that Worker first.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/observability/logs/tail-workers/>

use crate::core::config::placeholder::placeholder;
use crate::core::config::shape::closest;
use crate::core::config::wrangler::{Purpose, references};
use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "services/missing-tail-consumer",
    severity: Severity::Warning,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Workers]),
    catalogue: &["TAIL-01"],
    page: include_str!("missing_tail_consumer.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for (environment, account) in cx.live() {
        let Some(workers) = account.workers.known() else { continue };
        for reference in references(&environment).filter(|one| one.purpose == Purpose::Tail) {
            let name = reference.worker;
            let here = !cx.run.fleet.named(name).is_empty() || cx.run.fleet.may_generate(name);
            if workers.contains_key(name) || here || placeholder(name).is_some() {
                continue;
            }
            let help = match closest(name, workers.keys().map(String::as_str)) {
                Some(similar) => format!("did you mean {similar}?"),
                None => format!("correct the name, or deploy {name} first"),
            };
            let _ = out
                .at(reference.span)
                .say(format!("the account has no Worker {name} to send events to"))
                .label("neither there nor in this repository")
                .path(reference.path(&environment))
                .why("the events of this Worker go nowhere")
                .help(help)
                .on(&environment);
        }
    }
}
