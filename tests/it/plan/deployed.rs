//! The judge of a plan is Wrangler itself: what it deploys to the sandbox, the next plan no longer
//! names, and what somebody changes beside it, the drift does.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use reqwest::Method;
use serde_json::{Value, json};

use super::schema::published;
use crate::sandbox::Stand;
use crate::toolchain::{Toolchain, toolchain};

const SEED: &str = "
zones: [{ name: example.com }]
resources:
  kv: [{ title: cache, id: 56abac68a9e339dd039a7d6623872cfd }]
  d1: [{ name: orders, id: abda8f4b-20b9-4d9a-9fa2-73dc5ebd4351 }]
  r2: { enabled: true, buckets: [{ name: files }] }
  queues: [{ name: jobs }, { name: dead }]
  hyperdrive: [{ name: pg, id: 0123456789abcdef0123456789abcdef }]
  vectorize: [{ name: docs, dimensions: 3, metric: cosine }]
";

const API: &str = r#"{ "name": "api", "main": "index.js", "compatibility_date": "2026-01-01",
  "compatibility_flags": ["nodejs_als"], "workers_dev": true, "preview_urls": false,
  "observability": { "enabled": true }, "logpush": true,
  "vars": { "CURRENCY": "EUR", "LIMITS": { "b": [1, 2.5], "a": true }, "N": 3 },
  "kv_namespaces": [{ "binding": "CACHE", "id": "56abac68a9e339dd039a7d6623872cfd" }],
  "r2_buckets": [{ "binding": "FILES", "bucket_name": "files" }],
  "d1_databases": [{ "binding": "DB", "database_name": "orders",
    "database_id": "abda8f4b-20b9-4d9a-9fa2-73dc5ebd4351" }],
  "queues": { "producers": [{ "binding": "OUT", "queue": "jobs" }],
    "consumers": [{ "queue": "jobs", "max_batch_size": 5, "dead_letter_queue": "dead" }] },
  "durable_objects": { "bindings": [{ "name": "ROOMS", "class_name": "Room" }] },
  "migrations": [{ "tag": "v1", "new_sqlite_classes": ["Room"] }],
  "hyperdrive": [{ "binding": "PG", "id": "0123456789abcdef0123456789abcdef" }],
  "vectorize": [{ "binding": "VEC", "index_name": "docs" }],
  "analytics_engine_datasets": [{ "binding": "AE", "dataset": "events" }], "version_metadata": { "binding": "META" },
  "ratelimits": [{ "name": "RL", "namespace_id": "1001", "simple": { "limit": 10, "period": 60 } }],
  "limits": { "cpu_ms": 50 }, "placement": { "mode": "smart" },
  "triggers": { "crons": ["0 * * * *", "17 3 * * *"] },
  "routes": ["example.com/api/*", { "pattern": "api.example.com/*", "zone_name": "example.com" }] }"#;

const API_CODE: &str = "export class Room {}
export default { fetch() { return new Response('ok') }, scheduled() {}, queue() {} };";

const WEB: &str = r#"{ "name": "web", "main": "index.js", "compatibility_date": "2026-01-01",
  "workers_dev": false, "preview_urls": false, "services": [{ "binding": "API", "service": "api" }],
  "assets": { "directory": "public", "binding": "ASSETS" }, "tail_consumers": [{ "service": "api" }],
  "routes": [{ "pattern": "shop.example.com", "custom_domain": true }] }"#;

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, text).expect("written");
}

/// clodo, in the environment of a sandbox.
fn clodo(stand: &Stand, toolchain: &Toolchain, root: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clodo"));
    command.env_clear().env("PATH", "/usr/bin:/bin").env("HOME", root);
    command.env("CLODO_NODE", &toolchain.node).envs(stand.sandbox.environment());
    command.args(args).current_dir(root).output().expect("clodo runs")
}

/// What a command says as JSON, and how it ends.
fn told(stand: &Stand, toolchain: &Toolchain, root: &Path, command: &str) -> (Value, i32) {
    let mut args = vec![command, "--format", "json", "--detailed-exitcode"];
    args.extend((command == "plan").then_some("--no-build"));
    let output = clodo(stand, toolchain, root, &args);
    let said = String::from_utf8_lossy(&output.stdout);
    let value = serde_json::from_str(&said);
    let value =
        value.unwrap_or_else(|_| panic!("{said}{}", String::from_utf8_lossy(&output.stderr)));
    (published(value), output.status.code().expect("an exit code"))
}

