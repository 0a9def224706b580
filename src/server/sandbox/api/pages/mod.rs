//! `/pages`: projects and their deployments, uploaded as `wrangler pages deploy` does it. The runner
//! serves them.

mod assets;
mod deployments;
mod shown;

use axum::Router;
use axum::extract::{Path, State as Of};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::route::Routes;
use crate::server::sandbox::Shared;
use crate::server::sandbox::auth::Permission;
use crate::server::sandbox::body::Json;
use crate::server::sandbox::envelope::{ApiError, Reply, ok};
use crate::server::sandbox::errors::products::{
    INVALID_PAGES_REQUEST, NO_SUCH_PROJECT, PROJECT_EXISTS,
};
use crate::server::sandbox::paging::{PerPage, Query, list as page};
use crate::server::sandbox::state::State;
use crate::server::sandbox::state::pages::PagesProject;

const READ: Permission = Permission::of(&["Pages Read", "Pages Write"]);
const WRITE: Permission = Permission::of(&["Pages Write"]);
/// Projects or deployments in one answer; Wrangler asks for ten (cli.js:304289).
const PER_PAGE: PerPage = PerPage { default: 25, max: 25 };
/// The branch that is production where none is named.
const USUAL_BRANCH: &str = "main";

/// Account and project.
type OfProject = Path<(String, String)>;

pub(super) fn routes() -> Router<Shared> {
    let routes = Routes::default()
        .get("/accounts/{account_id}/pages/projects", READ, list)
        .post("/accounts/{account_id}/pages/projects", WRITE, create)
        .get("/accounts/{account_id}/pages/projects/{project_name}", READ, get)
        .patch("/accounts/{account_id}/pages/projects/{project_name}", WRITE, change)
        .delete("/accounts/{account_id}/pages/projects/{project_name}", WRITE, delete);
    deployments::add(assets::add(routes)).into()
}

fn project<'a>(state: &'a State, name: &str) -> Result<&'a PagesProject, ApiError> {
    state.pages.project(name).ok_or_else(|| NO_SUCH_PROJECT.into())
}

fn project_mut<'a>(state: &'a mut State, name: &str) -> Result<&'a mut PagesProject, ApiError> {
    state.pages.project_mut(name).ok_or_else(|| NO_SUCH_PROJECT.into())
}

async fn list(Of(sandbox): Of<Shared>, query: Query) -> Reply {
    page(sandbox.state().pages.projects.iter().map(shown::project), &query, PER_PAGE)
}

/// What a project is made or changed with.
#[derive(Deserialize)]
struct Sent {
    name: Option<String>,
    production_branch: Option<String>,
    #[serde(default)]
    deployment_configs: Map<String, Value>,
    #[serde(default)]
    build_config: Map<String, Value>,
}

impl Sent {
    fn apply(self, project: &mut PagesProject) {
        if let Some(branch) = self.production_branch {
            project.production_branch = branch;
        }
        merge(&mut project.deployment_configs, self.deployment_configs);
        merge(&mut project.build_config, self.build_config);
    }
}

/// Writes one object over another, as JSON Merge Patch (RFC 7396) says.
fn merge(into: &mut Map<String, Value>, patch: Map<String, Value>) {
    for (key, value) in patch {
        match value {
            Value::Null => {
                into.remove(&key);
            }
            Value::Object(patch) => {
                let entry = into.entry(key).or_insert(Value::Null);
                if !entry.is_object() {
                    *entry = Value::Object(Map::new());
                }
                if let Value::Object(into) = entry {
                    merge(into, patch);
                }
            }
            value => {
                into.insert(key, value);
            }
        }
    }
}

async fn create(Of(sandbox): Of<Shared>, Json(mut sent): Json<Sent>) -> Reply {
    let name = sent.name.take().filter(|name| !name.is_empty());
    let mut made = PagesProject {
        id: sandbox.source.uuid(),
        name: name.ok_or(INVALID_PAGES_REQUEST)?,
        production_branch: USUAL_BRANCH.into(),
        created_on: sandbox.source.now(),
        ..PagesProject::default()
    };
    sent.apply(&mut made);
    let shown = shown::project(&made);
    sandbox.store.change(|state| {
        if state.pages.project(&made.name).is_some() {
            return Err(PROJECT_EXISTS.into());
        }
        state.pages.projects.push(made);
        Ok(())
    })?;
    ok(shown)
}

async fn get(Of(sandbox): Of<Shared>, Path((_, name)): OfProject) -> Reply {
    ok(shown::project(project(&sandbox.state(), &name)?))
}

async fn change(
    Of(sandbox): Of<Shared>,
    Path((_, name)): OfProject,
    Json(sent): Json<Sent>,
) -> Reply {
    let changed = sandbox.store.change(|state| {
        let project = project_mut(state, &name)?;
        sent.apply(project);
        Ok(shown::project(project))
    })?;
    ok(changed)
}

async fn delete(Of(sandbox): Of<Shared>, Path((_, name)): OfProject) -> Reply {
    sandbox.store.change(|state| {
        project(state, &name)?;
        state.pages.projects.retain(|project| project.name != name);
        Ok(())
    })?;
    ok(Value::Null)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_patch_adds_replaces_and_removes() {
        let object = |value: Value| value.as_object().cloned().expect("an object");
        let mut into = object(json!({ "a": { "x": 1, "y": 2 }, "b": 3 }));
        merge(&mut into, object(json!({ "a": { "x": null, "z": 4 }, "b": { "c": 5 } })));
        assert_eq!(into, object(json!({ "a": { "y": 2, "z": 4 }, "b": { "c": 5 } })));
    }
}
