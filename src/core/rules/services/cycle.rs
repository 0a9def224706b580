//! # Workers are bound to each other in a circle
//!
//! ## What it checks
//!
//! Service bindings and bindings to Durable Objects of another Worker, that lead from one Worker of
//! the repository over others back to it.
//!
//! ## Why it matters
//!
//! A Worker can only be bound to one that exists. In an account where none of them does, as for a
//! new environment, the first deployment of each is refused (codes 10143 and 10061): there is no
//! order in which it works. Once all exist, nothing is wrong.
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
//! ```
//!
//! ```toml apps/pricing/wrangler.toml
//! name = "shop-pricing"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! [[services]]
//! binding = "ORDERS"
//! service = "shop-orders"
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
//!
//! [[queues.producers]]
//! binding = "PRICES"
//! queue = "prices"
//! ```
//!
//! ## How to fix
//!
//! For the first deployment leave one of the bindings out, deploy all, and put it back. Where one
//! of the two only answers the other, a queue instead of a binding takes the circle apart.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/runtime-apis/bindings/service-bindings/>
//! - <https://github.com/firtoz/cf-multiworker-starter-kit/pull/23>

use std::collections::{BTreeSet, HashMap};

use crate::core::config::wrangler::{Environment, Purpose, Reference, references};
use crate::core::graph::circles;
use crate::core::model::{FileId, Place, Severity, WranglerSays};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "services/cycle",
    severity: Severity::Warning,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["SVC-02"],
    page: include_str!("cycle.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let nodes: Vec<Environment<'_>> =
        cx.workspace.services.iter().flat_map(Environment::all).collect();
    // The same services bind each other in each of their environments: that is one finding.
    let mut known: BTreeSet<Vec<FileId>> = BTreeSet::new();
    for circle in circles(&edges(cx, &nodes)) {
        // Where all of them exist already, each can be deployed.
        let mut members = circle.iter().map(|index| cx.deployed(&nodes[*index]));
        if members.all(|worker| worker.is_some_and(|worker| worker.live.is_some())) {
            continue;
        }
        let files: BTreeSet<FileId> =
            circle.iter().map(|index| nodes[*index].service.config.file).collect();
        if !known.insert(files.into_iter().collect()) {
            continue;
        }
        let names: BTreeSet<String> =
            circle.iter().filter_map(|index| nodes[*index].worker()).collect();
        let mut members = circle.iter().filter_map(|index| {
            let node = &nodes[*index];
            let need = needs(node).find(|need| names.contains(need.worker))?;
            Some((node, need))
        });
        let Some((first, need)) = members.next() else { continue };
        let listed: Vec<&str> = names.iter().map(String::as_str).take(SHOWN).collect();
        let more = names.len() - listed.len();
        let fact = match (listed.as_slice(), more) {
            ([one, other], 0) => format!("{one} and {other} are bound to each other"),
            (some, 0) => format!("{} are bound in a circle", some.join(", ")),
            (some, more) => format!("{} and {more} more are bound in a circle", some.join(", ")),
        };
        let draft = out
            .in_file(first.service.config.file, need.span)
            .say(fact)
            .label("one way")
            .path(need.path(first))
            .why("where none of them exists yet, the first deployment of each is refused")
            .help("leave one of the bindings out of the first deployment")
            .of(first.service)
            .on(first);
        let _ = members.take(SHOWN).fold(draft, |draft, (node, need)| {
            let file = node.service.config.file;
            draft.see(
                Place { file, span: need.span },
                format!("{} needs {}", node.service.name, need.worker),
            )
        });
    }
}

/// How many Workers of a circle are shown.
const SHOWN: usize = 5;

/// What has to exist before a Worker can be uploaded.
fn needs<'a>(environment: &Environment<'a>) -> impl Iterator<Item = Reference<'a>> + use<'a> {
    references(environment)
        .filter(|reference| matches!(reference.purpose, Purpose::Service | Purpose::DurableObject))
}

/// Who needs whom, by the index of the node.
fn edges(cx: &Context<'_>, nodes: &[Environment<'_>]) -> Vec<Vec<usize>> {
    let key = |node: &Environment<'_>| (node.service.config.file, node.name.map(str::to_owned));
    let index_of: HashMap<_, usize> = nodes.iter().map(key).zip(0..).collect();
    let targets = |node: &Environment<'_>| {
        let targets = needs(node).filter_map(|reference| cx.fleet.target(&reference));
        targets.filter_map(|target| index_of.get(&key(&target)).copied()).collect()
    };
    nodes.iter().map(targets).collect()
}
