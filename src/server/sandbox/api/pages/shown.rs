//! How projects and deployments are shown.

use serde_json::{Map, Value, json};

use crate::server::sandbox::state::pages::{PagesDeployment, PagesProject};

/// The steps of a deployment. Those of a build are skipped over when files are uploaded, and the real
/// API says of each that it succeeded.
const STAGES: [&str; 5] = ["queued", "initialize", "clone_repo", "build", "deploy"];

/// A project.
pub(super) fn project(project: &PagesProject) -> Value {
    let show = |found: Option<&PagesDeployment>| found.map(|found| deployment(project, found));
    let canonical = project.canonical.as_ref().and_then(|id| project.deployment(id));
    let script = |kind| format!("pages-worker--{}-{kind}", project.id);
    json!({
        "id": project.id, "name": project.name, "subdomain": project.host(),
        "domains": [project.host()], "production_branch": project.production_branch,
        "created_on": project.created_on, "framework": "", "framework_version": "",
        "production_script_name": script("production"), "preview_script_name": script("preview"),
        "deployment_configs": {
            "preview": configuration(project, "preview"),
            "production": configuration(project, "production"),
        },
        "build_config": project.build_config, "source": null,
        "uses_functions": canonical.is_some_and(uses_functions),
        "canonical_deployment": show(canonical), "latest_deployment": show(project.deployments.last()),
    })
}

/// The configuration of an environment: what was sent, and the usual where nothing was.
fn configuration(project: &PagesProject, environment: &str) -> Value {
    let mut shown = json!({
        "fail_open": true, "always_use_latest_compatibility_date": false,
        "compatibility_date": project.first_date(), "compatibility_flags": [],
        "build_image_major_version": 3, "usage_model": "standard",
    });
    let sent = project.deployment_configs.get(environment).and_then(Value::as_object);
    for (key, value) in sent.into_iter().flatten() {
        shown[key] = if key == "env_vars" { without_secrets(value) } else { value.clone() };
    }
    shown
}

/// Variables, with nothing in those that are secret.
fn without_secrets(variables: &Value) -> Value {
    let mut shown = variables.clone();
    for variable in shown.as_object_mut().into_iter().flat_map(Map::values_mut) {
        if variable["type"] == "secret_text" {
            variable["value"] = json!("");
        }
    }
    shown
}

/// A deployment.
pub(super) fn deployment(project: &PagesProject, deployment: &PagesDeployment) -> Value {
    let stage = |name: &str| {
        json!({
            "name": name, "status": "success", "started_on": deployment.created_on,
            "ended_on": deployment.created_on,
        })
    };
    let stages: Vec<Value> = STAGES.iter().map(|name| stage(name)).collect();
    let short = deployment.label();
    let is_preview = deployment.environment == "preview";
    let alias = format!("https://{}.{}", deployment.alias(), project.host());
    json!({
        "id": deployment.id, "short_id": short, "project_id": project.id,
        "project_name": project.name, "environment": deployment.environment,
        "url": format!("https://{short}.{}", project.host()),
        "aliases": is_preview.then(|| vec![alias]), "created_on": deployment.created_on,
        "modified_on": deployment.created_on, "latest_stage": stages.last(), "stages": stages,
        "deployment_trigger": {
            "type": "ad_hoc",
            "metadata": {
                "branch": deployment.branch, "commit_hash": deployment.commit_hash,
                "commit_message": deployment.commit_message, "commit_dirty": deployment.commit_dirty,
            },
        },
        "build_config": project.build_config, "env_vars": {}, "is_skipped": false,
        "uses_functions": uses_functions(deployment), "source": source(project),
    })
}

/// What the description wants of every deployment, although files that are uploaded have no source.
fn source(project: &PagesProject) -> Value {
    json!({
        "type": "github",
        "config": {
            "owner": "", "owner_id": "", "repo_name": "", "repo_id": "",
            "production_branch": project.production_branch, "pr_comments_enabled": false,
            "deployments_enabled": false, "production_deployments_enabled": false,
            "preview_deployment_setting": "none", "preview_branch_includes": [],
            "preview_branch_excludes": [], "path_includes": [], "path_excludes": [],
        },
    })
}

fn uses_functions(deployment: &PagesDeployment) -> bool {
    deployment.worker.is_some()
}
