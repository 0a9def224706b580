//! In which zone of an account an address lies, and who answers for its host.

use crate::core::config::wrangler::routes::{Route, is_within};
use crate::core::model::account::{Account, DnsRecord, Zone};

/// The zone that a route or custom domain lies in, if the token sees one: by the zone's id or name
/// where the route gives one, else by the longest name that the host lies in, as Wrangler looks for
/// it (`getZoneForRoute`, cli.js:166848). Of two zones of one name that of the account counts.
pub fn zone_of<'z>(route: &Route<'_>, account: &'z Account) -> Option<&'z Zone> {
    let zones = account.zones.known()?;
    if let Some(id) = route.zone_id() {
        return zones.iter().find(|zone| zone.id == id);
    }
    let host = route.zone_name().unwrap_or(route.parts().plain_host());
    let around = zones.iter().filter(|zone| is_within(host, &zone.name));
    around.max_by_key(|zone| (zone.name.len(), !is_foreign(zone, account)))
}

/// Whether a zone belongs to another account than this one.
pub fn is_foreign(zone: &Zone, account: &Account) -> bool {
    zone.account_id.as_deref().is_some_and(|id| id != account.id)
}

/// The DNS records that answer for the host of a route: its own, or the wildcard record nearest
/// above it. `None` where that is not known, or the host is a wildcard itself or not the zone's.
pub fn records_of<'z>(route: &Route<'_>, zone: &'z Zone) -> Option<Vec<&'z DnsRecord>> {
    let host = route.parts().host;
    let known = zone.dns.known()?;
    if host.contains('*') || !is_within(host, &zone.name) {
        return None;
    }
    let of = |name: &str| -> Vec<&'z DnsRecord> {
        let answers = |one: &&DnsRecord| one.leads_on() && one.name.eq_ignore_ascii_case(name);
        known.iter().filter(answers).collect()
    };
    let above = host.match_indices('.').map(|(dot, _)| format!("*{}", &host[dot..]));
    let names = std::iter::once(host.to_owned()).chain(above);
    Some(names.map(|name| of(&name)).find(|records| !records.is_empty()).unwrap_or_default())
}
