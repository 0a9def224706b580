//! `dns_records` of a zone. Those that belong to a product can be seen and not changed.

use axum::Router;
use axum::extract::{Path, State as Of};
use serde::Deserialize;
use serde_json::{Value, json};

use super::route::Routes;
use crate::server::sandbox::Shared;
use crate::server::sandbox::auth::Permission;
use crate::server::sandbox::body::Json;
use crate::server::sandbox::envelope::{ApiError, Reply, ok};
use crate::server::sandbox::errors::{
    INVALID_RECORD, MANAGED_RECORD, NO_SUCH_RECORD, NO_SUCH_ZONE, RECORD_CONFLICT, SAME_RECORD,
};
use crate::server::sandbox::paging::{PerPage, Query, list};
use crate::server::sandbox::state::{DnsRecord, State, Zone};

const RECORDS: &str = "/zones/{zone_id}/dns_records";
const RECORD: &str = "/zones/{zone_id}/dns_records/{dns_record_id}";

pub(super) fn routes() -> Router<Shared> {
    Routes::default()
        .get(RECORDS, Permission::DNS_READ, records)
        .post(RECORDS, Permission::DNS_WRITE, create)
        .get(RECORD, Permission::DNS_READ, record)
        .put(RECORD, Permission::DNS_WRITE, change)
        .patch(RECORD, Permission::DNS_WRITE, change)
        .delete(RECORD, Permission::DNS_WRITE, delete)
        .into()
}

fn shown(record: &DnsRecord) -> Value {
    let mut meta = json!({ "auto_added": false });
    if record.read_only {
        meta["read_only"] = json!(true);
    }
    if let Some(worker) = &record.worker {
        meta["origin_worker_id"] = json!(worker);
    }
    let mut shown = json!({
        "id": record.id,
        "name": record.name,
        "type": record.kind,
        "content": record.content,
        "proxiable": matches!(&*record.kind, "A" | "AAAA" | "CNAME"),
        "proxied": record.proxied,
        "ttl": record.ttl,
        "settings": {},
        "meta": meta,
        "comment": record.comment,
        "tags": record.tags,
        "created_on": record.created_on,
        "modified_on": record.modified_on,
    });
    if let Some(priority) = record.priority {
        shown["priority"] = json!(priority);
    }
    shown
}

fn zone_of<'a>(state: &'a State, id: &str) -> Result<&'a Zone, ApiError> {
    state.zones.get(id).ok_or_else(|| NO_SUCH_ZONE.into())
}

fn zone_mut<'a>(state: &'a mut State, id: &str) -> Result<&'a mut Zone, ApiError> {
    state.zones.get_mut(id).ok_or_else(|| NO_SUCH_ZONE.into())
}

async fn records(Of(sandbox): Of<Shared>, Path(zone): Path<String>, query: Query) -> Reply {
    let state = sandbox.state();
    // `name` and `name.exact` are two spellings of one filter.
    let asked = |field: &str| query.get(field).or_else(|| query.get(&format!("{field}.exact")));
    let is_meant = |record: &&DnsRecord| {
        asked("name").is_none_or(|name| record.name == name)
            && asked("content").is_none_or(|content| record.content == content)
            && query.get("type").is_none_or(|kind| record.kind == kind)
            && query.get("proxied").is_none_or(|proxied| record.proxied == (proxied == "true"))
    };
    let found = zone_of(&state, &zone)?.dns.iter().filter(is_meant).map(shown);
    list(found, &query, PerPage { default: 100, max: 5000 })
}

async fn record(Of(sandbox): Of<Shared>, Path((zone, id)): Path<(String, String)>) -> Reply {
    let state = sandbox.state();
    let record = zone_of(&state, &zone)?.dns.iter().find(|record| record.id == id);
    ok(shown(record.ok_or(NO_SUCH_RECORD)?))
}

/// What of a record is sent. What is not said stays, or has its default.
#[derive(Deserialize)]
struct Sent {
    name: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    content: Option<String>,
    proxied: Option<bool>,
    ttl: Option<u32>,
    priority: Option<u32>,
    comment: Option<String>,
    tags: Option<Vec<String>>,
}

