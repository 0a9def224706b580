//! Where a Worker answers: routes, custom domains, workers.dev. None of it belongs to a version, so
//! going back to an older version changes none of it.
//!
//! Source: `triggersDeploy` of Wrangler 4.164.0 (cli.js:167766). With no route left in the
//! configuration it calls nothing, so that all stay; with one, the list replaces what was. Custom
//! domains likewise, and those that fall out lose their DNS record.

use super::change::{Aspect, Change, Changes, Unasked};
use super::target::Target;
use crate::core::config::wrangler::routes::{Pattern, Route, is_within, routes, workers_dev};
use crate::core::model::account::{Account, DnsRecord, Subdomain, Worker, Zone, ZoneRoute};

/// Compares everything. `live` is `None` for a Worker that does not exist yet.
pub(super) fn compare(
    target: &Target<'_>,
    account: &Account,
    live: Option<&Worker>,
    out: &mut Changes,
) {
    let (domains, routes): (Vec<_>, Vec<_>) =
        routes(&target.environment).into_iter().partition(Route::is_custom_domain);
    compare_routes(target, account, &routes, out);
    compare_domains(target, account, &domains, out);
    compare_workers_dev(target, account, live, out);
}

fn compare_routes(target: &Target<'_>, account: &Account, wanted: &[Route<'_>], out: &mut Changes) {
    let Some(zones) = out.see(Aspect::Routes, &account.zones, !wanted.is_empty()) else { return };
    let mut live: Vec<(&Zone, &ZoneRoute)> = Vec::new();
    for zone in zones {
        let needed = wanted.iter().any(|route| lies_in(route, zone));
        let routes = out.see(Aspect::Routes, &zone.routes, needed);
        live.extend(routes.into_iter().flatten().map(|route| (zone, route)));
    }
    let canonical = |live: &ZoneRoute| Pattern::of(&live.pattern).canonical();
    for route in wanted {
        let pattern = route.canonical();
        let here = live.iter().find(|(_, live)| canonical(live) == pattern);
        match here.map(|(_, live)| live.script.as_deref()) {
            Some(Some(script)) if script == target.worker => {}
            Some(Some(other)) => out.push(Change::refused(
                Aspect::Routes,
                route.pattern,
                format!("{other} has it: Wrangler stops, and the new code is live by then"),
            )),
            Some(None) => out.push(
                Change::add(Aspect::Routes, route.pattern, "")
                    .note("a route that switches Workers off stands there"),
            ),
            None => {
                let zone = zones.iter().find(|zone| lies_in(route, zone));
                let unread = zone.is_some_and(|zone| zone.routes.known().is_none());
                let change = match zone {
                    Some(zone) => Change::add(Aspect::Routes, route.pattern, &*zone.name),
                    None => Change::refused(
                        Aspect::Routes,
                        route.pattern,
                        "the token sees no zone that it lies in",
                    ),
                };
                if !unread {
                    out.push(change);
                }
            }
        }
    }
    for (zone, route) in live {
        let own = route.script.as_deref() == Some(target.worker.as_str());
        if !own || wanted.iter().any(|wanted| wanted.canonical() == canonical(route)) {
            continue;
        }
        out.push(match wanted.is_empty() {
            true => Change::keep(
                Aspect::Routes,
                route.pattern.as_str(),
                "not in the configuration, and stays: Wrangler removes routes only when one is left",
            )
            .unasked(Unasked::LeftBehind),
            false => Change::remove(Aspect::Routes, route.pattern.as_str(), &*zone.name),
        });
    }
}

fn lies_in(route: &Route<'_>, zone: &Zone) -> bool {
    match (route.zone_id(), route.zone_name()) {
        (Some(id), _) => zone.id == id,
        (None, Some(name)) => zone.name.eq_ignore_ascii_case(name),
        (None, None) => is_within(route.parts().plain_host(), &zone.name),
    }
}

