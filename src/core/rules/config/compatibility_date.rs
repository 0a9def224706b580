//! # The compatibility date is no date
//!
//! ## What it checks
//!
//! That `compatibility_date` is a date of the form YYYY-MM-DD, with plain hyphens.
//!
//! ## Why it matters
//!
//! Wrangler stops at what JavaScript cannot read as a date. It lets other forms pass, such as
//! `2026/01/31`; the runtime accepts only YYYY-MM-DD ("Invalid compatibility date", workerd
//! 1.20261117). Word processors turn hyphens into longer dashes that look alike.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-31-01"
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! ```
//!
//! ## How to fix
//!
//! Write the date as YYYY-MM-DD.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/compatibility-dates/>

use crate::core::model::{Edit, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/compatibility-date",
    severity: Severity::Error,
    wrangler: WranglerSays::Rejects,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-12"],
    page: include_str!("compatibility_date.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for level in cx.levels() {
        let Some(value) = level.get("compatibility_date") else { continue };
        let Some(text) = value.as_str().filter(|text| !is_date(text)) else { continue };
        let refused = is_impossible(text);
        let draft = out
            .at(value.span)
            .say(format!("`compatibility_date` must be a date such as \"2026-01-31\", not {value}"))
            .path(level.path("compatibility_date"))
            .help("write the date as YYYY-MM-DD, with plain hyphens")
            .wrangler(if refused { WranglerSays::Rejects } else { WranglerSays::Fails })
            .written_in(&level);
        if let Some(date) = meant(text) {
            let path = level.path("compatibility_date");
            let _ = draft.fix(Edit::Set { path, value: date.into() });
        }
    }
}

/// The date that was surely meant: year, month and day in this order, with other separators or
/// without leading zeros.
fn meant(text: &str) -> Option<String> {
    let separators = ['-', '/', '.', '\u{2013}', '\u{2014}'];
    let parts: Vec<&str> = text.trim().split(separators).collect();
    let &[year, month, day] = parts.as_slice() else { return None };
    let date = format!("{year}-{month:0>2}-{day:0>2}");
    is_date(&date).then_some(date)
}

/// YYYY-MM-DD, as workerd reads it: it does not count the days of the month.
fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<u32>().ok();
    bytes.len() == 10
        && bytes[4] == b'-'
        && bytes[7] == b'-'
        && bytes.iter().enumerate().all(|(at, b)| at == 4 || at == 7 || b.is_ascii_digit())
        && number(5..7).is_some_and(|month| (1..=12).contains(&month))
        && number(8..10).is_some_and(|day| (1..=31).contains(&day))
}

/// Whether JavaScript's `new Date(text)` certainly gives no date, or Wrangler refuses its dashes.
///
/// V8 reads nearly everything that has a number in it (`foo 2024` is a date), by rules that are
/// not written down. So this says yes only where it is sure, and a doubt counts as a date.
fn is_impossible(text: &str) -> bool {
    if text.contains(['\u{2013}', '\u{2014}']) || !text.contains(|c: char| c.is_ascii_digit()) {
        return true;
    }
    let parts: Vec<&str> = text.trim_matches(['"', '<', '>', ' ']).split('-').collect();
    let numbers: Option<Vec<u32>> = parts
        .iter()
        .map(|part| part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse().ok())?)
        .collect();
    match (numbers.as_deref(), parts[0].len()) {
        (Some([_, month, day]), 4) => !(1..=12).contains(month) || !(1..=31).contains(day),
        (Some([month, _, _]), 1 | 2) => *month > 12,
        (Some([_]), digits) => digits > 6,
        _ => text.starts_with("{{"),
    }
}
