//! Custom domains: a hostname that is a Worker's, with the DNS record that belongs to it.

use axum::Router;
use axum::extract::{Path, State as Of};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{OfScript, script};
use crate::server::sandbox::api::route::Routes;
use crate::server::sandbox::auth::Permission;
use crate::server::sandbox::body::Json;
use crate::server::sandbox::envelope::{ApiError, Reply, ok};
use crate::server::sandbox::errors::{DNS_CONFLICT, DOMAIN_TAKEN, NO_SUCH_DOMAIN, NO_SUCH_ZONE};
use crate::server::sandbox::paging::{PerPage, Query, list};
use crate::server::sandbox::state::workers::Domain;
use crate::server::sandbox::state::{DnsRecord, State, Zone};
use crate::server::sandbox::{Sandbox, Shared};

const DOMAINS: &str = "/accounts/{account_id}/workers/domains";
const DOMAIN: &str = "/accounts/{account_id}/workers/domains/{domain_id}";

pub(super) fn routes() -> Router<Shared> {
    Routes::default()
        .get(DOMAINS, Permission::WORKERS_READ, domains)
        .put(DOMAINS, Permission::WORKERS_WRITE, attach)
        .get(DOMAIN, Permission::WORKERS_READ, domain)
        .delete(DOMAIN, Permission::WORKERS_WRITE, detach)
        .get("/accounts/{account_id}/workers/domains/records", Permission::WORKERS_READ, domains)
        .get(
            "/accounts/{account_id}/workers/domains/records/{domain_id}",
            Permission::WORKERS_READ,
            domain,
        )
        .post(
            "/accounts/{account_id}/workers/scripts/{script_name}/domains/changeset",
            Permission::WORKERS_WRITE,
            changeset,
        )
        .put(
            "/accounts/{account_id}/workers/scripts/{script_name}/domains/records",
            Permission::WORKERS_WRITE,
            replace,
        )
        .into()
}

fn shown(state: &State, domain: &Domain) -> Value {
    let zone = state.zones.get(&domain.zone_id).map(|zone| &*zone.name).unwrap_or_default();
    json!({
        "id": domain.id, "hostname": domain.hostname, "service": domain.service,
        "environment": "production", "zone_id": domain.zone_id, "zone_name": zone,
        "cert_id": domain.cert_id,
    })
}

async fn domains(Of(sandbox): Of<Shared>, query: Query) -> Reply {
    let state = sandbox.state();
    let fields = ["hostname", "service", "environment", "zone_id", "zone_name"];
    let all = state.workers.domains.iter().map(|domain| shown(&state, domain));
    let found = all.filter(|domain| {
        fields.iter().all(|field| query.get(field).is_none_or(|value| domain[field] == value))
    });
    list(found, &query, PerPage::ALL)
}

async fn domain(Of(sandbox): Of<Shared>, Path((_, id)): Path<(String, String)>) -> Reply {
    let state = sandbox.state();
    let domain = state.workers.domains.iter().find(|domain| domain.id == id);
    ok(shown(&state, domain.ok_or(NO_SUCH_DOMAIN)?))
}

/// A hostname that is to be a Worker's.
#[derive(Clone, Debug, Deserialize)]
struct Origin {
    hostname: String,
    #[serde(default)]
    zone_id: Option<String>,
    #[serde(default)]
    zone_name: Option<String>,
}

impl Origin {
    fn zone<'a>(&self, state: &'a State) -> Result<&'a Zone, ApiError> {
        let zone = match (&self.zone_id, &self.zone_name) {
            (Some(id), _) => state.zones.get(id),
            (None, Some(name)) => state.zones.0.iter().find(|zone| zone.name == *name),
            (None, None) => state.zones.of_hostname(&self.hostname),
        };
        zone.ok_or_else(|| {
            NO_SUCH_ZONE.saying(format!("Could not find a zone for '{}'.", self.hostname))
        })
    }
}

/// What a client agrees to (cli.js:167142).
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
struct Overrides {
    /// Taking a domain from another Worker.
    override_existing_origin: bool,
    /// Overwriting DNS records.
    override_existing_dns_record: bool,
}

/// The records of a hostname that are no custom domain's.
fn others<'a>(zone: &'a Zone, hostname: &'a str) -> impl Iterator<Item = &'a DnsRecord> {
    let is_address = |kind: &str| matches!(kind, "A" | "AAAA" | "CNAME");
    zone.dns.iter().filter(move |record| {
        record.name == hostname && record.worker.is_none() && is_address(&record.kind)
    })
}

/// Says what a list of hostnames would change. Changes nothing.
async fn changeset(
    Of(sandbox): Of<Shared>,
    Path((_, name)): OfScript,
    query: Query,
    Json(origins): Json<Vec<Origin>>,
) -> Reply {
    let state = sandbox.state();
    script(&state, &name)?;
    let (mut added, mut updated, mut conflicting) = (vec![], vec![], vec![]);
    for origin in &origins {
        let zone = origin.zone(&state)?;
        let domain = state.workers.domains.iter().find(|one| one.hostname == origin.hostname);
        if let Some(domain) = domain {
            let mut update = shown(&state, domain);
            update["modified"] = json!(domain.service != name);
            updated.push(update);
            continue;
        }
        let new = json!({
            "hostname": origin.hostname, "service": name, "environment": "production",
            "zone_id": zone.id, "zone_name": zone.name,
        });
        if others(zone, &origin.hostname).next().is_some() {
            conflicting.push(new.clone());
        }
        added.push(new);
    }
    let is_dropped = |domain: &&Domain| {
        domain.service == name && !origins.iter().any(|one| one.hostname == domain.hostname)
    };
    let dropped = state.workers.domains.iter().filter(is_dropped);
    let removed: Vec<_> = match query.is_set("replace_state") {
        true => dropped.map(|domain| shown(&state, domain)).collect(),
        false => Vec::new(),
    };
    ok(json!({
        "added": added, "removed": removed, "updated": updated, "conflicting": conflicting,
    }))
}

