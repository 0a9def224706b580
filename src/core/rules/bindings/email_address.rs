//! # An email binding names no address
//!
//! ## What it checks
//!
//! `destination_address`, `allowed_destination_addresses` and `allowed_sender_addresses` of
//! `send_email`: that each is an address, with one `@` and a domain. What a tool fills in is not
//! judged.
//!
//! ## Why it matters
//!
//! Wrangler sends any text. Only verified addresses can receive mail from a Worker, and what is no
//! address cannot be verified: each message fails when it is sent. Whether the upload is refused is
//! unconfirmed.
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
//! [[send_email]]
//! name = "MAIL"
//! destination_address = "orders"
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
//! [[send_email]]
//! name = "MAIL"
//! destination_address = "orders@example.com"
//! ```
//!
//! ## How to fix
//!
//! Write the whole address, as Email Routing lists it under destination addresses.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/email-routing/email-workers/send-email-workers/>

use crate::core::config::placeholder::{Placeholder, placeholder};
use crate::core::model::{Severity, Value, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "bindings/email-address",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &[],
    page: include_str!("email_address.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        for binding in environment.bindings_of("send_email") {
            let one = binding.value.get("destination_address");
            let one = one.map(|value| (value, format!("{}.destination_address", binding.path)));
            let lists = ["allowed_destination_addresses", "allowed_sender_addresses"];
            let many = lists.into_iter().flat_map(|key| {
                let items = binding.value.get(key).map(Value::items).unwrap_or_default();
                let path = format!("{}.{key}", binding.path);
                items
                    .iter()
                    .enumerate()
                    .map(move |(index, item)| (item, format!("{path}[{index}]")))
            });
            for (value, path) in one.into_iter().chain(many) {
                let Some(address) = value.as_str() else { continue };
                if is_address(address) || placeholder(address) == Some(Placeholder::Template) {
                    continue;
                }
                let name = binding.name.unwrap_or("an email binding");
                let _ = out
                    .at(value.span)
                    .say(format!("`{name}` names an address that is none"))
                    .label("no address")
                    .path(path)
                    .why("only verified addresses can be used, and this one cannot be verified")
                    .help("write the whole address, such as orders@example.com")
                    .on(&environment);
            }
        }
    }
}

fn is_address(text: &str) -> bool {
    let Some((who, domain)) = text.split_once('@') else { return false };
    !who.is_empty()
        && !domain.contains('@')
        && domain.split('.').count() > 1
        && domain.split('.').all(|label| !label.is_empty())
        && !text.contains(char::is_whitespace)
}
