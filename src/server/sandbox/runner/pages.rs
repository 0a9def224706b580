//! A deployment of Pages as a version of a Worker: its files as assets, its functions before them.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::super::state::pages::{PAGES_DEV, PagesDeployment, PagesProject, PagesWorker};
use super::super::state::workers::{Assets, Binding, Version};
use super::plan::Account;

/// The binding by which functions reach the files:
/// <https://developers.cloudflare.com/pages/functions/advanced-mode/>.
const ASSETS: &str = "ASSETS";

/// The bindings of a project's configuration: where they stand, what they are, and the field that names
/// what each leads to, there and in the upload of a Worker.
const RESOURCES: [(&str, &str, &str, &str); 6] = [
    ("kv_namespaces", "kv_namespace", "namespace_id", "namespace_id"),
    ("d1_databases", "d1", "id", "id"),
    ("r2_buckets", "r2_bucket", "name", "bucket_name"),
    ("queue_producers", "queue", "name", "queue_name"),
    ("services", "service", "service", "service"),
    ("durable_object_namespaces", "durable_object_namespace", "namespace_id", "namespace_id"),
];

/// The version that a deployment is, by the host of its project and its id.
pub(super) fn version(account: Account<'_>, host: &str, id: &str) -> Option<Version> {
    let project = account.state.pages.project(host.strip_suffix(PAGES_DEV)?)?;
    let deployment = project.deployment(id)?;
    let text = |part: &str| {
        let bytes = account.store.blob(deployment.parts.get(part)?)?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    };
    let mut config = Map::new();
    for rules in ["_headers", "_redirects"] {
        config.extend(text(rules).map(|text| (rules.to_owned(), text.into())));
    }
    // Without a page for what is not found, every path is the application's:
    // <https://developers.cloudflare.com/pages/configuration/serving-pages/#single-page-application-spa-rendering>.
    let has_404 = deployment.manifest.contains_key("/404.html");
    let not_found = if has_404 { "404-page" } else { "single-page-application" };
    config.insert("not_found_handling".into(), not_found.into());
    let worker = deployment.worker.clone();
    let has_worker = worker.is_some();
    if has_worker {
        config.insert("run_worker_first".into(), routed(text("_routes.json").as_deref()));
    }
    let PagesWorker { main_module, modules, bindings, compatibility_date, compatibility_flags } =
        worker.unwrap_or_default();
    let settings = project.deployment_configs.get(&deployment.environment);
    let set = |key: &str| settings.and_then(|settings| settings.get(key));
    let date = compatibility_date
        .or_else(|| Some(set("compatibility_date")?.as_str()?.to_owned()))
        .or_else(|| project.first_date().map(str::to_owned));
    let flags = match set("compatibility_flags").and_then(Value::as_array) {
        Some(flags) if compatibility_flags.is_empty() => {
            flags.iter().filter_map(|flag| Some(flag.as_str()?.to_owned())).collect()
        }
        _ => compatibility_flags,
    };
    Some(Version {
        id: id.to_owned(),
        created_on: deployment.created_on.clone(),
        main_module,
        modules,
        bindings: if has_worker {
            env(project, deployment, settings, bindings)
        } else {
            Vec::new()
        },
        compatibility_date: date,
        compatibility_flags: flags,
        assets: Some(Assets { manifest: deployment.manifest.clone(), config }),
        ..Version::default()
    })
}

/// `_routes.json` as rules of `run_worker_first`: which paths are the functions'. Without, all of them.
///
/// <https://developers.cloudflare.com/pages/functions/routing/#functions-invocation-routes>
fn routed(routes: Option<&str>) -> Value {
    let Some(routes) = routes.and_then(|text| serde_json::from_str::<Value>(text).ok()) else {
        return true.into();
    };
    let rules = |key: &str| {
        let rules = routes[key].as_array().into_iter().flatten();
        rules.filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>()
    };
    let excluded = rules("exclude").into_iter().map(|rule| format!("!{rule}"));
    rules("include").into_iter().chain(excluded).collect()
}

/// What functions find in `env`: what came with the upload, else what the project has.
fn env(
    project: &PagesProject,
    deployment: &PagesDeployment,
    settings: Option<&Value>,
    uploaded: Vec<Binding>,
) -> Vec<Binding> {
    let url = format!("https://{}.{}", deployment.label(), project.host());
    let build = [
        ("CF_PAGES", "1"),
        ("CF_PAGES_BRANCH", &deployment.branch),
        ("CF_PAGES_COMMIT_SHA", &deployment.commit_hash),
        ("CF_PAGES_URL", &url),
    ];
    let plain = |(name, text): (&str, &str)| binding(name, "plain_text", "text", text.into());
    let mut bindings: BTreeMap<String, Binding> = BTreeMap::new();
    let mut add = |one: Binding| {
        bindings.insert(one.name.clone(), one);
    };
    build.into_iter().map(plain).for_each(&mut add);
    let of =
        |key: &str| settings.and_then(|settings| settings[key].as_object()).into_iter().flatten();
    for (name, variable) in of("env_vars") {
        let kind = variable["type"].as_str().unwrap_or("plain_text");
        add(binding(name, kind, "text", variable["value"].clone()));
    }
    for (key, kind, field, target) in RESOURCES {
        for (name, resource) in of(key) {
            let mut one = binding(name, kind, target, resource[field].clone());
            if let Some(jurisdiction) = resource.get("jurisdiction") {
                one.fields.insert("jurisdiction".into(), jurisdiction.clone());
            }
            add(one);
        }
    }
    uploaded.into_iter().for_each(&mut add);
    add(Binding { name: ASSETS.into(), kind: "assets".into(), fields: Map::new() });
    bindings.into_values().collect()
}

fn binding(name: &str, kind: &str, field: &str, value: Value) -> Binding {
    let fields = Map::from_iter([(field.to_owned(), value)]);
    Binding { name: name.to_owned(), kind: kind.to_owned(), fields }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn functions_have_the_paths_that_they_ask_for() {
        assert_eq!(routed(None), true);
        let routes = json!({ "version": 1, "include": ["/api/*"], "exclude": ["/api/docs/*"] });
        assert_eq!(routed(Some(&routes.to_string())), json!(["/api/*", "!/api/docs/*"]));
    }
}
