//! Zones, their DNS records, and the routes that lead their requests to Workers.

use serde::{Deserialize, Serialize};

/// The zones of the account.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Zones(pub Vec<Zone>);

impl Zones {
    /// The zone of an id.
    pub fn get(&self, id: &str) -> Option<&Zone> {
        self.0.iter().find(|zone| zone.id == id)
    }

    /// The zone of an id, to change it.
    pub fn get_mut(&mut self, id: &str) -> Option<&mut Zone> {
        self.0.iter_mut().find(|zone| zone.id == id)
    }

    /// The zone that a hostname belongs to: the longest name that it ends with.
    pub fn of_hostname(&self, hostname: &str) -> Option<&Zone> {
        self.0
            .iter()
            .filter(|zone| {
                hostname
                    .strip_suffix(&*zone.name)
                    .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            })
            .max_by_key(|zone| zone.name.len())
    }
}

/// A zone: a domain whose DNS Cloudflare serves.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Zone {
    /// 32 hexadecimal digits.
    pub id: String,
    /// The domain.
    pub name: String,
    /// `active`, `pending`, `initializing` or `moved`.
    pub status: String,
    /// Whether Cloudflare only answers names and proxies nothing.
    pub paused: bool,
    /// When it was added.
    pub created_on: String,
    /// When it was changed last.
    pub modified_on: String,
    /// The records.
    pub dns: Vec<DnsRecord>,
    /// The routes to Workers.
    pub routes: Vec<Route>,
}

/// A DNS record.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DnsRecord {
    /// 32 hexadecimal digits.
    pub id: String,
    /// The whole name.
    pub name: String,
    /// `A`, `AAAA`, `CNAME`, `TXT`, …
    #[serde(rename = "type")]
    pub kind: String,
    /// What it says.
    pub content: String,
    /// Whether requests pass through Cloudflare.
    pub proxied: bool,
    /// Seconds; 1 is automatic.
    pub ttl: u32,
    /// For types that have one.
    pub priority: Option<u32>,
    /// What people noted.
    pub comment: Option<String>,
    /// What people filed it under.
    pub tags: Vec<String>,
    /// Whether it belongs to a product, such as a Worker's custom domain, and cannot be changed by
    /// hand.
    pub read_only: bool,
    /// The Worker whose custom domain it is for.
    pub worker: Option<String>,
    /// When it was added.
    pub created_on: String,
    /// When it was changed last.
    pub modified_on: String,
}

impl DnsRecord {
    /// The record that a custom domain brings: it can be seen, and not changed.
    pub fn of_worker(id: String, hostname: &str, worker: &str, now: &str) -> Self {
        Self {
            id,
            name: hostname.to_owned(),
            kind: "AAAA".into(),
            content: "100::".into(),
            proxied: true,
            ttl: 1,
            read_only: true,
            worker: Some(worker.to_owned()),
            created_on: now.to_owned(),
            modified_on: now.to_owned(),
            ..Self::default()
        }
    }
}

/// A route: requests that match the pattern go to the Worker.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Route {
    /// 32 hexadecimal digits.
    pub id: String,
    /// Such as `example.com/api/*`.
    pub pattern: String,
    /// The Worker; none turns Workers off for the pattern.
    pub script: Option<String>,
}
