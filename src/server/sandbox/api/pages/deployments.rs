//! Deployments of a project.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest as _, Multipart, Path, Request, State as Of};
use axum::http::header;
use serde_json::{Value, json};

use super::{OfProject, PER_PAGE, READ, WRITE, project, project_mut, shown};
use crate::server::sandbox::api::route::Routes;
use crate::server::sandbox::envelope::{ApiError, Reply, ok};
use crate::server::sandbox::errors::products::{
    DEPLOYMENT_IN_USE, INVALID_PAGES_REQUEST, NO_SUCH_PAGES_DEPLOYMENT,
};
use crate::server::sandbox::paging::{Query, list as page};
use crate::server::sandbox::state::State;
use crate::server::sandbox::state::pages::{PagesDeployment, PagesWorker};
use crate::server::sandbox::store::Store;
use crate::server::sandbox::upload::{Form, Metadata};
use crate::server::sandbox::{Sandbox, Shared};

/// Account, project and deployment.
type OfDeployment = Path<(String, String, String)>;

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/accounts/{account_id}/pages/projects/{project_name}/deployments", READ, list)
        .post("/accounts/{account_id}/pages/projects/{project_name}/deployments", WRITE, create)
        .get(
            "/accounts/{account_id}/pages/projects/{project_name}/deployments/{deployment_id}",
            READ,
            get,
        )
        .delete(
            "/accounts/{account_id}/pages/projects/{project_name}/deployments/{deployment_id}",
            WRITE,
            delete,
        )
        .get(
            "/accounts/{account_id}/pages/projects/{project_name}/deployments/{deployment_id}/history/logs",
            READ,
            logs,
        )
        .post(
            "/accounts/{account_id}/pages/projects/{project_name}/deployments/{deployment_id}/rollback",
            WRITE,
            roll_back,
        )
}

/// A deployment as it is shown.
fn find(state: &State, name: &str, id: &str) -> Result<Value, ApiError> {
    let project = project(state, name)?;
    let found = project.deployment(id).ok_or(NO_SUCH_PAGES_DEPLOYMENT)?;
    Ok(shown::deployment(project, found))
}

async fn list(Of(sandbox): Of<Shared>, Path((_, name)): OfProject, query: Query) -> Reply {
    let state = sandbox.state();
    let project = project(&state, &name)?;
    let environment = query.get("env");
    let newest_first = project.deployments.iter().rev();
    let wanted = newest_first
        .filter(|one| environment.is_none_or(|environment| one.environment == environment));
    page(wanted.map(|one| shown::deployment(project, one)), &query, PER_PAGE)
}

async fn create(Of(sandbox): Of<Shared>, Path((_, name)): OfProject, form: Multipart) -> Reply {
    let mut deployment = read(&sandbox, form).await?;
    deployment.id = sandbox.source.uuid();
    deployment.created_on = sandbox.source.now();
    let id = deployment.id.clone();
    sandbox.store.change(|state| {
        let missing = deployment.manifest.iter();
        let mut missing = missing.filter(|(_, hash)| !state.pages.assets.contains_key(*hash));
        if let Some((path, _)) = missing.next() {
            return Err(INVALID_PAGES_REQUEST.saying(format!("{path} was not uploaded")));
        }
        let project = project_mut(state, &name)?;
        if deployment.branch.is_empty() {
            deployment.branch.clone_from(&project.production_branch);
        }
        let is_production = deployment.branch == project.production_branch;
        deployment.environment = if is_production { "production" } else { "preview" }.into();
        if is_production {
            project.canonical = Some(deployment.id.clone());
        }
        project.deployments.push(deployment);
        Ok(())
    })?;
    ok(find(&sandbox.state(), &name, &id)?)
}

/// What a form says of a deployment.
async fn read(sandbox: &Sandbox, mut form: Multipart) -> Result<PagesDeployment, ApiError> {
    let invalid = |why: String| INVALID_PAGES_REQUEST.saying(why);
    let mut deployment = PagesDeployment::default();
    while let Some(field) = form.next_field().await.map_err(|error| invalid(error.body_text()))? {
        let name = field.name().unwrap_or_default().to_owned();
        let bytes = field.bytes().await.map_err(|error| invalid(error.body_text()))?;
        let text = || String::from_utf8_lossy(&bytes).into_owned();
        match name.as_str() {
            "manifest" => {
                let read = serde_json::from_slice(&bytes);
                deployment.manifest =
                    read.map_err(|error| invalid(format!("manifest: {error}")))?;
            }
            "branch" => deployment.branch = text(),
            "commit_hash" => deployment.commit_hash = text(),
            "commit_message" => deployment.commit_message = text(),
            "commit_dirty" => deployment.commit_dirty = text() == "true",
            "_worker.bundle" => {
                deployment.worker = Some(bundle(&sandbox.store, bytes).await?);
            }
            _ => {
                deployment.parts.insert(name, sandbox.store.put_blob(bytes)?);
            }
        }
    }
    Ok(deployment)
}

/// Functions, which are a form in the form: as the upload of a Worker, without its head.
async fn bundle(store: &Store, bytes: Bytes) -> Result<PagesWorker, ApiError> {
    let line = bytes.split(|byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or_default();
    let boundary = String::from_utf8_lossy(line.strip_prefix(b"--").unwrap_or_default());
    let request = Request::builder()
        .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={boundary}"))
        .body(Body::from(bytes.clone()))
        .map_err(|error| INVALID_PAGES_REQUEST.saying(error.to_string()))?;
    let form = Form::from_request(request, &()).await?;
    let modules = form.keep(store)?;
    let Metadata { main_module, bindings, compatibility_date, compatibility_flags, .. } =
        form.metadata;
    Ok(PagesWorker { main_module, modules, bindings, compatibility_date, compatibility_flags })
}

async fn get(Of(sandbox): Of<Shared>, Path((_, name, id)): OfDeployment) -> Reply {
    ok(find(&sandbox.state(), &name, &id)?)
}

async fn delete(Of(sandbox): Of<Shared>, Path((_, name, id)): OfDeployment) -> Reply {
    sandbox.store.change(|state| {
        find(state, &name, &id)?;
        let project = project_mut(state, &name)?;
        if project.canonical.as_ref() == Some(&id) {
            return Err(DEPLOYMENT_IN_USE.into());
        }
        project.deployments.retain(|deployment| deployment.id != id);
        Ok(())
    })?;
    ok(Value::Null)
}

/// There is nothing to tell: nothing is built.
async fn logs(Of(sandbox): Of<Shared>, Path((_, name, id)): OfDeployment) -> Reply {
    find(&sandbox.state(), &name, &id)?;
    ok(json!({ "total": 0, "includes_container_logs": false, "data": [] }))
}

async fn roll_back(Of(sandbox): Of<Shared>, Path((_, name, id)): OfDeployment) -> Reply {
    let serving = sandbox.store.change(|state| {
        let serving = find(state, &name, &id)?;
        if serving["environment"] != "production" {
            return Err(
                INVALID_PAGES_REQUEST.saying("only a production deployment can be rolled back to")
            );
        }
        project_mut(state, &name)?.canonical = Some(id);
        Ok(serving)
    })?;
    ok(serving)
}
