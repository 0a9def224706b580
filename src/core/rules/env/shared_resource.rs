//! # An environment is bound to a resource of production
//!
//! ## What it checks
//!
//! The ids of D1 databases, KV namespaces, Hyperdrive configurations, R2 buckets, queues and
//! Vectorize indexes that an environment has in common with production. Production is the
//! environment that is called so, or the top level where none is.
//!
//! It is an error where the other environment has the name of one that is for trying things out,
//! such as staging or preview; a warning where its name says nothing, or `dev`; and a note where it
//! is the top level beside a production environment. Environments with another `account_id` are not
//! compared, nor are those called `local` or `test`.
//!
//! ## Why it matters
//!
//! What staging writes, customers read. A test that empties a table empties production's, and
//! `wrangler d1 migrations apply --env staging` migrates it. Wrangler says nothing.
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
//! [[d1_databases]]
//! binding = "DB"
//! database_name = "shop"
//! database_id = "283e3d44-003b-4a99-aa05-80761ac4e48b"
//!
//! [[env.staging.d1_databases]]
//! binding = "DB"
//! database_name = "shop"
//! database_id = "283e3d44-003b-4a99-aa05-80761ac4e48b"
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
//! [[d1_databases]]
//! binding = "DB"
//! database_name = "shop"
//! database_id = "283e3d44-003b-4a99-aa05-80761ac4e48b"
//!
//! [[env.staging.d1_databases]]
//! binding = "DB"
//! database_name = "shop-staging"
//! database_id = "63720248-b357-4b1d-aecd-6a10d4bcb532"
//! ```
//!
//! ## How to fix
//!
//! Create a resource for the environment and write its id. Where both are meant to share one, say
//! so in a suppression: `clodo-ignore env/shared-resource: reason`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/environments/>

use crate::core::config::placeholder::placeholder;
use crate::core::config::wrangler::stages::{is_production, is_trial, may_be_local, spoken};
use crate::core::config::wrangler::{Binding, Environment};
use crate::core::model::{Place, Severity, Span, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "env/shared-resource",
    severity: Severity::Error,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["ENV-06"],
    page: include_str!("shared_resource.rs"),
    check: Check::Service(check),
};

/// The bindings that are compared, what they are bound to, and the command that creates one.
const KINDS: [(&str, &str, &str); 6] = [
    ("d1_databases", "D1 database", "wrangler d1 create"),
    ("hyperdrive", "Hyperdrive configuration", "wrangler hyperdrive create"),
    ("kv_namespaces", "KV namespace", "wrangler kv namespace create"),
    ("queues", "queue", "wrangler queues create"),
    ("r2_buckets", "R2 bucket", "wrangler r2 bucket create"),
    ("vectorize", "Vectorize index", "wrangler vectorize create"),
];

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let (production, others): (Vec<_>, Vec<_>) = cx.environments().partition(is_production);
    for (kind, title, command) in KINDS {
        let owned: Vec<_> =
            production.iter().map(|owner| (owner, owner.bindings_of(kind))).collect();
        for environment in others.iter().filter(|environment| !is_simulated(environment)) {
            for binding in environment.bindings_of(kind) {
                let Some(id) = binding.id.filter(|id| !id.is_empty() && placeholder(id).is_none())
                else {
                    continue;
                };
                let theirs = owned.iter().filter(|(owner, _)| is_same_account(owner, environment));
                let mut shared = theirs.filter_map(|(owner, bindings)| {
                    let binding = bindings.iter().find(|binding| binding.id == Some(id))?;
                    Some((*owner, binding))
                });
                if let Some((owner, original)) = shared.next() {
                    let shared =
                        Shared { environment, binding: &binding, owner, original, title, command };
                    shared.report(cx, out);
                }
            }
        }
    }
}

fn is_same_account(one: &Environment<'_>, other: &Environment<'_>) -> bool {
    match (one.text("account_id"), other.text("account_id")) {
        (Some(one), Some(other)) => one == other,
        _ => true,
    }
}

/// A resource of production that another environment is bound to.
struct Shared<'a> {
    environment: &'a Environment<'a>,
    binding: &'a Binding<'a>,
    owner: &'a Environment<'a>,
    original: &'a Binding<'a>,
    title: &'static str,
    command: &'static str,
}

impl Shared<'_> {
    fn report(&self, cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
        let Self { environment, binding, owner, original, title, command } = self;
        let name = binding.name.unwrap_or(binding.kind);
        let (here, there) = (spoken(environment), spoken(owner));
        let _ = out
            .at(span(binding))
            .say(format!("{here} and {there} share one {title}: `{name}`"))
            .label(format!("the {title} of {there}"))
            .see(
                Place { file: cx.service.config.file, span: span(original) },
                format!("{there} has it"),
            )
            .path(&*binding.path)
            .why(format!("what {here} writes there, {there} reads"))
            .help(format!("create one for {here} with `{command}`, and write its name or id here"))
            .severity(severity(environment))
            .on(environment);
    }
}

/// Whether an environment runs on somebody's own machine, where bindings lead to nothing real.
fn is_simulated(environment: &Environment<'_>) -> bool {
    const NAMES: [&str; 5] = ["ci", "e2e", "local", "test", "tests"];
    environment.name.is_some_and(|name| NAMES.contains(&&*name.to_ascii_lowercase()))
}

fn severity(environment: &Environment<'_>) -> Severity {
    if environment.is_top() {
        Severity::Note
    } else if is_trial(environment) && !may_be_local(environment) {
        Severity::Error
    } else {
        Severity::Warning
    }
}

/// The value that says which resource it is.
fn span(binding: &Binding<'_>) -> Span {
    let entries = binding.value.entries().iter();
    let holds = |text: Option<&str>| text.is_some() && text == binding.id;
    let mut named = entries.filter(|entry| &*entry.key != "binding" && holds(entry.value.as_str()));
    named.next().map_or(binding.value.span, |entry| entry.key_span.to(entry.value.span))
}
