//! Routes: the patterns of a zone whose requests go to a Worker.

use axum::Router;
use axum::extract::{Path, State as Of};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{OfScript, script};
use crate::server::sandbox::Shared;
use crate::server::sandbox::api::route::Routes;
use crate::server::sandbox::auth::{Caller, Permission};
use crate::server::sandbox::body::Json;
use crate::server::sandbox::envelope::{ApiError, Reply, ok};
use crate::server::sandbox::errors::{
    DUPLICATE_ROUTE, INVALID_ROUTE, NO_SUCH_ROUTE, NO_SUCH_WORKER, NO_SUCH_ZONE, NOT_ALLOWED,
};
use crate::server::sandbox::paging::{PerPage, Query, list};
use crate::server::sandbox::state::State;
use crate::server::sandbox::state::zones::{Route, Zone};

const ROUTES: &str = "/zones/{zone_id}/workers/routes";
const ROUTE: &str = "/zones/{zone_id}/workers/routes/{route_id}";

pub(super) fn routes() -> Router<Shared> {
    Routes::default()
        .get(ROUTES, Permission::ROUTES_READ, of_zone)
        .post(ROUTES, Permission::ROUTES_WRITE, create)
        .get(ROUTE, Permission::ROUTES_READ, route)
        .put(ROUTE, Permission::ROUTES_WRITE, update)
        .delete(ROUTE, Permission::ROUTES_WRITE, delete)
        .put(
            "/accounts/{account_id}/workers/scripts/{script_name}/routes",
            Permission::ROUTES_WRITE,
            replace,
        )
        .into()
}

/// A route that is asked for.
#[derive(Debug, Deserialize)]
struct Wanted {
    pattern: String,
    #[serde(default)]
    script: Option<String>,
    #[serde(default)]
    zone_id: Option<String>,
    #[serde(default)]
    zone_name: Option<String>,
}

/// The host of a pattern, without its wildcard: `*.example.com/a/*` gives `example.com`. A wildcard
/// stands at the beginning of the host or at the end of the path and nowhere else, and there is no
/// query: <https://developers.cloudflare.com/workers/configuration/routing/routes/#matching-behavior>.
fn host(pattern: &str) -> Option<&str> {
    let rest = pattern.strip_prefix("https://").or_else(|| pattern.strip_prefix("http://"));
    let rest = rest.unwrap_or(pattern);
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = host.strip_prefix("*.").or_else(|| host.strip_prefix('*')).unwrap_or(host);
    let path = path.strip_suffix('*').unwrap_or(path);
    let is_host = !host.is_empty() && !host.contains(['*', '?', ':', ' ']);
    (is_host && !path.contains(['*', '?'])).then_some(host)
}

async fn of_zone(Of(sandbox): Of<Shared>, Path(zone): Path<String>, query: Query) -> Reply {
    let state = sandbox.state();
    list(&zone_of(&state, &zone)?.routes, &query, PerPage::ALL)
}

fn zone_of<'a>(state: &'a State, id: &str) -> Result<&'a Zone, ApiError> {
    state.zones.get(id).ok_or_else(|| NO_SUCH_ZONE.into())
}

fn zone_mut<'a>(state: &'a mut State, id: &str) -> Result<&'a mut Zone, ApiError> {
    state.zones.get_mut(id).ok_or_else(|| NO_SUCH_ZONE.into())
}

async fn route(Of(sandbox): Of<Shared>, Path((zone, id)): Path<(String, String)>) -> Reply {
    let state = sandbox.state();
    let route = zone_of(&state, &zone)?.routes.iter().find(|route| route.id == id);
    ok(route.ok_or(NO_SUCH_ROUTE)?)
}

async fn create(
    Of(sandbox): Of<Shared>,
    Path(zone): Path<String>,
    Json(wanted): Json<Wanted>,
) -> Reply {
    sandbox.store.change(|state| {
        check(state, &zone, &wanted, None)?;
        let route =
            Route { id: sandbox.source.id(), pattern: wanted.pattern, script: wanted.script };
        zone_mut(state, &zone)?.routes.push(route.clone());
        ok(route)
    })
}

async fn update(
    Of(sandbox): Of<Shared>,
    Path((zone, id)): Path<(String, String)>,
    Json(wanted): Json<Wanted>,
) -> Reply {
    sandbox.store.change(|state| {
        check(state, &zone, &wanted, Some(&id))?;
        let mut routes = zone_mut(state, &zone)?.routes.iter_mut();
        let route = routes.find(|route| route.id == id).ok_or(NO_SUCH_ROUTE)?;
        (route.pattern, route.script) = (wanted.pattern, wanted.script);
        ok(route)
    })
}