fn compare_domains(
    target: &Target<'_>,
    account: &Account,
    wanted: &[Route<'_>],
    out: &mut Changes,
) {
    let seen = out.see(Aspect::Domains, &account.custom_domains, !wanted.is_empty());
    let Some(live) = seen else { return };
    for route in wanted {
        let host = route.pattern;
        let here = live.iter().find(|domain| domain.hostname.eq_ignore_ascii_case(host));
        match here.map(|domain| domain.service.as_str()) {
            Some(service) if service == target.worker => {}
            Some(other) => out.push(
                Change::replace(Aspect::Domains, host, other, target.worker.as_str())
                    .note("without being asked, Wrangler takes it away in a pipeline")
                    .unasked(Unasked::TakenOver),
            ),
            None => {
                let change = Change::add(Aspect::Domains, host, "");
                out.push(match record_at(account, host) {
                    Some(record) if record.read_only => change.note(format!(
                        "a {} record that Cloudflare manages stands there",
                        record.kind
                    )),
                    Some(record) => change
                        .note(format!("its {} record is overwritten", record.kind))
                        .unasked(Unasked::TakenOver)
                        .destructive(),
                    None => change,
                });
            }
        }
    }
    for domain in live.iter().filter(|domain| domain.service == target.worker) {
        let host = domain.hostname.as_str();
        if wanted.iter().any(|route| route.pattern.eq_ignore_ascii_case(host)) {
            continue;
        }
        out.push(match wanted.is_empty() {
            true => Change::keep(
                Aspect::Domains,
                host,
                "not in the configuration, and stays: Wrangler removes domains only when one is left",
            )
            .unasked(Unasked::LeftBehind),
            false => Change::remove(Aspect::Domains, host, domain.zone_name.as_str())
                .note("its DNS record goes with it")
                .unasked(Unasked::Wiped)
                .destructive(),
        });
    }
}

/// The DNS record at a host that a custom domain would take the place of.
fn record_at<'a>(account: &'a Account, host: &str) -> Option<&'a DnsRecord> {
    let zones = account.zones.known()?.iter();
    let mut records = zones.filter_map(|zone| zone.dns.known()).flatten();
    records.find(|record| {
        record.name.eq_ignore_ascii_case(host)
            && ["A", "AAAA", "CNAME"].contains(&record.kind.as_str())
    })
}

fn compare_workers_dev(
    target: &Target<'_>,
    account: &Account,
    live: Option<&Worker>,
    out: &mut Changes,
) {
    let environment = &target.environment;
    let wanted = workers_dev(environment);
    let said = environment.get("workers_dev").is_some();
    let subdomain = account.subdomain.known().and_then(|known: &Subdomain| known.name.as_deref());
    let address = match subdomain {
        Some(subdomain) => format!("{}.{subdomain}.workers.dev", target.worker),
        None => "workers.dev".to_owned(),
    };
    let Some(live) = live else {
        if wanted {
            let change = Change::add(Aspect::WorkersDev, address, "");
            out.push(match said {
                true => change,
                false => change
                    .note("public, because the configuration has neither routes nor `workers_dev`")
                    .unasked(Unasked::Created),
            });
        }
        return;
    };
    let Some(live) = out.see(Aspect::WorkersDev, &live.workers_dev, true) else { return };
    let word = |on: bool| if on { "on" } else { "off" };
    if live.enabled != wanted {
        let change = Change::replace(Aspect::WorkersDev, address, word(live.enabled), word(wanted));
        let note = "the configuration does not say it; Wrangler goes by whether there are routes";
        out.push(match (said, wanted) {
            (true, _) => change,
            (false, true) => change.note(note).unasked(Unasked::Created),
            (false, false) => change.note(note).unasked(Unasked::Wiped),
        });
    }
    let previews = environment.get("preview_urls").and_then(|setting| setting.value().as_bool());
    if let Some(previews) = previews.filter(|previews| *previews != live.previews_enabled) {
        let was = word(live.previews_enabled);
        out.push(Change::replace(Aspect::WorkersDev, "preview URLs", was, word(previews)));
    }
}
