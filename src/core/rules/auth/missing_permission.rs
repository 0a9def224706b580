//! # The API token lacks a permission
//!
//! ## What it checks
//!
//! Parts of the account that the services use and that the token may not read. One finding for each
//! permission group: it names the group, the rules that are skipped for want of it, and where a
//! link can fill in the form for a new token, that link.
//!
//! It is an error where Wrangler itself reads there in every deployment: Workers, and projects of
//! Pages. It is a warning where Wrangler reads there for what the services use: R2 buckets, queues,
//! zones and routes. Everything else is a note: the deployment does without.
//!
//! That a token may read says nothing of whether it may write. No rule claims that it may.
//!
//! ## Why it matters
//!
//! A token with too little works until the day on which a deployment needs the rest:
//! `Authentication error` (code 10000). And what cannot be read cannot be checked: nothing is said
//! of it, neither that it is right nor that it is wrong.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "workers": {},
//!       "d1_databases": {
//!         "unknown": { "why": "forbidden", "message": "Authentication error, code 10000" }
//!       }
//!     }
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
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     { "id": "0123456789abcdef0123456789abcdef", "workers": {}, "d1_databases": [] }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Add the group to the token under My Profile, API Tokens. The template "Edit Cloudflare Workers"
//! has no permission for D1, Queues, Pages, Hyperdrive, Vectorize and DNS.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/fundamentals/api/reference/permissions/>
//! - <https://developers.cloudflare.com/fundamentals/api/reference/template/>
//! - <https://github.com/cloudflare/workers-sdk/issues/1371>

use crate::core::config::wrangler::Environment;
use crate::core::model::account::{Part, Why};
use crate::core::model::{Kind, Severity, WranglerSays};
use crate::core::rules::access::{has_other_zones, is_closed, refusal_of_address};
use crate::core::rules::{BlindSpot, Check, Context, Findings, Needs, Rule, blind_spots};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "auth/missing-permission",
    severity: Severity::Note,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Live(&[Part::Token]),
    catalogue: &["AUTH-05", "R2-05", "Q-08", "PG-11"],
    page: include_str!("missing_permission.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let Some(snapshot) = cx.snapshot else { return };
    for spot in blind_spots(snapshot, cx.off) {
        let closed = is_closed(spot.account) || refusal_of_address(spot.account).is_some();
        if closed || spot.unseen.why != Why::Forbidden || has_other_zones(&spot) {
            continue;
        }
        let (severity, says) = weight(cx, &spot);
        let draft =
            out.nowhere().say(of_account(cx, &spot, spot.fact())).severity(severity).wrangler(says);
        let draft = match (spot.cost(), spot.note()) {
            (Some(cost), Some(note)) => draft.why(format!("{cost}; {note}")),
            (Some(why), None) | (None, Some(why)) => draft.why(why),
            (None, None) => draft,
        };
        if let Some(fix) = spot.fix() {
            let _ = draft.help(fix);
        }
    }
}

/// Where there are several accounts, whose part it is.
fn of_account(cx: &Context<'_>, spot: &BlindSpot<'_>, fact: String) -> String {
    match cx.accounts().count() {
        1 => fact,
        _ => format!("{fact}, account {}", spot.account.id),
    }
}

/// How bad it is, and what Wrangler does, by what it reads itself when it deploys.
fn weight(cx: &Context<'_>, spot: &BlindSpot<'_>) -> (Severity, WranglerSays) {
    let deploys = |kind: Kind| {
        let environments = cx.workspace.services.iter().filter(|service| service.kind == kind);
        let mut environments = environments.flat_map(Environment::all);
        environments.any(|environment| {
            cx.account(&environment).is_some_and(|account| std::ptr::eq(account, spot.account))
        })
    };
    let weights = spot.parts.iter().map(|part| match part {
        Part::Workers if deploys(Kind::Worker) => (Severity::Error, WranglerSays::Fails),
        Part::PagesProjects if deploys(Kind::Pages) => (Severity::Error, WranglerSays::Fails),
        Part::R2Buckets => (Severity::Warning, WranglerSays::Warns),
        Part::Queues | Part::Zones | Part::Routes => (Severity::Warning, WranglerSays::Fails),
        _ => (Severity::Note, WranglerSays::Silent),
    });
    weights.min_by_key(|(severity, _)| *severity).unwrap_or((Severity::Note, WranglerSays::Silent))
}