async fn delete(Of(sandbox): Of<Shared>, Path((zone, id)): Path<(String, String)>) -> Reply {
    sandbox.store.change(|state| {
        let routes = &mut zone_mut(state, &zone)?.routes;
        let at = routes.iter().position(|route| route.id == id).ok_or(NO_SUCH_ROUTE)?;
        routes.remove(at);
        ok(json!({ "id": id }))
    })
}

/// Whether a zone can have a route; `but` is the one that is changed.
fn check(state: &State, zone: &str, wanted: &Wanted, but: Option<&str>) -> Result<(), ApiError> {
    let zone = zone_of(state, zone)?;
    let host = host(&wanted.pattern).ok_or(INVALID_ROUTE)?;
    if !is_within(host, &zone.name) {
        return Err(INVALID_ROUTE.into());
    }
    if wanted.script.as_ref().is_some_and(|name| !state.workers.scripts.contains_key(name)) {
        return Err(NO_SUCH_WORKER.into());
    }
    let is_taken = |route: &Route| route.pattern == wanted.pattern && Some(&*route.id) != but;
    if zone.routes.iter().any(is_taken) { Err(DUPLICATE_ROUTE.into()) } else { Ok(()) }
}

fn is_within(host: &str, zone: &str) -> bool {
    host.strip_suffix(zone).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Makes the routes the Worker's, and no others, in every zone. A token that does not see every
/// zone may not: Wrangler goes on zone by zone then (cli.js:166984).
async fn replace(
    Of(sandbox): Of<Shared>,
    Path((_, name)): OfScript,
    Caller(token): Caller,
    Json(wanted): Json<Vec<Wanted>>,
) -> Reply {
    if token.zones.is_some() {
        return Err(NOT_ALLOWED.into());
    }
    sandbox.store.change(|state| {
        script(state, &name)?;
        let mut placed = Vec::new();
        for route in wanted {
            let zone = zone_of_pattern(state, &route)?.clone();
            let owner = zone.routes.iter().find(|one| one.pattern == route.pattern);
            match owner.map(|one| one.script.as_deref()) {
                Some(other) if other != Some(&*name) => return Err(DUPLICATE_ROUTE.into()),
                _ => {}
            }
            placed.push((zone.id, route.pattern));
        }
        let is_kept = |zone: &str, route: &Route| {
            route.script.as_deref() != Some(&*name)
                || placed.iter().any(|(id, pattern)| id == zone && *pattern == route.pattern)
        };
        for zone in &mut state.zones.0 {
            let id = zone.id.clone();
            zone.routes.retain(|route| is_kept(&id, route));
        }
        let mut shown: Vec<Value> = Vec::new();
        for (id, pattern) in placed {
            let zone = zone_mut(state, &id)?;
            let is_there = zone.routes.iter().any(|route| route.pattern == pattern);
            if !is_there {
                let id = sandbox.source.id();
                let script = Some(name.clone());
                zone.routes.push(Route { id, pattern: pattern.clone(), script });
            }
            shown.push(json!({ "pattern": pattern, "zone_id": id, "script": name }));
        }
        ok(shown)
    })
}

fn zone_of_pattern<'a>(state: &'a State, wanted: &Wanted) -> Result<&'a Zone, ApiError> {
    let host = host(&wanted.pattern).ok_or(INVALID_ROUTE)?;
    let zone = match (&wanted.zone_id, &wanted.zone_name) {
        (Some(id), _) => state.zones.get(id),
        (None, Some(name)) => state.zones.0.iter().find(|zone| zone.name == *name),
        (None, None) => state.zones.of_hostname(host),
    };
    let zone = zone.ok_or_else(|| {
        NO_SUCH_ZONE.saying(format!("Could not find a zone for '{}'.", wanted.pattern))
    })?;
    if is_within(host, &zone.name) { Ok(zone) } else { Err(INVALID_ROUTE.into()) }
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn a_pattern_has_a_host() {
        assert_eq!(host("example.com/*"), Some("example.com"));
        assert_eq!(host("https://*.example.com/a/*"), Some("example.com"));
        assert_eq!(host("*example.com"), Some("example.com"));
        for invalid in ["", "*/", "a.*.com/*", "example.com/*/a", "example.com/a?b=*"] {
            assert_eq!(host(invalid), None, "{invalid}");
        }
    }
}
