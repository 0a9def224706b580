//! The judge of what a configuration comes to is Wrangler: what it would upload, as it writes it with
//! `wrangler deploy --dry-run --outfile`, is put into an account, and a plan for that account must
//! find nothing to change of it.

use std::collections::BTreeMap;
use std::fs;

use clodo::core::model::Workspace;
use clodo::core::model::account::{
    Account, LiveBinding, SCHEMA, Seen, Settings, Share, Snapshot, Worker, WorkersDev,
};
use clodo::core::plan::{Aspect, Basis, Change, plan};
use clodo::world::files;
use serde_json::{Map, Value};

use crate::toolchain::{Toolchain, toolchain};
use crate::work_tree::{WorkTree, copy, repository};

/// Every kind of binding that Wrangler uploads without asking the account for something.
const ALL_KINDS: &str = r#"{
  "name": "all", "main": "index.js", "compatibility_date": "2026-01-01",
  "compatibility_flags": ["nodejs_als"], "limits": { "cpu_ms": 50 }, "placement": { "mode": "smart" },
  "vars": { "TEXT": "a", "N": 3, "OFF": false, "NONE": null, "TABLE": { "b": [1, 2.5, 1e21], "a": "ä" } },
  "kv_namespaces": [{ "binding": "KV", "id": "56abac68a9e339dd039a7d6623872cfd" }],
  "d1_databases": [{ "binding": "DB", "database_name": "orders", "database_id": "abda8f4b-20b9-4d9a-9fa2-73dc5ebd4351" }],
  "r2_buckets": [{ "binding": "FILES", "bucket_name": "files", "jurisdiction": "eu" }, { "binding": "PICTURES", "bucket_name": "pictures" }],
  "queues": { "producers": [{ "binding": "OUT", "queue": "jobs", "delivery_delay": 5 }, { "binding": "NOW", "queue": "now" }] },
  "durable_objects": { "bindings": [{ "name": "ROOMS", "class_name": "Room" },
    { "name": "OTHERS", "class_name": "Other", "script_name": "elsewhere" }] },
  "migrations": [{ "tag": "v1", "new_sqlite_classes": ["Room"] }],
  "services": [{ "binding": "API", "service": "api" }, { "binding": "RPC", "service": "api", "entrypoint": "Rpc", "props": { "a": 1 } }],
  "hyperdrive": [{ "binding": "PG", "id": "0123456789abcdef0123456789abcdef" }],
  "vectorize": [{ "binding": "VEC", "index_name": "docs" }],
  "analytics_engine_datasets": [{ "binding": "AE", "dataset": "events" }, { "binding": "AE2" }],
  "dispatch_namespaces": [{ "binding": "TENANTS", "namespace": "t",
    "outbound": { "service": "out", "parameters": ["a", "b"] } }],
  "mtls_certificates": [{ "binding": "CERT", "certificate_id": "8b6c9a52-0000-4000-8000-000000000000" }],
  "send_email": [{ "name": "MAIL" }, { "name": "MAIL2", "destination_address": "a@example.com" },
    { "name": "MAIL3", "allowed_destination_addresses": ["a@example.com", "b@example.com"] }],
  "ratelimits": [{ "name": "RL", "namespace_id": "1001", "simple": { "limit": 10, "period": 60 } }],
  "secrets_store_secrets": [{ "binding": "SECRET", "store_id": "0123456789abcdef0123456789abcdef", "secret_name": "KEY" }],
  "pipelines": [{ "binding": "PIPE", "pipeline": "0123456789abcdef0123456789abcdef" }],
  "workflows": [{ "binding": "FLOW", "name": "checkout", "class_name": "Checkout" }],
  "version_metadata": { "binding": "META" }, "ai": { "binding": "AI" }, "browser": { "binding": "BROWSER" },
  "images": { "binding": "IMAGES" }, "assets": { "directory": "public", "binding": "ASSETS" },
  "worker_loaders": [{ "binding": "LOADER" }],
  "unsafe": { "bindings": [{ "name": "U", "type": "something", "x": { "y": 1 } }] }
}"#;

const CODE: &str = "import { DurableObject, WorkflowEntrypoint } from 'cloudflare:workers';
export class Room extends DurableObject {}
export class Checkout extends WorkflowEntrypoint {}
export default { fetch() { return new Response('ok') } };";

/// What Wrangler would upload for one configuration and environment: the metadata.
fn uploaded(toolchain: &Toolchain, tree: &WorkTree, folder: &str, environment: &str) -> Value {
    let out = tree.at("uploaded.txt");
    let mut args = vec!["deploy", "--dry-run", "--outfile", out.to_str().expect("UTF-8")];
    if !environment.is_empty() {
        args.extend(["--env", environment]);
    }
    let ran = toolchain.wrangler(&tree.at(folder), args).output().expect("Wrangler starts");
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{folder} {environment}: {said}");
    let text = fs::read(out).expect("what would be uploaded");
    let text = String::from_utf8_lossy(&text);
    let metadata = text.lines().find(|line| line.starts_with('{')).expect("metadata");
    serde_json::from_str(metadata).expect("JSON")
}

