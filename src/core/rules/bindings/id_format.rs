//! # An id cannot be one
//!
//! ## What it checks
//!
//! The `id` of Hyperdrive bindings and the `store_id` of Secrets Store secrets, which have 32
//! hexadecimal digits, and the `certificate_id` of mTLS certificates, which is a UUID. Placeholders
//! are reported by `config/placeholder-id`.
//!
//! The forms are those that Cloudflare gives today, and not documented as fixed.
//!
//! ## Why it matters
//!
//! Wrangler sends any text. Where nothing has that id, Cloudflare refuses the upload after the
//! build: for Hyperdrive with code 10157, for certificates with 100143.
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
//! id = "warehouse"
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
//! Write the id that `wrangler hyperdrive list`, `wrangler mtls-certificate list` or `wrangler
//! secrets-store store list` shows.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/hyperdrive/get-started/>
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/>

use crate::core::config::ids::{Misformed, is_hex_32, is_uuid, misformed};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "bindings/id-format",
    severity: Severity::Warning,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["HD-01", "MTLS-01", "SS-01"],
    page: include_str!("id_format.rs"),
    check: Check::Service(check),
};

/// A kind of id: the kind of binding, its key, whether it is a UUID, and who lists them.
const IDS: [(&str, &str, bool, &str); 3] = [
    ("hyperdrive", "id", false, "wrangler hyperdrive list"),
    ("mtls_certificates", "certificate_id", true, "wrangler mtls-certificate list"),
    ("secrets_store_secrets", "store_id", false, "wrangler secrets-store store list"),
];

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        for (kind, key, uuid, list) in IDS {
            let has_form = if uuid { is_uuid } else { is_hex_32 };
            for Misformed { binding, value, blank } in misformed(&environment, kind, key, has_form)
            {
                // What is still to be filled in is another rule's business.
                if blank {
                    continue;
                }
                let name = binding.name.unwrap_or("a binding");
                let _ = out
                    .at(value.span)
                    .say(format!("`{name}` has the {key} {value}, which does not look like one"))
                    .label(if uuid { "not a UUID" } else { "not 32 hexadecimal digits" })
                    .path(format!("{}.{key}", binding.path))
                    .why("where nothing has that id, Cloudflare refuses the upload")
                    .help(format!("write the id that `{list}` shows"))
                    .on(&environment);
            }
        }
    }
}
