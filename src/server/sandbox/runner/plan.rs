//! From the account's state to the Workers that have to run: every version that serves, and every
//! preview that somebody asked for.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::io;

use serde_json::{Map, Value, json};

use super::super::state::State;
use super::super::state::workers::{Assets, Module, Script, Version};
use super::super::store::Store;
use super::env::Env;
use super::files::Files;
use super::pages;
use super::spec::{self, DurableObject, ModuleKind, Worker, worker_name};

/// What a Worker has whose configuration names none. Wrangler always sends one.
const NO_COMPATIBILITY_DATE: &str = "2021-11-02";

/// The module of a Worker that has assets and no code.
const NO_CODE: &str =
    "export default { fetch: () => new Response('Not found', { status: 404 }) };\n";

/// Everything that a plan is made of.
#[derive(Clone, Copy)]
pub(super) struct Account<'a> {
    pub(super) state: &'a State,
    pub(super) store: &'a Store,
    pub(super) files: &'a Files,
}

/// A version that somebody wants to reach: its Worker's name and its id.
pub(super) type Wanted = (String, String);

impl<'a> Account<'a> {
    /// The Workers that are to run, in a fixed order.
    pub(super) fn workers(self, previews: &BTreeSet<Wanted>) -> io::Result<Vec<Worker>> {
        let mut workers = Vec::new();
        for (name, script) in &self.state.workers.scripts {
            for version in &script.versions {
                let serves = script.serving().any(|(serving, _)| serving.id == version.id);
                if serves || previews.contains(&(name.clone(), version.id.clone())) {
                    workers.push(self.worker(name, version)?);
                }
            }
        }
        for (host, id) in previews {
            if let Some(version) = pages::version(self, host, id) {
                workers.push(self.worker(host, &version)?);
            }
        }
        Ok(workers)
    }

    /// One version.
    pub(super) fn worker(self, script: &str, version: &Version) -> io::Result<Worker> {
        let name = worker_name(script, &version.id);
        let env = Env { account: self, script, version }.bindings()?;
        let date = version.compatibility_date.as_deref().unwrap_or(NO_COMPATIBILITY_DATE);
        Ok(Worker {
            modules: self.modules(version)?,
            compatibility_date: date.to_owned(),
            compatibility_flags: version.compatibility_flags.clone(),
            durable_objects: self.classes(script, &name),
            bindings: env,
            assets: version
                .assets
                .as_ref()
                .map(|assets| self.assets(version, assets))
                .transpose()?,
            name,
        })
    }

    /// The version that calls from other Workers go to, and that Durable Objects live in: the one with
    /// the largest share, the newest of equals. Cloudflare draws anew for each call, and gives every
    /// object one of the versions.
    pub(super) fn host(self, script: &str) -> Option<String> {
        let host = |script: &Script| {
            let by_share = |a: &(&Version, f64), b: &(&Version, f64)| {
                let by_age = a.0.number.cmp(&b.0.number);
                a.1.partial_cmp(&b.1).unwrap_or(Ordering::Equal).then(by_age)
            };
            let (version, _) = script.serving().max_by(by_share)?;
            Some(version.id.clone())
        };
        let id = host(self.state.workers.scripts.get(script)?)?;
        Some(worker_name(script, &id))
    }

    /// The classes of Durable Objects that live in a version.
    fn classes(self, script: &str, name: &str) -> Vec<DurableObject> {
        if self.host(script).is_some_and(|host| host != name) {
            return Vec::new();
        }
        let namespaces = self.state.workers.namespaces.iter();
        let class = |namespace: &super::super::state::workers::Namespace| DurableObject {
            class: namespace.class.clone(),
            worker: None,
            sqlite: namespace.use_sqlite,
            key: namespace.id.clone(),
        };
        namespaces.filter(|namespace| namespace.script == script).map(class).collect()
    }

    fn modules(self, version: &Version) -> io::Result<Vec<spec::Module>> {
        let Some(main) = version.main_module.as_deref() else {
            let file = self.files.own("assets-only.mjs", NO_CODE)?;
            let name = "index.mjs".to_owned();
            return Ok(vec![spec::Module { kind: ModuleKind::ESModule, name, file }]);
        };
        let mut modules = Vec::new();
        for module in &version.modules {
            let Some(kind) = kind(module, version.is_service_worker) else { continue };
            let file = self.files.blob(self.store, &module.blob)?;
            let module = spec::Module { kind, name: module.name.clone(), file };
            if module.name == main {
                modules.insert(0, module);
            } else {
                modules.push(module);
            }
        }
        Ok(modules)
    }

    fn assets(self, version: &Version, assets: &Assets) -> io::Result<spec::Assets> {
        let (workers, pages) = (&self.state.workers.assets, &self.state.pages.assets);
        let uploaded = |hash: &str| workers.get(hash).or_else(|| pages.get(hash));
        let directory = self.files.assets(self.store, uploaded, assets)?;
        let binding = version.bindings.iter().find(|binding| binding.kind == "assets");
        let handling = ["html_handling", "not_found_handling"].into_iter();
        let handling = handling
            .filter_map(|key| Some((key.to_owned(), assets.config.get(key)?.clone())))
            .filter(|(_, value)| !value.is_null());
        Ok(spec::Assets {
            directory,
            binding: binding.map(|binding| binding.name.clone()),
            router: router(&assets.config, version.main_module.is_some()),
            config: handling.collect(),
        })
    }
}

/// What a module is; `None` for what is no part of the program, such as a source map.
fn kind(module: &Module, is_service_worker: bool) -> Option<ModuleKind> {
    let media_type = module.content_type.split(';').next().unwrap_or_default().trim();
    // The types that Wrangler sends: `toMimeType`, cli.js.
    Some(match media_type {
        "application/source-map" => return None,
        "application/javascript" | "text/javascript" if is_service_worker => {
            ModuleKind::ServiceWorker
        }
        "application/javascript" => ModuleKind::CommonJS,
        "application/wasm" => ModuleKind::CompiledWasm,
        "application/octet-stream" => ModuleKind::Data,
        "text/plain" => ModuleKind::Text,
        "text/x-python" => ModuleKind::PythonModule,
        "text/x-python-requirement" => ModuleKind::PythonRequirement,
        _ => ModuleKind::ESModule,
    })
}

/// miniflare's `routerConfig`. Rules of `run_worker_first` that begin with `!` are for the assets.
fn router(config: &Map<String, Value>, has_worker: bool) -> Map<String, Value> {
    let mut router = Map::new();
    router.insert("has_user_worker".into(), has_worker.into());
    match config.get("run_worker_first") {
        Some(Value::Bool(first)) => {
            router.insert("invoke_user_worker_ahead_of_assets".into(), (*first).into());
        }
        Some(Value::Array(rules)) => {
            let rules = rules.iter().filter_map(Value::as_str);
            let (not, first): (Vec<_>, Vec<_>) = rules.partition(|rule| rule.starts_with('!'));
            let not: Vec<_> = not.iter().map(|rule| rule.trim_start_matches('!')).collect();
            let routing = json!({ "user_worker": first, "asset_worker": not });
            router.insert("static_routing".into(), routing);
        }
        _ => {}
    }
    router
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_that_begin_with_an_exclamation_mark_are_for_the_assets() {
        let rules = json!({ "run_worker_first": ["/api/*", "!/api/docs/*"] });
        let Value::Object(config) = rules else { unreachable!() };
        let router = Value::Object(router(&config, true));
        assert_eq!(router["static_routing"]["user_worker"], json!(["/api/*"]));
        assert_eq!(router["static_routing"]["asset_worker"], json!(["/api/docs/*"]));
    }
}
