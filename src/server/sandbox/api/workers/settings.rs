//! Settings: those of the newest version, and those of the Worker that no version has.

use axum::Router;
use axum::extract::{Path, Request, State as Of};
use axum::http::header;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Agent, OfScript, all_of_it, script, script_mut, shown};
use crate::server::sandbox::Shared;
use crate::server::sandbox::api::route::Routes;
use crate::server::sandbox::auth::Permission;
use crate::server::sandbox::body::Json;
use crate::server::sandbox::envelope::{ApiError, Reply, ok};
use crate::server::sandbox::errors::{
    INVALID_UPLOAD, MALFORMED_JSON, NO_VERSIONS, SETTINGS_NOT_DEPLOYED,
};
use crate::server::sandbox::state::workers::{Binding, Script, Version};
use crate::server::sandbox::upload::check_names;

const SETTINGS: &str = "/accounts/{account_id}/workers/scripts/{script_name}/settings";
const SCRIPT_SETTINGS: &str =
    "/accounts/{account_id}/workers/scripts/{script_name}/script-settings";

pub(super) fn routes() -> Router<Shared> {
    Routes::default()
        .get(SETTINGS, Permission::WORKERS_READ, settings)
        .patch(SETTINGS, Permission::WORKERS_WRITE, change_settings)
        .get(SCRIPT_SETTINGS, Permission::WORKERS_READ, script_settings)
        .patch(SCRIPT_SETTINGS, Permission::WORKERS_WRITE, change_script_settings)
        .into()
}

async fn settings(Of(sandbox): Of<Shared>, Path((_, name)): OfScript) -> Reply {
    let state = sandbox.state();
    let script = script(&state, &name)?;
    let latest = script.latest().ok_or(NO_VERSIONS)?;
    ok(of_version(script, latest))
}

fn of_version(script: &Script, version: &Version) -> Value {
    let mut shown = of_script(script);
    shown["bindings"] = json!(shown::bindings(version));
    shown["compatibility_date"] = json!(version.compatibility_date);
    shown["compatibility_flags"] = json!(version.compatibility_flags);
    shown["usage_model"] = json!("standard");
    shown["annotations"] = json!(version.annotations);
    for (field, value) in [("limits", &version.limits), ("placement", &version.placement)] {
        if let Some(value) = value {
            shown[field] = value.clone();
        }
    }
    shown
}

fn of_script(script: &Script) -> Value {
    let mut shown = json!({
        "logpush": script.logpush, "tags": script.tags, "tail_consumers": script.tail_consumers,
    });
    if let Some(observability) = &script.observability {
        shown["observability"] = observability.clone();
    }
    shown
}

/// Settings of a version: they make a new one, which serves at once.
#[derive(Deserialize)]
struct VersionChange {
    bindings: Option<Vec<Binding>>,
    compatibility_date: Option<String>,
    compatibility_flags: Option<Vec<String>>,
    limits: Option<Value>,
    placement: Option<Value>,
    #[serde(flatten)]
    script: ScriptChange,
}

async fn change_settings(
    Of(sandbox): Of<Shared>,
    Path((_, name)): OfScript,
    Agent(source): Agent,
    request: Request,
) -> Reply {
    let change = part_settings(request).await?;
    sandbox.store.change(|state| {
        let script = script_mut(state, &name)?;
        if !script.serves_latest() {
            return Err(SETTINGS_NOT_DEPLOYED.into());
        }
        let mut version = script.latest().ok_or(NO_VERSIONS)?.clone();
        version.id = sandbox.source.uuid();
        version.created_on = sandbox.source.now();
        source.clone_into(&mut version.source);
        if let Some(bindings) = change.bindings {
            version.bindings = inherited(&version, bindings)?;
        }
        version.compatibility_date = change.compatibility_date.or(version.compatibility_date);
        version.compatibility_flags =
            change.compatibility_flags.unwrap_or(version.compatibility_flags);
        version.limits = change.limits.or(version.limits);
        version.placement = change.placement.or(version.placement);
        change.script.apply(script);
        let id = script.add(version).id.clone();
        script.deployments.push(all_of_it(&sandbox, &id, source, "settings"));
        let latest = script.latest().ok_or(NO_VERSIONS)?;
        ok(of_version(script, latest))
    })
}

/// The bindings that are sent are all that there will be; those that inherit stay as they are.
fn inherited(version: &Version, sent: Vec<Binding>) -> Result<Vec<Binding>, ApiError> {
    let bindings: Vec<_> = sent
        .into_iter()
        .filter_map(|binding| match &*binding.kind {
            "inherit" => version.binding(&binding.name).cloned(),
            _ => Some(binding),
        })
        .collect();
    check_names(&bindings)?;
    Ok(bindings)
}

/// The change is JSON in the part `settings` of a form, or the body itself.
async fn part_settings(request: Request) -> Result<VersionChange, ApiError> {
    use axum::extract::{FromRequest as _, Multipart};
    let content_type = request.headers().get(header::CONTENT_TYPE);
    let is_form = content_type.is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/"));
    if !is_form {
        return Ok(Json::from_request(request, &()).await?.0);
    }
    let broken = |text: String| INVALID_UPLOAD.saying(format!("Could not parse form: {text}"));
    let mut form =
        Multipart::from_request(request, &()).await.map_err(|error| broken(error.body_text()))?;
    while let Some(field) = form.next_field().await.map_err(|error| broken(error.body_text()))? {
        if field.name() == Some("settings") {
            let bytes = field.bytes().await.map_err(|error| broken(error.body_text()))?;
            return serde_json::from_slice(&bytes).map_err(|_| MALFORMED_JSON.into());
        }
    }
    Err(broken("there is no part \"settings\"".into()))
}

async fn script_settings(Of(sandbox): Of<Shared>, Path((_, name)): OfScript) -> Reply {
    ok(of_script(script(&sandbox.state(), &name)?))
}

/// Settings that no version has.
#[derive(Deserialize)]
struct ScriptChange {
    logpush: Option<bool>,
    observability: Option<Map<String, Value>>,
    tags: Option<Vec<String>>,
    tail_consumers: Option<Vec<Value>>,
}

impl ScriptChange {
    fn apply(self, script: &mut Script) {
        script.logpush = self.logpush.unwrap_or(script.logpush);
        if let Some(observability) = self.observability {
            script.observability = Some(observability.into());
        }
        script.tags = self.tags.unwrap_or(std::mem::take(&mut script.tags));
        if let Some(consumers) = self.tail_consumers {
            script.tail_consumers = consumers;
        }
    }
}

async fn change_script_settings(
    Of(sandbox): Of<Shared>,
    Path((_, name)): OfScript,
    Json(change): Json<ScriptChange>,
) -> Reply {
    sandbox.store.change(|state| {
        let script = script_mut(state, &name)?;
        change.apply(script);
        ok(of_script(script))
    })
}
