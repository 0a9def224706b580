//! `workers/scripts/:name/versions`: uploads that somebody deploys later.

use axum::Router;
use axum::extract::{Path, State as Of};
use serde_json::json;

use super::{Agent, OfScript, script, script_mut, shown};
use crate::server::sandbox::Shared;
use crate::server::sandbox::api::route::Routes;
use crate::server::sandbox::auth::Permission;
use crate::server::sandbox::envelope::{Reply, ok};
use crate::server::sandbox::errors::NO_SUCH_VERSION;
use crate::server::sandbox::paging::{Page, PerPage, Query};
use crate::server::sandbox::upload::{Form, Inherit, Purpose, candidate, check_start};

const VERSIONS: &str = "/accounts/{account_id}/workers/scripts/{script_name}/versions";

pub(super) fn routes() -> Router<Shared> {
    Routes::default()
        .get(VERSIONS, Permission::WORKERS_READ, versions)
        .post(VERSIONS, Permission::WORKERS_WRITE, upload)
        .get(
            "/accounts/{account_id}/workers/scripts/{script_name}/versions/{version_id}",
            Permission::WORKERS_READ,
            version,
        )
        .into()
}

async fn versions(Of(sandbox): Of<Shared>, Path((_, name)): OfScript, query: Query) -> Reply {
    let state = sandbox.state();
    let script = script(&state, &name)?;
    // With what it is made of: the description has less, and `wrangler versions secret list` reads
    // the bindings here (cli.js:358374, cli.js:171086).
    let shown = |version| shown::version(&state, script, version);
    // What is deployable comes in one piece, whatever page is asked for.
    if query.is_set("deployable") {
        return ok(json!({ "items": script.deployable().map(shown).collect::<Vec<_>>() }));
    }
    let newest = script.versions.iter().rev().map(shown);
    let page = Page::of(newest, &query, PerPage { default: 10, max: 100 });
    Ok(ok(json!({ "items": page.items }))?.info(page.info()))
}

async fn upload(
    Of(sandbox): Of<Shared>,
    Path((_, name)): OfScript,
    query: Query,
    Agent(source): Agent,
    form: Form,
) -> Reply {
    let state = sandbox.state();
    script(&state, &name)?;
    let inherit = Inherit::of(query.get("bindings_inherit"));
    let modules = form.keep(&sandbox.store)?;
    let purpose = Purpose::Version;
    let mut version = candidate(&sandbox, &state, &name, &form, modules, purpose, inherit)?.version;
    source.clone_into(&mut version.source);
    version.annotations.entry("workers/triggered_by".into()).or_insert("version_upload".into());
    version.startup_time_ms = check_start(&sandbox, &name, &version).await?;
    sandbox.store.change(|state| {
        let script = script_mut(state, &name)?;
        source.clone_into(&mut script.last_deployed_from);
        let id = script.add(version).id.clone();
        let script = super::script(state, &name)?;
        let version = script.version(&id).ok_or(NO_SUCH_VERSION)?;
        ok(shown::version(state, script, version))
    })
}

async fn version(
    Of(sandbox): Of<Shared>,
    Path((_, name, id)): Path<(String, String, String)>,
) -> Reply {
    let state = sandbox.state();
    let script = script(&state, &name)?;
    let version = script.version(&id).ok_or(NO_SUCH_VERSION)?;
    ok(shown::version(&state, script, version))
}
