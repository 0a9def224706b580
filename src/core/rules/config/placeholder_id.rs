//! # An id is a placeholder
//!
//! ## What it checks
//!
//! The ids of resources: of D1 databases, KV namespaces, Hyperdrive configurations, certificates,
//! stores of secrets and others, the names of R2 buckets and Vectorize indexes, and the `zone_id`
//! of routes. A placeholder is text such as `<your-id>` or `YOUR_ID`, an id that is nothing but
//! zeros or the digits in their order, and `$NAME` or `${NAME}`, which Wrangler does not replace.
//!
//! It is an error where the text cannot be an id, and a warning where it could be one or where a
//! tool may replace it before the deployment. In environments that may be for development alone the
//! first is a warning, and the others are fine.
//! Placeholders that are no UUID for D1, or no id for KV, are reported by `d1/id-format` and
//! `kv/id-format`.
//!
//! ## Why it matters
//!
//! The placeholder works in local development, where any text is an id. The deployment fails after
//! the upload; a bucket that does not exist is created, with the placeholder for a name.
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
//! [[hyperdrive]]
//! binding = "WAREHOUSE"
//! id = "<your-hyperdrive-id>"
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
//! [[hyperdrive]]
//! binding = "WAREHOUSE"
//! id = "57b7076f58be42419276f058a8968187"
//! ```
//!
//! ## How to fix
//!
//! Write the id of the resource, or create it. An id is no secret: it may stand in the repository.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/>
//! - <https://developers.cloudflare.com/workers/wrangler/environments/>

use crate::core::config::ids::{is_hex_32, is_uuid};
use crate::core::config::placeholder::{Placeholder, placeholder};
use crate::core::config::wrangler::Environment;
use crate::core::config::wrangler::routes::routes;
use crate::core::config::wrangler::stages::may_be_local;
use crate::core::model::{Severity, Span, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/placeholder-id",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["SEC-15", "D1-03", "KV-02"],
    page: include_str!("placeholder_id.rs"),
    check: Check::Service(check),
};

/// The bindings that name a resource, the key that does, and whether Wrangler creates one of that
/// name where there is none.
const IDS: [(&str, &str, bool); 10] = [
    ("d1_databases", "database_id", false),
    ("flagship", "app_id", false),
    ("hyperdrive", "id", false),
    ("kv_namespaces", "id", false),
    ("mtls_certificates", "certificate_id", false),
    ("r2_buckets", "bucket_name", true),
    ("secrets_store_secrets", "store_id", false),
    ("vectorize", "index_name", false),
    ("vpc_networks", "network_id", false),
    ("vpc_services", "service_id", false),
];

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    // A template of a configuration is all placeholders, and nobody deploys it.
    let name = cx.root().and_then(|root| root.get("name")?.as_str()).unwrap_or_default();
    if placeholder(name).is_some() {
        return;
    }
    for environment in cx.environments() {
        for (kind, key, created) in IDS {
            for binding in environment.bindings_of(kind) {
                let Some(value) = binding.value.get(key) else { continue };
                let Some(id) = value.as_str() else { continue };
                let form = match kind {
                    "d1_databases" => is_uuid(id),
                    "kv_namespaces" => is_hex_32(id),
                    _ => true,
                };
                let Some(doubt) = doubt(id).filter(|doubt| form || *doubt == Doubt::Template)
                else {
                    continue;
                };
                let what = format!("the {key} of `{}`", binding.name.unwrap_or(kind));
                let doubt = if created { doubt.max(Doubt::Possible) } else { doubt };
                report(
                    &environment,
                    &what,
                    value.span,
                    format!("{}.{key}", binding.path),
                    doubt,
                    out,
                );
            }
        }
        for route in routes(&environment) {
            let Some(doubt) = route.zone_id().and_then(doubt) else { continue };
            let path = route.path.replace(".pattern", ".zone_id");
            report(&environment, "a zone_id", route.span, path, doubt, out);
        }
    }
}

/// Why a text is taken for a placeholder, the surest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Doubt {
    /// It cannot be an id.
    Blank,
    /// It could be one.
    Possible,
    /// A tool may replace it.
    Template,
}

fn doubt(id: &str) -> Option<Doubt> {
    match placeholder(id) {
        Some(Placeholder::Template) => Some(Doubt::Template),
        _ if is_counted(id) => Some(Doubt::Possible),
        Some(Placeholder::Blank) => Some(Doubt::Blank),
        None => None,
    }
}

/// Whether an id is nothing but zeros except for a few digits at its end, one digit all through, or
/// the digits in their order.
fn is_counted(id: &str) -> bool {
    const SHORTEST: usize = 16;
    const COUNTER: usize = 6;
    let digits: Vec<u32> = id.chars().filter(|c| *c != '-').map_while(|c| c.to_digit(16)).collect();
    let whole = digits.len() == id.chars().filter(|c| *c != '-').count();
    let Some(first) = digits.first().filter(|_| whole && digits.len() >= SHORTEST) else {
        return false;
    };
    let same = digits.iter().take_while(|digit| *digit == first).count();
    let follows =
        |pair: &[u32]| pair[1] == pair[0] + 1 || matches!(pair, [9, 0] | [0, 10] | [15, 0 | 1]);
    same == digits.len()
        || (*first == 0 && same + COUNTER >= digits.len())
        || digits.windows(2).all(follows)
}

fn report(
    environment: &Environment<'_>,
    what: &str,
    span: Span,
    path: String,
    doubt: Doubt,
    out: &mut Findings<'_>,
) {
    let local = may_be_local(environment);
    if local && doubt != Doubt::Blank {
        return;
    }
    let why = match doubt {
        Doubt::Template => {
            "Wrangler takes it literally: something must replace it before the deployment"
        }
        _ => "it works in local development only: the deployment does not find the resource",
    };
    let _ = out
        .at(span)
        .say(format!("{what} is a placeholder"))
        .label("yet to be filled in")
        .path(path)
        .why(why)
        .help("write the id of the resource")
        .severity(match doubt {
            Doubt::Blank if !local => Severity::Error,
            _ => Severity::Warning,
        })
        .on(environment);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_were_typed() {
        for id in [
            "00000000-0000-0000-0000-000000000000",
            "00000000-0000-0000-0000-000000000102",
            "11111111111111111111111111111111",
            "1234567890abcdef1234567890abcdef",
            "0123456789abcdef0123456789abcdef",
        ] {
            assert!(is_counted(id), "{id}");
        }
        for id in
            ["0f2ac74b498b48028cb68387c421e279", "", "0000", "-", "000000000000000abcdef1234567"]
        {
            assert!(!is_counted(id), "{id}");
        }
    }
}
