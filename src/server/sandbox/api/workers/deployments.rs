//! `workers/scripts/:name/deployments`: which versions serve.

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::{Path, State as Of};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Agent, OfScript, script, script_mut, shown};
use crate::server::sandbox::Shared;
use crate::server::sandbox::api::route::Routes;
use crate::server::sandbox::auth::Permission;
use crate::server::sandbox::body::Json;
use crate::server::sandbox::envelope::{ApiError, Reply, ok};
use crate::server::sandbox::errors::{
    DEPLOYMENT_SERVES, INVALID_DEPLOYMENT, NO_SUCH_DEPLOYMENT, NO_SUCH_VERSION, OBJECTS_CHANGED,
    SECRETS_CHANGED, VERSION_TOO_OLD,
};
use crate::server::sandbox::paging::{Page, PerPage, Query};
use crate::server::sandbox::state::State;
use crate::server::sandbox::state::workers::{
    Binding, Deployment, Script, Share, Version, annotations,
};
use crate::server::sandbox::upload::check_resources;

const DEPLOYMENTS: &str = "/accounts/{account_id}/workers/scripts/{script_name}/deployments";
const DEPLOYMENT: &str =
    "/accounts/{account_id}/workers/scripts/{script_name}/deployments/{deployment_id}";

/// How many versions may share the traffic: <https://developers.cloudflare.com/workers/configuration/versions-and-deployments/gradual-deployments/>.
const MAX_VERSIONS: usize = 2;

pub(super) fn routes() -> Router<Shared> {
    Routes::default()
        .get(DEPLOYMENTS, Permission::WORKERS_READ, deployments)
        .post(DEPLOYMENTS, Permission::WORKERS_WRITE, deploy)
        .get(DEPLOYMENT, Permission::WORKERS_READ, deployment)
        .delete(DEPLOYMENT, Permission::WORKERS_WRITE, delete)
        .into()
}

async fn deployments(Of(sandbox): Of<Shared>, Path((_, name)): OfScript, query: Query) -> Reply {
    let state = sandbox.state();
    let newest = script(&state, &name)?.deployments.iter().rev();
    let page = Page::of(newest, &query, PerPage { default: 10, max: 100 });
    let shown = page.items.iter().map(|one| shown::deployment(&state, one));
    Ok(ok(json!({ "deployments": shown.collect::<Vec<_>>() }))?.info(page.info()))
}

#[derive(Deserialize)]
struct Wanted {
    versions: Vec<Share>,
    #[serde(default)]
    annotations: BTreeMap<String, Option<String>>,
}

async fn deploy(
    Of(sandbox): Of<Shared>,
    Path((_, name)): OfScript,
    query: Query,
    Agent(source): Agent,
    Json(wanted): Json<Wanted>,
) -> Reply {
    sandbox.store.change(|state| {
        let versions = check(script(state, &name)?, &wanted.versions)?;
        check_way_back(state, &name, &versions, query.is_set("force"))?;
        let script = script_mut(state, &name)?;
        let mut annotations = annotations(wanted.annotations);
        annotations.insert("workers/triggered_by".into(), "deployment".into());
        let deployment = Deployment {
            id: sandbox.source.uuid(),
            created_on: sandbox.source.now(),
            source: source.to_owned(),
            annotations,
            versions: wanted.versions,
        };
        script.modified_on.clone_from(&deployment.created_on);
        script.deployments.push(deployment.clone());
        ok(shown::deployment(state, &deployment))
    })
}

/// The versions that a deployment names, if it is one.
fn check<'a>(script: &'a Script, shares: &[Share]) -> Result<Vec<&'a Version>, ApiError> {
    let sum: f64 = shares.iter().map(|share| share.percentage).sum();
    let is_whole = (sum - 100.0).abs() < 0.001
        && shares.iter().all(|share| (0.0..=100.0).contains(&share.percentage));
    let names_one_twice = shares.len() == 2 && shares[0].version_id == shares[1].version_id;
    if !is_whole || shares.len() > MAX_VERSIONS || names_one_twice {
        return Err(INVALID_DEPLOYMENT.into());
    }
    let found = shares.iter().map(|share| script.version(&share.version_id));
    found.collect::<Option<Vec<_>>>().ok_or_else(|| NO_SUCH_VERSION.into())
}

/// Whether versions that do not serve now can do so again. What is in the way of a rollback:
/// <https://developers.cloudflare.com/workers/configuration/versions-and-deployments/rollbacks/#limits>.
/// Only changed secrets give way to `force`.
fn check_way_back(
    state: &State,
    name: &str,
    wanted: &[&Version],
    force: bool,
) -> Result<(), ApiError> {
    let script = script(state, name)?;
    let serves = |version: &Version| script.serving().any(|(one, _)| one.id == version.id);
    let newest = script.serving().map(|(version, _)| version).max_by_key(|version| version.number);
    for version in wanted.iter().filter(|version| !serves(version)) {
        if !script.deployable().any(|one| one.id == version.id) {
            return Err(VERSION_TOO_OLD.into());
        }
        if version.migration_tag != script.migration_tag {
            return Err(OBJECTS_CHANGED.into());
        }
        check_resources(state, name, &state.workers.namespaces, &mut version.bindings.clone())?;
        let newer = newest.filter(|newest| version.number < newest.number);
        if !force && newer.is_some_and(|newest| secrets(version) != secrets(newest)) {
            return Err(SECRETS_CHANGED.into());
        }
    }
    Ok(())
}

fn secrets(version: &Version) -> BTreeMap<&str, &Binding> {
    version.secrets().map(|secret| (&*secret.name, secret)).collect()
}

async fn deployment(
    Of(sandbox): Of<Shared>,
    Path((_, name, id)): Path<(String, String, String)>,
) -> Reply {
    let state = sandbox.state();
    let mut found = script(&state, &name)?.deployments.iter();
    let found = found.find(|deployment| deployment.id == id).ok_or(NO_SUCH_DEPLOYMENT)?;
    ok(shown::deployment(&state, found))
}

async fn delete(
    Of(sandbox): Of<Shared>,
    Path((_, name, id)): Path<(String, String, String)>,
) -> Reply {
    sandbox.store.change(|state| {
        let script = script_mut(state, &name)?;
        let at = script.deployments.iter().position(|deployment| deployment.id == id);
        let at = at.ok_or(NO_SUCH_DEPLOYMENT)?;
        if at + 1 == script.deployments.len() {
            return Err(DEPLOYMENT_SERVES.into());
        }
        script.deployments.remove(at);
        ok(Value::Null)
    })
}