#[derive(Deserialize)]
struct Replacement {
    #[serde(flatten)]
    overrides: Overrides,
    origins: Vec<Origin>,
}

/// Makes the hostnames the Worker's, and no others: one that is left out loses its domain and its
/// DNS record (kentcdodds/kody#1015).
async fn replace(
    Of(sandbox): Of<Shared>,
    Path((_, name)): OfScript,
    Json(Replacement { overrides, origins }): Json<Replacement>,
) -> Reply {
    sandbox.store.change(|state| {
        script(state, &name)?;
        let is_dropped = |domain: &Domain| {
            domain.service == name && !origins.iter().any(|one| one.hostname == domain.hostname)
        };
        let dropped: Vec<_> =
            state.workers.domains.iter().filter(|one| is_dropped(one)).cloned().collect();
        dropped.iter().for_each(|domain| remove(state, domain));
        let mut domains = Vec::new();
        for origin in &origins {
            domains.push(put(&sandbox, state, &name, origin, overrides)?);
        }
        ok(domains.iter().map(|domain| shown(state, domain)).collect::<Vec<_>>())
    })
}

/// Gives a hostname to a Worker.
fn put(
    sandbox: &Sandbox,
    state: &mut State,
    worker: &str,
    origin: &Origin,
    overrides: Overrides,
) -> Result<Domain, ApiError> {
    let zone = origin.zone(state)?.id.clone();
    let at = state.workers.domains.iter().position(|domain| domain.hostname == origin.hostname);
    let domain = match at {
        Some(at) => {
            let domain = &mut state.workers.domains[at];
            if domain.service != worker && !overrides.override_existing_origin {
                return Err(DOMAIN_TAKEN.into());
            }
            worker.clone_into(&mut domain.service);
            domain.clone()
        }
        None => {
            let domain = Domain {
                id: sandbox.source.id(),
                hostname: origin.hostname.clone(),
                service: worker.to_owned(),
                zone_id: zone.clone(),
                cert_id: sandbox.source.uuid(),
            };
            state.workers.domains.push(domain.clone());
            domain
        }
    };
    let zone = state.zones.get_mut(&zone).ok_or(NO_SUCH_ZONE)?;
    let conflicts: Vec<_> = others(zone, &origin.hostname).collect();
    // A record of another product stays, whatever the client agrees to (workers-sdk#9878).
    let is_managed = conflicts.iter().any(|record| record.read_only);
    if is_managed || !conflicts.is_empty() && !overrides.override_existing_dns_record {
        return Err(DNS_CONFLICT.saying(format!(
            "Hostname '{}' already has externally managed DNS records (A, CNAME, etc). Either \
             delete them, try a different hostname, or use the option \
             'override_existing_dns_record' to override.",
            origin.hostname
        )));
    }
    let gone: Vec<_> = conflicts.iter().map(|record| record.id.clone()).collect();
    zone.dns.retain(|record| {
        let is_old = record.worker.is_some() && record.name == origin.hostname;
        !is_old && !gone.contains(&record.id)
    });
    let (id, now) = (sandbox.source.id(), sandbox.source.now());
    zone.dns.push(DnsRecord::of_worker(id, &origin.hostname, worker, &now));
    Ok(domain)
}

fn remove(state: &mut State, domain: &Domain) {
    state.workers.domains.retain(|one| one.id != domain.id);
    if let Some(zone) = state.zones.get_mut(&domain.zone_id) {
        zone.dns.retain(|record| record.worker.is_none() || record.name != domain.hostname);
    }
}

#[derive(Deserialize)]
struct Attachment {
    service: String,
    #[serde(flatten)]
    origin: Origin,
    #[serde(flatten)]
    overrides: Overrides,
}

/// Attaches one hostname, and touches no other. Takes it from another Worker without asking, as the
/// documentation of the endpoint says ("Attaches a domain that routes traffic to a Worker").
async fn attach(Of(sandbox): Of<Shared>, Json(attachment): Json<Attachment>) -> Reply {
    let Attachment { service, origin, mut overrides } = attachment;
    overrides.override_existing_origin = true;
    sandbox.store.change(|state| {
        script(state, &service)?;
        let domain = put(&sandbox, state, &service, &origin, overrides)?;
        ok(shown(state, &domain))
    })
}

async fn detach(Of(sandbox): Of<Shared>, Path((_, id)): Path<(String, String)>) -> Reply {
    sandbox.store.change(|state| {
        let domain = state.workers.domains.iter().find(|domain| domain.id == id);
        let domain = domain.ok_or(NO_SUCH_DOMAIN)?.clone();
        remove(state, &domain);
        ok(Value::Null)
    })
}
