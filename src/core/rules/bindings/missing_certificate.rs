//! # A client certificate does not exist
//!
//! ## What it checks
//!
//! The `certificate_id` of mTLS bindings against the client certificates of the account.
//!
//! ## Why it matters
//!
//! Wrangler does not look. Cloudflare refuses the upload, after the build and after the upload of
//! assets (code 100143). Certificates that were renewed have a new id.
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
//! [[mtls_certificates]]
//! binding = "BANK"
//! certificate_id = "3eaa1eaf-c1cd-430f-ba12-a93a77542df0"
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     { "id": "0123456789abcdef0123456789abcdef", "mtls_certificates": [] }
//!   ]
//! }
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
//! [[mtls_certificates]]
//! binding = "BANK"
//! certificate_id = "3eaa1eaf-c1cd-430f-ba12-a93a77542df0"
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "mtls_certificates": [{ "id": "3eaa1eaf-c1cd-430f-ba12-a93a77542df0", "name": "bank" }]
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Write the id that `wrangler mtls-certificate list` shows, or upload the certificate with
//! `wrangler mtls-certificate upload`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/runtime-apis/bindings/mtls/>

use crate::core::config::ids::is_uuid;
use crate::core::model::account::{Account, Part};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::resources::{Resource, report_missing};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "bindings/missing-certificate",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Live(&[Part::MtlsCertificates]),
    catalogue: &["MTLS-01"],
    page: include_str!("missing_certificate.rs"),
    check: Check::Service(check),
};

static RESOURCE: Resource = Resource {
    kind: "mtls_certificates",
    key: "certificate_id",
    has_form: is_uuid,
    noun: "client certificate",
    why: "Cloudflare refuses the upload: the certificate is not found (code 100143)",
    is_created: false,
    list: "wrangler mtls-certificate list",
    create: "wrangler mtls-certificate upload",
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    report_missing(cx, &RESOURCE, |account, _| known(account), out);
}

fn known(account: &Account) -> Option<Vec<&str>> {
    Some(account.mtls_certificates.known()?.iter().map(|certificate| &*certificate.id).collect())
}