impl Sent {
    fn apply(self, zone: &str, record: &mut DnsRecord) {
        if let Some(name) = self.name {
            record.name = whole_name(&name, zone);
        }
        record.kind = self.kind.unwrap_or(std::mem::take(&mut record.kind));
        record.content = self.content.unwrap_or(std::mem::take(&mut record.content));
        record.proxied = self.proxied.unwrap_or(record.proxied);
        record.ttl = self.ttl.unwrap_or(record.ttl);
        record.priority = self.priority.or(record.priority);
        record.comment = self.comment.or(record.comment.take());
        record.tags = self.tags.unwrap_or(std::mem::take(&mut record.tags));
    }
}

/// `@` is the zone itself, and what does not end with its name is within it.
pub(in crate::server::sandbox) fn whole_name(name: &str, zone: &str) -> String {
    let is_whole = |name: &str| {
        name.strip_suffix(zone).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    match name {
        "@" | "" => zone.to_owned(),
        name if is_whole(name) => name.to_owned(),
        name => format!("{name}.{zone}"),
    }
}

/// Whether a record can stand among others.
fn check(zone: &Zone, record: &DnsRecord) -> Result<(), ApiError> {
    let is_valid = match &*record.kind {
        "A" => record.content.parse::<std::net::Ipv4Addr>().is_ok(),
        "AAAA" => record.content.parse::<std::net::Ipv6Addr>().is_ok(),
        "" => false,
        _ => !record.content.is_empty(),
    };
    if !is_valid {
        let text = format!("Content for {} record is invalid.", record.kind);
        return Err(INVALID_RECORD.saying(text));
    }
    let same_name =
        || zone.dns.iter().filter(|other| other.id != record.id && other.name == record.name);
    if same_name().any(|other| other.kind == record.kind && other.content == record.content) {
        return Err(SAME_RECORD.into());
    }
    let is_address = |kind: &str| matches!(kind, "A" | "AAAA" | "CNAME");
    let clashes = |other: &DnsRecord| {
        is_address(&other.kind) && (other.kind == "CNAME" || record.kind == "CNAME")
    };
    if is_address(&record.kind) && same_name().any(clashes) {
        return Err(RECORD_CONFLICT.into());
    }
    Ok(())
}

async fn create(
    Of(sandbox): Of<Shared>,
    Path(zone): Path<String>,
    Json(sent): Json<Sent>,
) -> Reply {
    sandbox.store.change(|state| {
        let zone = zone_mut(state, &zone)?;
        let now = sandbox.source.now();
        let mut record = DnsRecord {
            id: sandbox.source.id(),
            ttl: 1,
            created_on: now.clone(),
            modified_on: now,
            ..DnsRecord::default()
        };
        sent.apply(&zone.name, &mut record);
        check(zone, &record)?;
        let answer = ok(shown(&record));
        zone.dns.push(record);
        answer
    })
}

async fn change(
    Of(sandbox): Of<Shared>,
    Path((zone, id)): Path<(String, String)>,
    Json(sent): Json<Sent>,
) -> Reply {
    sandbox.store.change(|state| {
        let zone = zone_mut(state, &zone)?;
        let at = own(zone, &id)?;
        let mut record = zone.dns[at].clone();
        sent.apply(&zone.name, &mut record);
        record.modified_on = sandbox.source.now();
        check(zone, &record)?;
        zone.dns[at] = record;
        ok(shown(&zone.dns[at]))
    })
}

async fn delete(Of(sandbox): Of<Shared>, Path((zone, id)): Path<(String, String)>) -> Reply {
    sandbox.store.change(|state| {
        let zone = zone_mut(state, &zone)?;
        let at = own(zone, &id)?;
        zone.dns.remove(at);
        ok(json!({ "id": id }))
    })
}

/// The place of a record that no product owns.
fn own(zone: &Zone, id: &str) -> Result<usize, ApiError> {
    let at = zone.dns.iter().position(|record| record.id == id).ok_or(NO_SUCH_RECORD)?;
    if zone.dns[at].read_only { Err(MANAGED_RECORD.into()) } else { Ok(at) }
}
