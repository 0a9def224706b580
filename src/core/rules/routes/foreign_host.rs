//! # A route names a host that nobody can have a zone for
//!
//! ## What it checks
//!
//! The hosts of routes and custom domains: names below `workers.dev` and `pages.dev`, IP addresses,
//! `localhost`, and names of one word.
//!
//! ## Why it matters
//!
//! A route lies in a zone of the account. `workers.dev` and `pages.dev` are Cloudflare's, and the
//! others cannot be zones. Wrangler looks for the zone after the new code went live, and ends with
//! `Could not find zone`.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! routes = ["shop.acme.workers.dev/*"]
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = true
//! preview_urls = false
//! ```
//!
//! ## How to fix
//!
//! For `workers.dev`: remove the route and set `workers_dev = true`. For `pages.dev`: a Pages
//! project has that host without any route. Otherwise name a host of a zone of the account.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/routing/workers-dev/>
//! - <https://developers.cloudflare.com/workers/configuration/routing/routes/>

use std::net::Ipv4Addr;

use crate::core::config::wrangler::routes::{is_within, routes};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "routes/foreign-host",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["RT-01"],
    page: include_str!("foreign_host.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        for route in routes(&environment).into_iter().filter(|route| !route.is_placeholder()) {
            let host = route.parts().plain_host();
            let Some((what, help)) = foreign(host) else { continue };
            let _ = out
                .at(route.span)
                .say(format!("{host} {what}"))
                .path(route.path)
                .why("Wrangler looks for the zone after the new code went live, and does not find it")
                .help(help)
                .on(&environment);
        }
    }
}

/// Why no account has a zone for a host, and what to do.
pub(super) fn foreign(host: &str) -> Option<(&'static str, &'static str)> {
    const OWN: &str = "name a host of a zone of your account";
    if host.is_empty() || host.contains('*') {
        return None;
    }
    let name = host.split_once(':').map_or(host, |(name, _)| name);
    if is_within(name, "workers.dev") {
        Some(("lies in a zone of Cloudflare's", "remove the route and set workers_dev = true"))
    } else if is_within(name, "pages.dev") {
        Some((
            "lies in a zone of Cloudflare's",
            "remove the route: a Pages project has that host already",
        ))
    } else if name.parse::<Ipv4Addr>().is_ok() || name.starts_with('[') {
        Some(("is an IP address", OWN))
    } else if is_within(name, "localhost") {
        Some(("is this machine", OWN))
    } else if !name.contains('.') {
        Some(("is not the name of a zone", OWN))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        for host in [
            "shop.acme.workers.dev",
            "workers.dev",
            "a.pages.dev",
            "127.0.0.1:8787",
            "localhost",
            "[::1]",
            "shop",
        ] {
            assert!(foreign(host).is_some(), "{host}");
        }
        for host in [
            "",
            "example.com",
            "notworkers.dev",
            "1.2.3.4.example.com",
            "*a",
            "a.pages.dev.example.com",
        ] {
            assert!(foreign(host).is_none(), "{host}");
        }
    }
}
