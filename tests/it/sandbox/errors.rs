//! Documented errors, provoked through Wrangler or, where Wrangler never does, by hand.

use reqwest::Method;
use serde_json::{Value, json};

use super::stand::Stand;
use crate::toolchain::toolchain;
use crate::work_tree::WorkTree;

const CODE: &str = "export default { async fetch() { return new Response(\"hello\") } };\n";

fn codes(stand: &Stand) -> Vec<u64> {
    let exchanges = stand.sandbox.record.exchanges();
    let code = |answer: &Value| answer.pointer("/errors/0/code")?.as_u64();
    exchanges.iter().filter_map(|one| code(one.response.as_ref()?)).collect()
}

/// A project that Wrangler cannot deploy, with the code of the reason.
struct Case {
    more: Value,
    code: u64,
    says: &'static str,
    command: &'static [&'static str],
}

#[test]
fn wrangler_hears_what_cloudflare_would_say() {
    let Some(tools) = toolchain() else { return };
    let deploy: &[&str] = &["deploy", "--x-provision=false"];
    let case = |more, code, says| Case { more, code, says, command: deploy };
    for Case { more, code, says, command } in [
        case(
            json!({ "compatibility_date": "2999-01-01" }),
            10021,
            "Can't set compatibility date in the future: 2999-01-01",
        ),
        case(
            json!({ "services": [{ "binding": "AUTH", "service": "auth" }] }),
            10144,
            "Service binding 'AUTH' references Worker 'auth' which was not found.",
        ),
        case(
            json!({ "durable_objects": { "bindings": [
                { "name": "ROOM", "class_name": "Room", "script_name": "rooms" },
            ] } }),
            10061,
            "Cannot create binding for class 'Room'",
        ),
        case(
            json!({ "d1_databases": [{ "binding": "DB", "database_id": "x", "database_name": "d" }] }),
            10021,
            "You must use a real database in the database_id configuration",
        ),
        case(json!({ "limits": { "cpu_ms": 100 } }), 100_328, "CPU limits are not supported"),
        case(
            json!({ "migrations": [{ "tag": "v1", "new_sqlite_classes": ["Room"] }] }),
            10070,
            "class 'Room' that is not exported by script",
        ),
        case(
            json!({ "tail_consumers": [{ "service": "nobody" }] }),
            10165,
            "Tail consumer 'nobody' not found",
        ),
        case(
            json!({ "triggers": { "crons": ["1 * * * *", "2 * * * *", "3 * * * *"] } }),
            10072,
            "only partially updated",
        ),
        case(
            // Wrangler itself looks for owners of routes only where workers.dev is off.
            json!({
                "workers_dev": true,
                "routes": [{ "pattern": "example.com/a/*", "zone_name": "example.com" }],
            }),
            10020,
            "duplicate_route",
        ),
        case(
            json!({ "routes": [{ "pattern": "mail.example.com", "custom_domain": true }] }),
            100_117,
            "externally managed DNS records",
        ),
    ] {
        let stand = Stand::seeded(
            "
plan: free
limits: { crons: 4 }
zones:
  - name: example.com
    dns: [{ name: mail, type: CNAME, content: pages.example.net, read-only: true }]
workers:
  - { name: other, routes: [example.com/a/*], crons: [0 * * * *, 5 * * * *] }
",
        );
        let tree = WorkTree::new();
        let mut config =
            json!({ "name": "api", "main": "index.js", "compatibility_date": "2026-01-01" });
        let more = more.as_object().expect("an object").clone();
        config.as_object_mut().expect("an object").extend(more);
        tree.write("wrangler.json", config.to_string());
        tree.write("index.js", CODE);
        stand.wrangler_fails(tools, &tree.path(), command, says);
        assert!(codes(&stand).contains(&code), "{code} is not in {:?}", codes(&stand));
    }
}

/// Bindings to what is not there: but for queues, Wrangler looks for none of them, and the API refuses
/// each.
#[test]
fn a_binding_leads_to_something() {
    let Some(tools) = toolchain() else { return };
    let stand = Stand::seeded(
        "
resources:
  kv: [{ title: cache, id: 0123456789abcdef0123456789abcdef }]
  r2: { buckets: [{ name: files }] }
  d1: [{ name: orders, id: 01234567-89ab-4def-8123-456789abcdef, sql: CREATE TABLE t (id) }]
  queues: [{ name: jobs }]
  vectorize: [{ name: index, dimensions: 3, metric: cosine }]
  dispatch-namespaces: [{ name: tenants }]
  secrets-stores: [{ name: store, id: 0123456789abcdef0123456789abcde0, secrets: [KEY] }]
",
    );
    let none = "ffffffffffffffffffffffffffffffff";
    let uuid = "ffffffff-ffff-4fff-8fff-ffffffffffff";
    let deploy = |more: &Value| {
        let tree = WorkTree::new();
        let mut config =
            json!({ "name": "api", "main": "index.js", "compatibility_date": "2026-01-01" });
        let more = more.as_object().expect("an object").clone();
        config.as_object_mut().expect("an object").extend(more);
        tree.write("wrangler.json", config.to_string());
        tree.write("index.js", CODE);
        stand.run(tools, &tree.path(), &["deploy", "--x-provision=false"], "")
    };
    for (more, said) in [
        (json!({ "kv_namespaces": [{ "binding": "A", "id": none }] }), "[code: 10041]"),
        (json!({ "r2_buckets": [{ "binding": "A", "bucket_name": "none" }] }), "[code: 10085]"),
        (
            json!({ "r2_buckets": [{ "binding": "A", "bucket_name": "files", "jurisdiction": "eu" }] }),
            "[code: 10085]",
        ),
        (
            json!({ "d1_databases": [{ "binding": "A", "database_id": uuid, "database_name": "x" }] }),
            "[code: 10181]",
        ),
        (
            json!({ "queues": { "producers": [{ "binding": "A", "queue": "none" }] } }),
            "Queue \"none\" does not exist",
        ),
        (json!({ "hyperdrive": [{ "binding": "A", "id": none }] }), "[code: 10157]"),
        (json!({ "vectorize": [{ "binding": "A", "index_name": "none" }] }), "[code: 10159]"),
        (
            json!({ "dispatch_namespaces": [{ "binding": "A", "namespace": "none" }] }),
            "[code: 100119]",
        ),
        (
            json!({ "mtls_certificates": [{ "binding": "A", "certificate_id": uuid }] }),
            "[code: 100143]",
        ),
    ] {
        let ran = deploy(&more);
        assert!(ran.code == Some(1) && ran.says(said), "{said}: {ran:?}");
    }
    assert!(stand.sandbox.state().workers.scripts.is_empty());
    let ran = deploy(&json!({
        "kv_namespaces": [{ "binding": "CACHE", "id": "0123456789abcdef0123456789abcdef" }],
        "r2_buckets": [{ "binding": "FILES", "bucket_name": "files" }],
        "d1_databases": [{
            "binding": "DB", "database_id": "01234567-89ab-4def-8123-456789abcdef",
            "database_name": "orders",
        }],
        "queues": { "producers": [{ "binding": "JOBS", "queue": "jobs" }] },
        "vectorize": [{ "binding": "INDEX", "index_name": "index" }],
        "dispatch_namespaces": [{ "binding": "TENANTS", "namespace": "tenants" }],
        "secrets_store_secrets": [{
            "binding": "KEY", "store_id": "0123456789abcdef0123456789abcde0", "secret_name": "KEY",
        }],
    }));
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(stand.script("api").versions[0].bindings.len(), 7);
}

#[test]
fn a_required_secret_that_is_missing_is_named() {
    let Some(tools) = toolchain() else { return };
    let stand = Stand::seeded("workers: [{ name: api, secrets: [HAVE] }]");
    let tree = WorkTree::new();
    let config = json!({
        "name": "api", "main": "index.js", "compatibility_date": "2026-01-01",
        "secrets": { "required": ["HAVE", "NEED"] },
    });
    tree.write("wrangler.json", config.to_string());
    tree.write("index.js", CODE);
    let said = "The following required secrets have not been set: NEED";
    stand.wrangler_fails(tools, &tree.path(), &["deploy"], said);
    assert!(codes(&stand).contains(&10057));
    assert_eq!(stand.script("api").versions.len(), 1);
}

#[test]
fn no_subdomain_no_workers_dev() {
    let Some(tools) = toolchain() else { return };
    let stand = Stand::seeded("subdomain: false");
    let tree = WorkTree::new();
    let config = json!({ "name": "api", "main": "index.js", "compatibility_date": "2026-01-01" });
    tree.write("wrangler.json", config.to_string());
    tree.write("index.js", CODE);
    let said = "You need to register a workers.dev subdomain";
    stand.wrangler_fails(tools, &tree.path(), &["deploy"], said);
    assert!(codes(&stand).contains(&10007));
}

#[test]
fn a_token_may_what_its_groups_say_and_no_more() {
    let Some(tools) = toolchain() else { return };
    let stand = Stand::seeded(
        "
tokens:
  - { name: ci, value: ci-token, permissions: [Workers Scripts Read] }
  - { name: old, value: old-token, expires-on: 2020-01-01T00:00:00Z }
  - { name: narrow, value: narrow-token, zones: [one.example] }
  - { name: account, value: account-token, account-owned: true }
zones: [{ name: one.example }, { name: two.example }]
workers: [{ name: api }]
",
    );
    let tree = WorkTree::new();
    let config = json!({ "name": "api", "main": "index.js", "compatibility_date": "2026-01-01" });
    tree.write("wrangler.json", config.to_string());
    tree.write("index.js", CODE);
    stand.wrangler_fails(tools, &tree.path(), &["deploy"], "Authentication error [code: 10000]");
    let status = |token: &str, path: &str| {
        let (status, answer) = stand.ask_as(token, Method::GET, path, None);
        (status, answer["errors"][0]["code"].as_u64(), answer["result"].clone())
    };
    let scripts = "/accounts/{account}/workers/scripts";
    assert_eq!(status("ci-token", scripts).0, 200);
    assert_eq!(status("ci-token", "/accounts").1, Some(9109));
    assert_eq!(status("ci-token", "/memberships").1, Some(10001));
    assert_eq!(status("old-token", scripts).1, Some(10000));
    assert_eq!(status("old-token", "/user/tokens/verify").2["status"], "expired");
    assert_eq!(status("account-token", "/user/tokens/verify").1, Some(1000));
    assert_eq!(status("account-token", "/accounts/{account}/tokens/verify").0, 200);
    assert_eq!(status("narrow-token", "/zones").2.as_array().map(Vec::len), Some(1));
    let other = stand.sandbox.state().zones.0[1].id.clone();
    assert_eq!(status("narrow-token", &format!("/zones/{other}/workers/routes")).1, Some(10000));
    assert_eq!(status("narrow-token", "/zones/none/workers/routes").1, Some(7003));
}

#[test]
fn a_token_for_one_zone_sets_routes_there() {
    let Some(tools) = toolchain() else { return };
    let stand = Stand::seeded(
        "
tokens: [{ name: narrow, value: narrow-token, zones: [one.example] }]
zones: [{ name: one.example }, { name: two.example }]
",
    );
    let tree = WorkTree::new();
    let config = json!({
        "name": "api", "main": "index.js", "compatibility_date": "2026-01-01",
        "routes": [{ "pattern": "one.example/*", "zone_name": "one.example" }],
    });
    tree.write("wrangler.json", config.to_string());
    tree.write("index.js", CODE);
    let ran = stand.wrangler(tools, &tree.path(), &["deploy"]);
    assert!(ran.says("does not have 'All Zones' permissions"), "{ran:?}");
    assert_eq!(stand.sandbox.state().zones.0[0].routes.len(), 1);
}

#[test]
fn what_is_not_there_has_its_code() {
    let stand = Stand::seeded("workers: [{ name: api }]\nzones: [{ name: example.com }]");
    let code = |method: Method, path: &str, body: Option<Value>| {
        let (status, answer) = stand.ask(method, path, body.as_ref());
        assert!(status >= 400, "{path}: {answer}");
        answer["errors"][0]["code"].as_u64().expect("a code")
    };
    let get = |path: &str| code(Method::GET, path, None);
    let api = "/accounts/{account}/workers/scripts/api";
    assert_eq!(get("/accounts/{account}/workers/services/none"), 10007);
    assert_eq!(get(&format!("{api}/versions/none")), 100_146);
    assert_eq!(get(&format!("{api}/deployments/none")), 10336);
    assert_eq!(get(&format!("{api}/secrets/NONE")), 10056);
    assert_eq!(get("/accounts/{account}/workers/domains/none"), 100_114);
    assert_eq!(get("/accounts/{account}/workers/durable_objects/namespaces/none"), 10066);
    assert_eq!(get("/accounts/{account}/workers/subdomains/sandbox"), 10031);
    assert_eq!(get("/accounts/{account}/workers/subdomains/other"), 10032);
    let version = stand.script("api").versions[0].id.clone();
    let half = json!({ "strategy": "percentage", "versions": [{ "version_id": version, "percentage": 50 }] });
    assert_eq!(code(Method::POST, &format!("{api}/deployments"), Some(half)), 100_122);
    let serving = stand.script("api").deployments[0].id.clone();
    assert_eq!(code(Method::DELETE, &format!("{api}/deployments/{serving}"), None), 100_123);
    let zone = stand.sandbox.state().zones.0[0].id.clone();
    assert_eq!(get(&format!("/zones/{zone}/dns_records/none")), 81044);
    let bad = json!({ "name": "a", "type": "A", "content": "nonsense", "ttl": 1 });
    assert_eq!(code(Method::POST, &format!("/zones/{zone}/dns_records"), Some(bad)), 9005);
    let none = json!({ "pattern": "example.com/*", "script": "none" });
    assert_eq!(code(Method::POST, &format!("/zones/{zone}/workers/routes"), Some(none)), 10007);
    let invalid = json!({ "pattern": "other.org/*", "script": "api" });
    assert_eq!(code(Method::POST, &format!("/zones/{zone}/workers/routes"), Some(invalid)), 10022);
}

#[test]
fn dns_records_are_kept_as_dns_allows() {
    let stand = Stand::seeded(
        "zones: [{ name: example.com }]\nworkers: [{ name: api, domains: [api.example.com] }]",
    );
    let zone = stand.sandbox.state().zones.0[0].id.clone();
    let path = format!("/zones/{zone}/dns_records");
    let ask = |method: Method, path: &str, body: Value| {
        let (_, answer) = stand.ask(method, path, Some(&body));
        (answer["errors"][0]["code"].as_u64(), answer["result"].clone())
    };
    let record =
        json!({ "name": "www", "type": "A", "content": "192.0.2.1", "ttl": 1, "proxied": true });
    let (_, made) = ask(Method::POST, &path, record.clone());
    assert_eq!(made["name"], "www.example.com");
    assert_eq!(ask(Method::POST, &path, record).0, Some(81058));
    let alias = json!({ "name": "www", "type": "CNAME", "content": "example.net", "ttl": 1 });
    assert_eq!(ask(Method::POST, &path, alias).0, Some(81053));
    let at = format!("{path}/{}", made["id"].as_str().expect("an id"));
    let changed = json!({ "name": "www", "type": "A", "content": "192.0.2.2", "ttl": 60 });
    assert_eq!(ask(Method::PUT, &at, changed).1["content"], "192.0.2.2");
    let (_, managed) = stand.get(&format!("{path}?name=api.example.com"));
    let managed = managed["result"][0]["id"].as_str().expect("an id").to_owned();
    let (status, answer) = stand.ask(Method::DELETE, &format!("{path}/{managed}"), None);
    assert_eq!((status, &answer["errors"][0]["code"]), (405, &json!(1043)));
    assert_eq!(stand.ask(Method::DELETE, &at, None).0, 200);
}
