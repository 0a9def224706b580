//! # A route lies deeper than the certificate of its zone
//!
//! ## What it checks
//!
//! Routes with a `zone_name` whose host has two or more names before the zone, such as
//! `a.b.example.com` in `example.com`. Custom domains are not meant.
//!
//! ## Why it matters
//!
//! Cloudflare's Universal SSL covers a zone and the names one level below it. Deeper names need a
//! certificate of their own, or browsers refuse to connect before any Worker runs. A custom domain
//! brings its own certificate; a route does not. Whether the zone has such a certificate is not in
//! the files, and that Wrangler leaves it unsaid is unconfirmed, so this is a note.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! routes = [{ pattern = "api.shop.example.com/*", zone_name = "example.com" }]
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! routes = [{ pattern = "api.shop.example.com", custom_domain = true }]
//! ```
//!
//! ## How to fix
//!
//! Make it a custom domain, or order an advanced certificate for the host. If there is one, ignore
//! this finding.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/ssl/edge-certificates/universal-ssl/limitations/>

use crate::core::config::wrangler::routes::{is_within, routes};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "routes/certificate-depth",
    severity: Severity::Note,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["RT-16"],
    page: include_str!("certificate_depth.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        for route in routes(&environment).into_iter().filter(|route| !route.is_custom_domain()) {
            let Some(zone) = route.zone_name().filter(|_| !route.is_placeholder()) else {
                continue;
            };
            let host = route.parts().host;
            let below = |host: &str| host.split('.').count() > zone.split('.').count() + 1;
            if is_within(host, zone) && below(host) {
                let _ = out
                    .at(route.span)
                    .say(format!("{host} needs a certificate of its own"))
                    .label(format!("two or more levels below {zone}"))
                    .path(route.path)
                    .why("Universal SSL covers a zone and one level below it")
                    .help("make it a custom domain, or order an advanced certificate")
                    .on(&environment);
            }
        }
    }
}
