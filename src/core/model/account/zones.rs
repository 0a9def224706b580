//! Zones, and the addresses in them.

use serde::{Deserialize, Serialize};

use super::Seen;

/// A zone that an address of a service lies in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Zone {
    /// Its id.
    pub id: String,
    /// Its name: `example.com`.
    pub name: String,
    /// `active`, `pending`, `initializing` or `moved`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Whether Cloudflare is switched off for it.
    pub paused: bool,
    /// The account that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// The routes of all Workers in it.
    #[serde(skip_serializing_if = "Seen::is_not_asked")]
    pub routes: Seen<Vec<ZoneRoute>>,
    /// The DNS records at the addresses of services.
    #[serde(skip_serializing_if = "Seen::is_not_asked")]
    pub dns: Seen<Vec<DnsRecord>>,
}

/// A route.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ZoneRoute {
    /// Its id.
    pub id: String,
    /// Its pattern: `example.com/api/*`.
    pub pattern: String,
    /// The Worker that it leads to; none where it switches Workers off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub script: Option<String>,
}

/// A DNS record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DnsRecord {
    /// Its id.
    pub id: String,
    /// The whole name: `api.example.com`.
    pub name: String,
    /// `A`, `AAAA`, `CNAME` …
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether requests go through Cloudflare.
    pub proxied: bool,
    /// What it points to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// Whether Cloudflare itself made it for a product, so that nobody can change it by hand:
    /// `meta.read_only`.
    pub read_only: bool,
}

impl DnsRecord {
    /// Whether it says where a host is: of the types that can be proxied.
    pub fn leads_on(&self) -> bool {
        matches!(self.kind.as_str(), "A" | "AAAA" | "CNAME")
    }
}

/// A custom domain of a Worker.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CustomDomain {
    /// Its id.
    pub id: String,
    /// The host.
    pub hostname: String,
    /// The Worker.
    pub service: String,
    /// The zone's id.
    pub zone_id: String,
    /// The zone's name.
    pub zone_name: String,
}