/// The changes, as `service sign aspect name`.
pub(crate) fn changes(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for service in value["services"].as_array().expect("services") {
        for change in service["changes"].as_array().expect("changes") {
            let word = |key: &str| change[key].as_str().unwrap_or_default().to_owned();
            let name = service["service"].as_str().unwrap_or_default();
            found.push(format!("{name} {} {} {}", word("sign"), word("aspect"), word("name")));
        }
    }
    found
}

#[test]
fn what_wrangler_has_deployed_is_no_change() {
    let Some(toolchain) = toolchain() else { return };
    let stand = Stand::seeded(SEED);
    let root = tempfile::tempdir().expect("a folder");
    let root = root.path();
    write(root, "api/wrangler.jsonc", API);
    write(root, "api/index.js", API_CODE);
    write(root, "api/migrations/0001_a.sql", "CREATE TABLE a (id TEXT);");
    write(root, "web/wrangler.jsonc", WEB);
    write(root, "web/index.js", "export default { fetch() { return new Response('web') } };");
    write(root, "web/public/index.html", "hi");
    let modules = root.join("node_modules");
    fs::create_dir(&modules).expect("a folder");
    let wrangler = toolchain.folder.join("node_modules/wrangler");
    std::os::unix::fs::symlink(wrangler, modules.join("wrangler")).expect("a link");

    let (before, exit) = told(&stand, toolchain, root, "plan");
    assert_eq!(exit, 10, "{before:#}");
    assert_eq!(before["order"], json!([["api"], ["web"]]));
    assert!(changes(&before).contains(&"api add d1 0001_a.sql".to_owned()), "{before:#}");

    for service in ["api", "web"] {
        stand.wrangler(toolchain, &root.join(service), &["deploy", "--x-provision=false"]);
    }
    stand.wrangler(toolchain, &root.join("api"), &["d1", "migrations", "apply", "DB", "--remote"]);
    let (after, exit) = told(&stand, toolchain, root, "plan");
    assert_eq!((changes(&after), exit), (Vec::new(), 0), "{after:#}");
    let (same, exit) = told(&stand, toolchain, root, "drift");
    assert_eq!((changes(&same), exit), (Vec::new(), 0), "{same:#}");

    // Built, the code may be another: that is never said to be no change.
    let built =
        clodo(&stand, toolchain, root, &["plan", "--format", "json", "--detailed-exitcode"]);
    assert_eq!(built.status.code(), Some(10), "{}", String::from_utf8_lossy(&built.stderr));
    let built = published(serde_json::from_slice(&built.stdout).expect("JSON"));
    assert!(changes(&built).iter().all(|change| change.contains(" unknown ")), "{built:#}");

    // Beside the pipeline, and in the configuration.
    let crons = json!([{ "cron": "0 * * * *" }, { "cron": "5 5 * * *" }]);
    let path = "/accounts/{account}/workers/scripts/api/schedules";
    let (status, _) = stand.ask(Method::PUT, path, Some(&crons));
    assert_eq!(status, 200);
    let changed = API.replace("EUR", "USD").replace("\"logpush\": true", "\"logpush\": false");
    write(root, "api/wrangler.jsonc", &changed);
    let (drifted, exit) = told(&stand, toolchain, root, "drift");
    let expected = [
        "api change vars CURRENCY",
        "api remove crons 17 3 * * *",
        "api add crons 5 5 * * *",
        "api change settings logpush",
    ];
    assert_eq!((changes(&drifted), exit), (expected.map(str::to_owned).to_vec(), 10));
    let (planned, _) = told(&stand, toolchain, root, "plan");
    assert!(changes(&planned).contains(&"api remove crons 5 5 * * *".to_owned()), "{planned:#}");
}

#[test]
fn a_build_that_fails_is_a_finding_in_wranglers_words() {
    let Some(toolchain) = toolchain() else { return };
    let stand = Stand::new();
    let root = tempfile::tempdir().expect("a folder");
    let root = root.path();
    write(
        root,
        "wrangler.toml",
        "name = \"a\"\nmain = \"a.js\"\ncompatibility_date = \"2026-01-01\"\n",
    );
    write(root, "a.js", "import \"./nowhere.js\"; export default {};");
    let modules = root.join("node_modules");
    fs::create_dir(&modules).expect("a folder");
    let wrangler = toolchain.folder.join("node_modules/wrangler");
    std::os::unix::fs::symlink(wrangler, modules.join("wrangler")).expect("a link");
    let output = clodo(&stand, toolchain, root, &["plan"]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("Could not resolve \"./nowhere.js\""), "{said}");
}
