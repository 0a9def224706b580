//! # TypeScript is uploaded as it is
//!
//! ## What it checks
//!
//! `no_bundle = true` with a `main` that ends with `.ts`, `.tsx` or `.jsx`.
//!
//! ## Why it matters
//!
//! Without bundling nothing turns the file into JavaScript. Wrangler uploads it unchanged and says
//! nothing. Cloudflare runs JavaScript, and fails at the first type; what it answers is
//! unconfirmed.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = true
//! no_bundle = true
//! ```
//!
//! ```ts src/index.ts
//! export default { fetch: (request: Request): Response => new Response(request.url) };
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = true
//! ```
//!
//! ```ts src/index.ts
//! export default { fetch: (request: Request): Response => new Response(request.url) };
//! ```
//!
//! ## How to fix
//!
//! Remove `no_bundle`, or name the JavaScript that a build made.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/bundling/>

use crate::core::model::{Place, Severity, Value, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "build/unbundled-typescript",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["BLD-04"],
    page: include_str!("unbundled_typescript.rs"),
    check: Check::Service(check),
};

/// The flag with which workerd takes the types away itself.
const STRIPS_TYPES: &str = "typescript_strip_types";

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let (Some(main), Some(no_bundle)) = (environment.get("main"), environment.get("no_bundle"))
        else {
            continue;
        };
        let name = main.value().as_str().unwrap_or_default();
        let typed = [".ts", ".tsx", ".jsx"].iter().any(|ending| name.ends_with(ending));
        let flags = environment.get("compatibility_flags");
        let mut flags =
            flags.iter().flat_map(|flags| flags.value().items()).filter_map(Value::as_str);
        let on = no_bundle.value().as_bool() == Some(true);
        if !typed || !on || flags.any(|flag| flag == STRIPS_TYPES) {
            continue;
        }
        let place = Place { file: cx.service.config.file, span: main.span() };
        let _ = out
            .at(no_bundle.span())
            .say(format!("{name} is uploaded as it is, and Cloudflare runs JavaScript"))
            .label("nothing turns it into JavaScript")
            .see(place, "main is here")
            .path(no_bundle.path())
            .help("remove no_bundle, or name the JavaScript that a build made")
            .on(&environment);
    }
}
