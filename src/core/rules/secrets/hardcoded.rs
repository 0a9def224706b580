//! # A secret stands in the configuration
//!
//! ## What it checks
//!
//! `vars` and `define`, at any depth: values with the shape of a known kind of key, private keys,
//! passwords in addresses, and random values under names such as `API_TOKEN` or `JWT_SECRET`. All
//! other keys, such as `build.command`: known shapes alone.
//!
//! It is an error where the shape says what it is, such as `sk_live_` for a key of Stripe. It is a
//! warning where it may be harmless: test keys, keys that some services give to browsers, and
//! values that only look random. Nothing is said about names that say public, such as
//! `STRIPE_PUBLISHABLE_KEY`, about placeholders, and about addresses of the own machine.
//!
//! The value is shown in no report.
//!
//! ## Why it matters
//!
//! Everybody who can read the repository has the secret, and so has everybody who can read its
//! history later. In `vars` it is also shown in the dashboard, and in the log of each deployment;
//! `define` puts it into the code. Wrangler says nothing.
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
//! [vars]
//! DATABASE_URL = "postgres://shop:not-a-real-one-7@db.example.com/shop"
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
//! secrets = { required = ["DATABASE_URL"] }
//! ```
//!
//! ## How to fix
//!
//! Revoke the secret: removing it from the file leaves it in the history. Then remove the line and
//! set a new one with `wrangler secret put NAME`. For local development write it into `.dev.vars`,
//! and that into `.gitignore`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/secrets/>
//! - <https://developers.cloudflare.com/workers/configuration/environment-variables/>

use crate::core::config::wrangler::Level;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};
use crate::core::secrets::{Exposed, Holder, Sure, exposed};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "secrets/hardcoded",
    severity: Severity::Error,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["SEC-07"],
    page: include_str!("hardcoded.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for level in cx.levels() {
        for Exposed { name, path, span, what, sure, holder } in exposed(&level) {
            let _ = out
                .at(span)
                .say(format!("`{path}` holds {what}"))
                .label(what)
                .path(path)
                .why(why(holder))
                .help(help(holder, name, &level))
                .severity(match sure {
                    Sure::Yes => Severity::Error,
                    Sure::Maybe => Severity::Warning,
                })
                .written_in(&level);
        }
    }
}

fn why(holder: Holder) -> &'static str {
    match holder {
        Holder::Variable => {
            "everybody who can read the repository, its history or the dashboard has it"
        }
        Holder::Code => {
            "everybody who can read the repository, its history or the built code has it"
        }
        Holder::Setting => "everybody who can read the repository or its history has it",
    }
}

fn help(holder: Holder, name: &str, level: &Level<'_>) -> String {
    match (holder, level.environment) {
        (Holder::Setting, _) => {
            "revoke it, and take a new one from the environment of the command".to_owned()
        }
        (_, None) => format!("revoke it, and set a new one: wrangler secret put {name}"),
        (_, Some(environment)) => {
            format!("revoke it, and set a new one: wrangler secret put {name} --env {environment}")
        }
    }
}
