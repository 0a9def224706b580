//! What else is set on a Worker: with the version (compatibility, limits, placement) and beside it
//! (observability, logpush, tail consumers), and how requests are split.

use serde_json::Value as Json;

use super::bindings::json_of;
use super::change::{Aspect, Change, Changes, Unasked};
use super::target::Target;
use crate::core::canonical::canonical;
use crate::core::model::Value;
use crate::core::model::account::{PagesRuntime, Settings, Share, Worker};

/// What is live of what uploads with the version.
pub(super) struct Versioned<'a> {
    /// The compatibility date.
    pub(super) date: Option<&'a str>,
    /// The compatibility flags.
    pub(super) flags: &'a [String],
    /// The limits and the placement, where they are known.
    pub(super) others: Option<[&'a Option<Json>; 2]>,
}

impl<'a> Versioned<'a> {
    /// Of a Worker.
    pub(super) fn of_worker(live: &'a Worker, settings: Option<&'a Settings>) -> Self {
        Self {
            date: live.compatibility_date.as_deref(),
            flags: &live.compatibility_flags,
            others: settings.map(|settings| [&settings.limits, &settings.placement]),
        }
    }

    /// Of one environment of a Pages project.
    pub(super) fn of_pages(live: &'a PagesRuntime) -> Self {
        Self {
            date: live.compatibility_date.as_deref(),
            flags: &live.compatibility_flags,
            others: Some([&live.limits, &live.placement]),
        }
    }
}

/// What uploads with the version.
pub(super) fn compare_versioned(target: &Target<'_>, live: &Versioned<'_>, out: &mut Changes) {
    let environment = &target.environment;
    let date = environment.text("compatibility_date");
    if let Some(date) = date.filter(|date| live.date != Some(date)) {
        let was = live.date.unwrap_or("none");
        let change = Change::replace(Aspect::Compatibility, "date", was, date);
        out.push(match was != "none" && date < was {
            true => change.note("goes back: the runtime behaves as it did then"),
            false => change,
        });
    }
    let flags = environment.get("compatibility_flags");
    let flags: Vec<&str> = flags
        .map(|flags| flags.value().items().iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    for flag in flags.iter().filter(|flag| !live.flags.iter().any(|l| l == *flag)) {
        out.push(Change::add(Aspect::Compatibility, *flag, ""));
    }
    for flag in live.flags.iter().filter(|flag| !flags.contains(&flag.as_str())) {
        out.push(Change::remove(Aspect::Compatibility, flag.as_str(), ""));
    }
    let Some([limits, placement]) = live.others else { return };
    for (key, live) in [("limits", limits), ("placement", placement)] {
        let wanted = json_of(environment, key).filter(|wanted| !says_nothing(wanted));
        let live = live.as_ref().filter(|live| !says_nothing(live));
        match (&wanted, live) {
            (Some(wanted), Some(live)) if !holds(live, wanted) => {
                out.push(Change::replace(Aspect::Settings, key, canonical(live), canonical(wanted)))
            }
            (Some(wanted), None) => {
                out.push(Change::add(Aspect::Settings, key, canonical(wanted)));
            }
            (None, Some(live)) => {
                out.push(Change::remove(Aspect::Settings, key, canonical(live)));
            }
            _ => {}
        }
    }
}

/// What is set beside the version. Wrangler switches observability off where the configuration does
/// not mention it (cli.js:183808), and leaves the others as they are.
pub(super) fn compare_unversioned(target: &Target<'_>, live: &Worker, out: &mut Changes) {
    let environment = &target.environment;
    let on = |observability: &Json| observability["enabled"] == true;
    let live_on = live.observability.as_ref().filter(|live| on(live));
    match (json_of(environment, "observability"), live_on) {
        (None, Some(_)) => out.push(
            Change::replace(Aspect::Settings, "observability", "on", "off")
                .note("the configuration does not mention it, so Wrangler switches it off")
                .unasked(Unasked::Wiped),
        ),
        (Some(wanted), live) => {
            let off = Json::Object(Default::default());
            let live = live.unwrap_or(&off);
            if !holds(live, &wanted) && (on(&wanted) || on(live)) {
                let words = |value: &Json| if on(value) { canonical(value) } else { "off".into() };
                out.push(Change::replace(
                    Aspect::Settings,
                    "observability",
                    words(live),
                    words(&wanted),
                ));
            }
        }
        (None, None) => {}
    }
    let logpush = environment.get("logpush").and_then(|setting| setting.value().as_bool());
    if let Some(wanted) = logpush.filter(|wanted| *wanted != live.logpush) {
        let word = |on: bool| if on { "on" } else { "off" };
        out.push(Change::replace(Aspect::Settings, "logpush", word(live.logpush), word(wanted)));
    }
    if let Some(wanted) = environment.get("tail_consumers").map(|setting| setting.value()) {
        let name = |item: &Value| item.get("service").and_then(Value::as_str).map(str::to_owned);
        let mut wanted: Vec<String> = wanted.items().iter().filter_map(name).collect();
        let mut live = live.tail_consumers.clone();
        wanted.sort();
        live.sort();
        if wanted != live {
            let (was, will) = (some(&live), some(&wanted));
            out.push(Change::replace(Aspect::Settings, "tail consumers", was, will));
        }
    }
}

fn some(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// A deployment takes all requests, whatever share others had.
pub(super) fn compare_traffic(base: &[Share], out: &mut Changes) {
    if base.len() < 2 {
        return;
    }
    let share = |share: &Share| format!("{} % to {}", share.percentage, short(&share.version_id));
    let was = base.iter().map(share).collect::<Vec<_>>().join(", ");
    out.push(
        Change::replace(Aspect::Traffic, "split", was, "all requests to the new version")
            .note("somebody is rolling a version out")
            .unasked(Unasked::TakenOver),
    );
}

/// An id as people compare it.
pub(super) fn short(id: &str) -> &str {
    id.split('-').next().unwrap_or(id)
}

fn says_nothing(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::Object(table) => {
            table.iter().all(|(key, value)| value.is_null() || (key == "mode" && *value == "off"))
        }
        _ => false,
    }
}

/// Whether everything that is wanted is there. What the API adds by itself does not count.
fn holds(live: &Json, wanted: &Json) -> bool {
    match (live, wanted) {
        (Json::Object(live), Json::Object(wanted)) => wanted.iter().all(|(key, value)| {
            live.get(key).map_or(*value == false || value.is_null(), |live| holds(live, value))
        }),
        _ => canonical(live) == canonical(wanted),
    }
}
