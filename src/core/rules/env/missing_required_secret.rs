//! # An environment does not ask for a secret that the top level requires
//!
//! ## What it checks
//!
//! The names in `secrets.required` at the top level that an environment with a list of its own does
//! not have.
//!
//! ## Why it matters
//!
//! `secrets` are not inherited, and Wrangler does not compare the lists. The deployment of the
//! environment succeeds without the secret, which the list was there to prevent.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! secrets = { required = ["STRIPE_KEY", "WEBHOOK_SECRET"] }
//!
//! [env.staging]
//! secrets = { required = ["STRIPE_KEY"] }
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
//! secrets = { required = ["STRIPE_KEY", "WEBHOOK_SECRET"] }
//!
//! [env.staging]
//! secrets = { required = ["STRIPE_KEY", "WEBHOOK_SECRET"] }
//! ```
//!
//! ## How to fix
//!
//! Add the name to the list of the environment. Where the environment has it as a variable instead,
//! nothing is said.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/secrets/>
//! - <https://developers.cloudflare.com/workers/wrangler/environments/>

use crate::core::model::{Edit, Object, Place, Severity, Value, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "env/missing-required-secret",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["ENV-03", "ENV-08"],
    page: include_str!("missing_required_secret.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let file = cx.service.config.file;
    let Some(wanted) = cx.root().and_then(required) else { return };
    for environment in cx.environments().filter(|environment| !environment.is_top()) {
        let own = environment.own();
        let (Some(entry), Some(here)) = (own.entry("secrets"), required(own)) else { continue };
        for secret in wanted {
            let Some(name) = secret.as_str() else { continue };
            let listed = here.iter().any(|other| other.as_str() == Some(name));
            let variable = own.get("vars").is_some_and(|vars| vars.get(name).is_some());
            if listed || variable {
                continue;
            }
            let path = format!("{}.required", environment.path("secrets"));
            let _ = out
                .at(entry.key_span)
                .say(format!("`{name}` is missing from `{path}`"))
                .label(format!("`{name}` is missing here"))
                .see(Place { file, span: secret.span }, "the top level requires it")
                .why("the environment can be deployed without the secret")
                .help(format!("add \"{name}\" to {path}"))
                .fix(Edit::Append { path: path.clone(), value: name.into() })
                .path(path)
                .on(&environment);
        }
    }
}

fn required(table: &Object) -> Option<&[Value]> {
    table.get("secrets")?.get("required").map(Value::items)
}
