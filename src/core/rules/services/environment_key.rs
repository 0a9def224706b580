//! # A binding asks for a service environment
//!
//! ## What it checks
//!
//! The key `environment` beside the name of a Worker: in `services`, `tail_consumers`,
//! `durable_objects.bindings` and the `outbound` of dispatch namespaces.
//!
//! `environment = "production"` is what a Worker without environments has by default, so it is
//! judged only where the repository has a Worker `name-production`.
//!
//! ## Why it matters
//!
//! Service environments have been removed. Each environment is a Worker of its own, called
//! `name-environment`. Wrangler still sends the key, and Cloudflare refuses the upload: `Target
//! environment 'production' not found for target script` (code 10144).
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
//! binding = "PRICING"
//! service = "shop-pricing"
//! environment = "staging"
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
//! binding = "PRICING"
//! service = "shop-pricing-staging"
//! ```
//!
//! ## How to fix
//!
//! Remove `environment`, and write the whole name of the Worker.
//!
//! ## References
//!
//! - <https://github.com/cloudflare/workers-sdk/issues/10168>
//! - <https://developers.cloudflare.com/workers/wrangler/environments/>

use crate::core::config::wrangler::{Purpose, references};
use crate::core::model::{Edit, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "services/environment-key",
    severity: Severity::Warning,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["SVC-01"],
    page: include_str!("environment_key.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        for reference in references(&environment) {
            let (table, key) = match reference.purpose {
                Purpose::Outbound => (reference.item.get("outbound"), "outbound.environment"),
                _ => (Some(reference.item), "environment"),
            };
            let Some(entry) = table.and_then(|table| table.as_object()?.entry("environment"))
            else {
                continue;
            };
            let asked = entry.value.as_str().filter(|asked| !asked.is_empty());
            let Some(asked) = asked else { continue };
            let whole = format!("{}-{asked}", reference.worker);
            let meant = !cx.run.fleet.named(&whole).is_empty();
            if asked == "production" && !meant {
                continue;
            }
            let path = reference.path_of(&environment, key);
            let draft = out
                .at(entry.key_span.to(entry.value.span))
                .say(format!("{} is asked for its environment {asked}", reference.worker))
                .label("there are no service environments any more")
                .path(path.as_str())
                .why("each environment is a Worker of its own: the upload may be refused")
                .help(format!("remove `environment`, and write {whole} for the name"))
                .on(&environment);
            if meant {
                let name = Edit::Set { path: reference.path(&environment), value: whole.into() };
                let _ = draft.fix(name).fix(Edit::Remove { path });
            }
        }
    }
}
