//! The zones that addresses of services lie in, with their routes and DNS records.

use std::collections::BTreeSet;

use futures_util::future::{join_all, try_join_all};

use super::account::Look;
use crate::core::config::wanted_account::WantedAccount;
use crate::core::config::wrangler::routes::{Pattern, is_within};
use crate::core::model::account::{Account, DnsRecord, Part, Seen, Zone};
use crate::world::cloudflare::{Cloudflare, CloudflareError};

/// Up to how many zones the list of all is cheaper than asking for each by its name.
const FEW: usize = 200;

/// The kinds of records by which a host is reached, or handed to other name servers. The others do
/// not concern a Worker, and what is in them is nobody's business.
const ADDRESSES: [&str; 4] = ["A", "AAAA", "CNAME", "NS"];

/// The hosts that matter: those that configurations name, and those of the custom domains and routes
/// that their Workers have live.
pub(super) fn hosts(account: &Account, wanted: &WantedAccount) -> BTreeSet<String> {
    let domains = account.custom_domains.known().into_iter().flatten();
    let own = domains.filter(|domain| wanted.workers.contains_key(&domain.service));
    let live = own.map(|domain| domain.hostname.to_ascii_lowercase());
    let workers = account.workers.known().into_iter().flatten();
    let deployed = workers.filter(|(name, _)| wanted.workers.contains_key(*name));
    let routes = deployed.flat_map(|(_, worker)| &worker.routes);
    let routed = routes.map(|pattern| Pattern::of(pattern).plain_host().to_ascii_lowercase());
    wanted.hosts.iter().cloned().chain(live).chain(routed).collect()
}

/// The zones of these hosts, and those that are named by id.
pub(super) async fn gather(
    client: &Cloudflare,
    look: Look<'_>,
    hosts: &BTreeSet<String>,
) -> Seen<Vec<Zone>> {
    if hosts.is_empty() && look.wanted.zone_ids.is_empty() {
        return Seen::NotAsked;
    }
    let found = look.at(Part::Zones, find(client, hosts, &look.wanted.zone_ids)).await;
    let Seen::Known(mut zones) = found else { return found };
    join_all(zones.iter_mut().map(async |zone| {
        let (routes, dns) = tokio::join!(
            look.at(Part::Routes, client.zone_routes(&zone.id)),
            look.at(Part::Dns, client.dns_records(&zone.id)),
        );
        zone.routes = routes;
        zone.dns = dns;
        if let Seen::Known(routes) = &mut zone.routes {
            routes.sort_by(|a, b| a.pattern.cmp(&b.pattern));
        }
        if let Seen::Known(records) = &mut zone.dns {
            records.retain(|record| {
                ADDRESSES.contains(&&*record.kind)
                    && hosts.iter().any(|host| concerns(&record.name, host))
            });
            let key =
                |record: &DnsRecord| (record.name.clone(), record.kind.clone(), record.id.clone());
            records.sort_by_key(key);
        }
    }))
    .await;
    Seen::Known(zones)
}

/// Finds the zones: in the list of all where there are few, else by name, as Wrangler does.
async fn find(
    client: &Cloudflare,
    hosts: &BTreeSet<String>,
    ids: &BTreeSet<String>,
) -> Result<Vec<Zone>, CloudflareError> {
    let (first, total) = client.first_zones().await?;
    let mut zones = match total {
        _ if total <= first.len() => first,
        ..=FEW => client.zones().await?,
        _ => {
            let names: BTreeSet<&str> = hosts.iter().flat_map(|host| suffixes(host)).collect();
            let by_name = try_join_all(names.into_iter().map(|name| client.zones_named(name)));
            let by_id = join_all(ids.iter().map(|id| client.zone(id)));
            let (by_name, by_id) = tokio::join!(by_name, by_id);
            // A zone that cannot be read by its id is one that the token does not see.
            by_name?.into_iter().flatten().chain(by_id.into_iter().flatten()).collect()
        }
    };
    zones.sort_by(|a, b| a.id.cmp(&b.id));
    zones.dedup_by(|a, b| a.id == b.id);
    let holds = |zone: &Zone| {
        let holds = |host: &String| is_within(bare(host), &zone.name);
        ids.contains(&zone.id) || hosts.iter().any(holds)
    };
    zones.retain(holds);
    Ok(zones)
}

/// The names that a zone of a host may have, the longest first.
fn suffixes(host: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(bare(host)), |name| Some(name.split_once('.')?.1))
        .filter(|name| name.contains('.'))
}

/// A host without the wildcard that it may begin with.
fn bare(host: &str) -> &str {
    Pattern::of(host).plain_host()
}

/// Whether a DNS record has to do with a host: it is the host's own, a wildcard above it, or, where
/// the host has a wildcard, below that.
fn concerns(record: &str, host: &str) -> bool {
    let (above, name) = (record.strip_prefix("*."), bare(host));
    record.eq_ignore_ascii_case(name)
        || above.is_some_and(|above| is_within(name, above))
        || (host.starts_with('*') && is_within(record, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_looked_for_from_the_longest_name_on() {
        let names = |host| suffixes(host).collect::<Vec<_>>();
        assert_eq!(names("a.b.example.com"), ["a.b.example.com", "b.example.com", "example.com"]);
        assert_eq!(names("*.example.com"), ["example.com"]);
        assert!(names("com").is_empty() && names("*").is_empty());
    }

    #[test]
    fn records_of_a_host_are_its_own_and_the_wildcards_above() {
        for (record, host, expected) in [
            ("a.example.com", "a.example.com", true),
            ("*.example.com", "a.example.com", true),
            ("*.example.com", "b.a.example.com", true),
            ("example.com", "a.example.com", false),
            ("b.example.com", "a.example.com", false),
            ("b.example.com", "*.example.com", true),
            ("*.example.com", "*.example.com", true),
            ("*.other.com", "a.example.com", false),
        ] {
            assert_eq!(concerns(record, host), expected, "{record} {host}");
        }
    }
}