/// A binding of an upload, as the account would give it back.
fn live(mut fields: Map<String, Value>) -> LiveBinding {
    let mut text = |key: &str| match fields.remove(key) {
        Some(Value::String(text)) => text,
        other => panic!("{key} is {other:?}"),
    };
    let (name, kind) = (text("name"), text("type"));
    let value = match kind.as_str() {
        "plain_text" => fields.remove("text"),
        "json" => fields.remove("json"),
        _ => None,
    };
    LiveBinding { name, kind, value, target: fields.into_iter().collect(), digest: None }
}

/// The account in which that was uploaded.
fn account(worker: &str, metadata: &Value) -> Snapshot {
    let bindings = metadata["bindings"].as_array().cloned().unwrap_or_default();
    let bindings = bindings.into_iter().map(|one| match one {
        Value::Object(fields) => live(fields),
        other => panic!("no binding: {other}"),
    });
    let given = |key: &str| metadata.get(key).filter(|value| !value.is_null()).cloned();
    let flags = metadata["compatibility_flags"].as_array().into_iter().flatten();
    let settings = Settings {
        bindings: bindings.collect(),
        limits: given("limits"),
        placement: given("placement"),
        usage_model: None,
    };
    let version = Share { version_id: "v1".into(), percentage: 100.0 };
    let worker_of = Worker {
        compatibility_date: metadata["compatibility_date"].as_str().map(str::to_owned),
        compatibility_flags: flags.filter_map(|f| Some(f.as_str()?.to_owned())).collect(),
        settings: Seen::Known(settings),
        deployments: Seen::Known(vec![clodo::core::model::account::Deployment {
            versions: vec![version],
            ..Default::default()
        }]),
        workers_dev: Seen::Known(WorkersDev::default()),
        ..Worker::default()
    };
    // Whatever it calls is there.
    let called = metadata["bindings"].as_array().into_iter().flatten();
    let called = called.filter_map(|one| one["service"].as_str());
    let mut workers: BTreeMap<String, Worker> =
        called.map(|name| (name.to_owned(), Worker::default())).collect();
    workers.insert(worker.to_owned(), worker_of);
    let workers = Seen::Known(workers);
    Snapshot {
        schema: SCHEMA.into(),
        taken_at: "2026-11-22T12:00:00Z".parse().expect("a time"),
        default_account: None,
        accounts: vec![Account { id: "a".into(), workers, ..Account::default() }],
    }
}

fn workspace(tree: &WorkTree, folder: &str) -> Workspace {
    let request =
        files::Request { root: tree.path(), paths: vec![folder.into()], ..Default::default() };
    let mut workspace = files::read(&request).expect("a work tree");
    files::survey(&tree.path(), &mut workspace);
    workspace
}

/// What a plan finds of what uploads with the version.
fn found(workspace: &Workspace, environment: &str, metadata: &Value) -> Vec<Change> {
    let service = &workspace.services[0];
    let base = service.name.to_string();
    let worker = match environment {
        "" => base,
        name => format!("{base}-{name}"),
    };
    let snapshot = account(&worker, metadata);
    let plan = plan(
        &Basis { workspace, snapshot: &snapshot, builds: None, records: None, bound: None },
        environment,
    );
    let [service] = plan.services.as_slice() else { panic!("{:?}", plan.services) };
    assert_eq!(service.worker, worker);
    let mut changes = service.changes.clone();
    changes.retain(|change| match change.aspect {
        Aspect::Bindings | Aspect::Variables | Aspect::Compatibility | Aspect::Worker => true,
        Aspect::Settings => ["limits", "placement"].contains(&change.name.as_str()),
        _ => false,
    });
    changes
}

/// Nothing, where it is what Wrangler would upload; and each binding that is not there yet.
fn judge(toolchain: &Toolchain, tree: &WorkTree, folder: &str, environment: &str) -> usize {
    let metadata = uploaded(toolchain, tree, folder, environment);
    let workspace = workspace(tree, folder);
    let changes = found(&workspace, environment, &metadata);
    assert!(changes.is_empty(), "{folder} {environment}: {changes:#?}\n{metadata:#}");
    let count = metadata["bindings"].as_array().map_or(0, Vec::len);
    for index in 0..count {
        let mut less = metadata.clone();
        let gone = less["bindings"].as_array_mut().expect("bindings").remove(index);
        let changes = found(&workspace, environment, &less);
        let names: Vec<&str> = changes.iter().map(|change| change.name.as_str()).collect();
        assert_eq!(names, [gone["name"].as_str().expect("a name")], "{folder} {environment}");
    }
    count
}

#[test]
fn what_is_wanted_is_what_wrangler_uploads() {
    let Some(toolchain) = toolchain() else { return };
    let tree = WorkTree::of(&[
        ("all/wrangler.jsonc", ALL_KINDS),
        ("all/index.js", CODE),
        ("all/public/a.txt", "a"),
    ]);
    copy(&repository().join("examples/hello"), &tree.at("hello"));
    copy(&repository().join("examples/storefront"), &tree.at("storefront"));
    let mut bindings = 0;
    for (folder, environments) in [
        ("all", &[""][..]),
        ("hello", &[""]),
        ("storefront/apps/api", &["", "staging", "production"]),
        ("storefront/apps/jobs", &["production"]),
        ("storefront/apps/web", &["", "production"]),
    ] {
        for environment in environments {
            bindings += judge(toolchain, &tree, folder, environment);
        }
    }
    assert!(bindings > 50, "{bindings}");
}
