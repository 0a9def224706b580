//! Whether an account has what an environment needs.

use super::State;
use crate::core::config::wrangler::Binding;
use crate::core::config::wrangler::routes::Route;
use crate::core::config::zones::{is_foreign, records_of, zone_of};
use crate::core::model::Value;
use crate::core::model::account::{Account, Seen};

/// What was seen of something decides, where it was seen.
fn state<T>(seen: &Seen<T>, is_there: impl FnOnce(&T) -> bool) -> State {
    match seen.known().map(is_there) {
        None => State::Unknown,
        Some(true) => State::Present,
        Some(false) => State::Missing,
    }
}

/// What a binding is bound to.
pub(super) fn target(account: &Account, binding: &Binding<'_>) -> State {
    let Some(id) = binding.id else { return State::Missing };
    match binding.kind {
        "d1_databases" => state(&account.d1_databases, |all| {
            all.iter().any(|one| one.id.eq_ignore_ascii_case(id))
        }),
        "dispatch_namespaces" => {
            state(&account.dispatch_namespaces, |all| all.iter().any(|one| one.name == id))
        }
        "hyperdrive" => {
            state(&account.hyperdrive, |all| all.iter().any(|one| one.id.eq_ignore_ascii_case(id)))
        }
        "kv_namespaces" => state(&account.kv_namespaces, |all| {
            all.iter().any(|one| one.id.eq_ignore_ascii_case(id))
        }),
        "mtls_certificates" => state(&account.mtls_certificates, |all| {
            all.iter().any(|one| one.id.eq_ignore_ascii_case(id))
        }),
        "pipelines" => state(&account.pipelines, |all| {
            all.iter().any(|one| one.name == id || one.id.eq_ignore_ascii_case(id))
        }),
        "queues" => queue(account, id),
        "r2_buckets" => bucket(account, binding, id),
        "secrets_store_secrets" => stored_secret(account, binding, id),
        "services" => worker(account, id),
        "vectorize" => state(&account.vectorize, |all| all.iter().any(|one| one.name == id)),
        _ => State::Unknown,
    }
}

/// A D1 database, by its name.
pub(super) fn database(account: &Account, name: &str) -> State {
    state(&account.d1_databases, |all| all.iter().any(|one| one.name == name))
}

/// A Worker.
pub(super) fn worker(account: &Account, name: &str) -> State {
    state(&account.workers, |all| all.contains_key(name))
}

/// A Pages project.
pub(super) fn pages_project(account: &Account, name: &str) -> State {
    state(&account.pages_projects, |all| all.iter().any(|one| one.name == name))
}

/// A queue.
pub(super) fn queue(account: &Account, name: &str) -> State {
    state(&account.queues, |all| all.iter().any(|one| one.name == name))
}

/// A secret of a Worker. One that is not live yet has none.
pub(super) fn secret(account: &Account, worker: &str, name: &str) -> State {
    let Some(workers) = account.workers.known() else { return State::Unknown };
    let Some(live) = workers.get(worker) else { return State::Missing };
    state(&live.settings, |settings| {
        settings.bindings.iter().any(|binding| binding.is_secret() && binding.name == name)
    })
}

/// The zone of a route or custom domain.
pub(super) fn zone(account: &Account, route: &Route<'_>) -> State {
    state(&account.zones, |_| {
        zone_of(route, account).is_some_and(|zone| !is_foreign(zone, account))
    })
}

/// A DNS record for the host of a route. `None` where the host is a wildcard, or its zone is not
/// there.
pub(super) fn record(account: &Account, route: &Route<'_>) -> Option<State> {
    let zone = zone_of(route, account)?;
    match zone.dns {
        Seen::Known(_) => match records_of(route, zone)?.is_empty() {
            true => Some(State::Missing),
            false => Some(State::Present),
        },
        _ => Some(State::Unknown),
    }
}

/// The account's part of workers.dev addresses. `None` where nobody looked.
pub(super) fn subdomain(account: &Account) -> Option<State> {
    let asked = !account.subdomain.is_not_asked();
    asked.then(|| state(&account.subdomain, |subdomain| subdomain.name.is_some()))
}

/// The jurisdiction that R2 has buckets in where a binding names none.
const DEFAULT_JURISDICTION: &str = "default";

fn bucket(account: &Account, binding: &Binding<'_>, name: &str) -> State {
    let Some(r2) = account.r2.known() else { return State::Unknown };
    let wanted = binding.value.get("jurisdiction").and_then(Value::as_str);
    match r2.buckets.get(wanted.unwrap_or(DEFAULT_JURISDICTION)) {
        _ if !r2.enabled => State::Missing,
        Some(buckets) => state(buckets, |names| names.iter().any(|known| known == name)),
        None => State::Unknown,
    }
}

fn stored_secret(account: &Account, binding: &Binding<'_>, name: &str) -> State {
    let Some(stores) = account.secrets_stores.known() else { return State::Unknown };
    let id = binding.value.get("store_id").and_then(Value::as_str).unwrap_or_default();
    match stores.iter().find(|store| store.id.eq_ignore_ascii_case(id)) {
        Some(store) => state(&store.secrets, |names| names.iter().any(|known| known == name)),
        None => State::Missing,
    }
}
