//! Zones, their routes and their DNS records.

use serde::Deserialize;

use super::envelope::or_default;
use super::{Call, Cloudflare, CloudflareError};
use crate::core::model::account::{DnsRecord, Seen, Zone, ZoneRoute};
use crate::world::http::segment;

/// How many zones a page has at most.
const ZONES_PER_PAGE: usize = 50;

/// How many records we ask for at once.
const RECORDS_PER_PAGE: usize = 1000;

#[derive(Deserialize)]
struct Found {
    id: String,
    name: String,
    #[serde(default)]
    status: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    paused: bool,
    #[serde(default, deserialize_with = "or_default")]
    account: Owner,
}

#[derive(Default, Deserialize)]
struct Owner {
    #[serde(default)]
    id: Option<String>,
}

#[derive(Deserialize)]
struct Route {
    id: String,
    pattern: String,
    #[serde(default)]
    script: Option<String>,
}

#[derive(Deserialize)]
struct Record {
    id: String,
    name: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default, deserialize_with = "or_default")]
    proxied: bool,
    #[serde(default)]
    content: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    meta: Meta,
}

#[derive(Default, Deserialize)]
struct Meta {
    #[serde(default, deserialize_with = "or_default")]
    read_only: bool,
}

impl Cloudflare {
    /// The first zones that the token sees, and how many it sees.
    pub async fn first_zones(&self) -> Result<(Vec<Zone>, usize), CloudflareError> {
        let call = Call::get("/zones").query(&format!("per_page={ZONES_PER_PAGE}&page=1"));
        let answer = self.ask::<Vec<Found>>(call).await?;
        let zones: Vec<Zone> = answer.result.unwrap_or_default().into_iter().map(zone).collect();
        let total = answer.result_info.total_count.unwrap_or(zones.len());
        Ok((zones, total))
    }

    /// The zones that the token sees: all of them.
    pub async fn zones(&self) -> Result<Vec<Zone>, CloudflareError> {
        let zones: Vec<Found> = self.pages(Call::get("/zones"), Some(ZONES_PER_PAGE)).await?;
        Ok(zones.into_iter().map(zone).collect())
    }

    /// The zones of a name that the token sees: one or none, or one per account.
    pub async fn zones_named(&self, name: &str) -> Result<Vec<Zone>, CloudflareError> {
        let call = Call::get("/zones").query(&format!("name={}", segment(name)));
        let zones: Option<Vec<Found>> = self.ask(call).await?.result;
        Ok(zones.unwrap_or_default().into_iter().map(zone).collect())
    }

    /// A zone by its id.
    pub async fn zone(&self, id: &str) -> Result<Zone, CloudflareError> {
        self.read(Call::get(format!("/zones/{}", segment(id)))).await.map(zone)
    }

    /// The Workers routes of a zone. The API gives them in one piece.
    pub async fn zone_routes(&self, zone: &str) -> Result<Vec<ZoneRoute>, CloudflareError> {
        let call = Call::get(format!("/zones/{}/workers/routes", segment(zone)));
        let routes: Vec<Route> = self.pages(call, None).await?;
        let route = |Route { id, pattern, script }| {
            let script = script.filter(|script| !script.is_empty());
            ZoneRoute { id, pattern, script }
        };
        Ok(routes.into_iter().map(route).collect())
    }

    /// The DNS records of a zone.
    pub async fn dns_records(&self, zone: &str) -> Result<Vec<DnsRecord>, CloudflareError> {
        let call = Call::get(format!("/zones/{}/dns_records", segment(zone)));
        let records: Vec<Record> = self.pages(call, Some(RECORDS_PER_PAGE)).await?;
        let record = |Record { id, name, kind, proxied, content, meta }| DnsRecord {
            id,
            name,
            kind,
            proxied,
            content,
            read_only: meta.read_only,
        };
        Ok(records.into_iter().map(record).collect())
    }
}

fn zone(Found { id, name, status, paused, account }: Found) -> Zone {
    let account_id = account.id;
    Zone { id, name, status, paused, account_id, routes: Seen::NotAsked, dns: Seen::NotAsked }
}
