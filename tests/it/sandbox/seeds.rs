//! Seeds: what they say is what the account has.

use std::path::Path;

use clodo::server::sandbox::Options;
use clodo::server::sandbox::seed::Seed;
use serde_json::json;

use super::stand::Stand;

#[test]
fn a_seed_is_what_the_account_has() {
    let stand = Stand::seeded(
        r#"
account: { id: 0123456789abcdef0123456789abcdef, name: acme, others: [{ id: a, name: other }] }
subdomain: acme
plan: free
limits: { crons: 3 }
tokens: [{ name: made }]
zones:
  - name: example.com
    status: pending
    dns: [{ name: "@", type: MX, content: mail.example.com, priority: 10 }]
workers:
  - name: api
    code: export default { fetch() { return new Response("seeded") } }
    vars: { MODE: live, DATA: { a: [1, 2.5, null] } }
    secrets: { KEY: value }
    bindings: [{ name: AUTH, type: service, service: auth }]
    durable-objects: [Room, { class: Old, sqlite: false }]
    migration-tag: v2
    routes: ["*.example.com/*"]
    domains: [api.example.com]
    crons: ["0 * * * *"]
    split: [90, 10]
    last-deployed-from: dash
  - { name: auth }
resources:
  kv: [{ title: cache }]
  d1: [{ name: orders, sql: "CREATE TABLE t (id); INSERT INTO t VALUES (7);" }]
  r2: { buckets: [{ name: files, jurisdiction: eu }] }
  queues: [{ name: jobs, consumers: [{ worker: api, dead-letter-queue: dead }] }]
  hyperdrive: [{ name: db }]
  workflows: [{ name: flow, class: Flow, worker: api }]
  secrets-stores: [{ name: store, secrets: [KEY] }]
  certificates: [{ name: mtls }]
  pipelines: [{ name: sink }]
  pages: [{ name: site, production-branch: live }]
faults: [{ path: /user, times: 1, what: { error: { status: 503, code: 10013 } } }]
"#,
    );
    let state = stand.sandbox.state();
    assert_eq!(state.account.name, "acme");
    assert_eq!((state.limits.crons, state.limits.workers), (Some(3), Some(100)));
    assert!(state.tokens[0].value.starts_with("sandbox-"), "{:?}", state.tokens);
    let zone = &state.zones.0[0];
    assert_eq!(
        (&*zone.status, &*zone.dns[0].name, zone.dns[0].priority),
        ("pending", "example.com", Some(10))
    );
    assert!(zone.dns[1].read_only && zone.dns[1].name == "api.example.com");
    assert_eq!(zone.routes[0].script.as_deref(), Some("api"));
    let api = stand.script("api");
    let shares: Vec<_> = api.serving().map(|(version, share)| (version.number, share)).collect();
    assert_eq!(shares, [(1, 90.0), (2, 10.0)]);
    let binding = |name: &str| api.versions[1].binding(name).expect("a binding").fields.clone();
    assert_eq!(binding("DATA")["json"], json!({ "a": [1, 2.5, null] }));
    assert_eq!(binding("KEY")["text"], "value");
    assert_eq!(binding("AUTH")["service"], "auth");
    let classes: Vec<_> =
        state.workers.namespaces.iter().map(|one| (&*one.class, one.use_sqlite)).collect();
    assert_eq!(classes, [("Room", true), ("Old", false)]);
    assert_eq!(state.queues.queues[0].consumers[0].script_name.as_deref(), Some("api"));
    assert_eq!(state.r2.buckets[0].jurisdiction, "eu");
    assert_eq!(state.pages.projects[0].production_branch, "live");
    assert_eq!(stand.get("/user").0, 503);
    assert_eq!(stand.get("/accounts").1["result_info"]["total_count"], 2);
    let query = json!({ "sql": "SELECT id FROM t" });
    let path = format!("/accounts/{{account}}/d1/database/{}/query", state.d1.databases[0].uuid);
    let (_, rows) = stand.ask(reqwest::Method::POST, &path, Some(&query));
    assert_eq!(rows["result"][0]["results"], json!([{ "id": 7 }]));
}

#[test]
fn a_permission_group_that_nobody_has_is_told() {
    let read = |group: &str| {
        let text = format!("tokens:\n  - name: ci\n    permissions:\n      - {group}\n");
        Seed::read("seed.yaml", &text, Path::new(".")).map(|_| ()).map_err(|e| e.to_string())
    };
    assert_eq!(read("Workers Scripts Write"), Ok(()));
    let typo = "seed.yaml:4: the sandbox knows no permission group `Worker Scripts Write`; did you \
                mean `Workers Scripts Write`?";
    assert_eq!(read("Worker Scripts Write"), Err(typo.to_owned()));
    let other = read("Billing Read").expect_err("the sandbox has no bills");
    assert!(other.contains("`Billing Read`; /user/tokens/permission_groups"), "{other}");
}

#[test]
fn a_snapshot_of_an_account_is_a_seed() {
    let zone = "0123456789abcdef0123456789abcde1";
    let database = "01234567-89ab-4def-8123-456789abcdef";
    let snapshot = json!({
        "schema": "clodo.account/1",
        "taken_at": "2026-11-22T12:00:00Z",
        "accounts": [{
            "id": "0123456789abcdef0123456789abcdef",
            "name": "acme",
            "subdomain": { "name": null },
            "zones": [{
                "id": zone, "name": "example.com", "status": "active",
                "routes": [{ "id": "r", "pattern": "example.com/*", "script": "api" }],
                "dns": [
                    { "id": "1", "name": "www.example.com", "type": "A", "proxied": true },
                    { "id": "2", "name": "api.example.com", "type": "AAAA", "content": "100::", "read_only": true },
                ],
            }],
            "custom_domains": [{
                "id": "d", "hostname": "api.example.com", "service": "api", "zone_id": zone,
                "zone_name": "example.com",
            }],
            "durable_objects": [
                { "id": "0123456789abcdef0123456789abcde2", "script": "api", "class": "Room", "use_sqlite": true },
            ],
            "workers": { "api": {
                "compatibility_date": "2026-01-01",
                "migration_tag": "v1",
                "settings": { "bindings": [
                    { "name": "KEY", "type": "secret_text" },
                    { "name": "MODE", "type": "plain_text" },
                    { "name": "DB", "type": "d1", "target": { "id": database } },
                ] },
                "deployments": [
                    { "id": "x", "versions": [
                        { "version_id": "a", "percentage": 75.0 }, { "version_id": "b", "percentage": 25.0 },
                    ] },
                    { "id": "y", "versions": [{ "version_id": "a", "percentage": 100.0 }] },
                ],
                "crons": ["0 * * * *"],
            } },
            "d1_databases": [{
                "id": database, "name": "orders", "migrations": { "d1_migrations": ["0001_init.sql"] },
            }],
            "r2": { "enabled": true, "buckets": { "default": ["files"] } },
            "kv_namespaces": { "unknown": { "why": "forbidden", "needs": "Workers KV Storage Read" } },
        }],
    });
    let seed = Seed::read("account.json", &snapshot.to_string(), Path::new(".")).expect("a seed");
    let stand = Stand::with(Options { seed: Some(seed), ..Options::default() });
    let state = stand.sandbox.state();
    assert_eq!((&*state.account.name, state.workers.subdomain.as_ref()), ("acme", None));
    let zone = &state.zones.0[0];
    let records: Vec<_> = zone.dns.iter().map(|one| (&*one.name, &*one.content)).collect();
    assert_eq!(records, [("www.example.com", "192.0.2.1"), ("api.example.com", "100::")]);
    assert_eq!(zone.routes[0].script.as_deref(), Some("api"));
    let api = stand.script("api");
    let shares: Vec<_> = api.serving().map(|(_, share)| share).collect();
    assert_eq!(shares, [75.0, 25.0]);
    assert_eq!(api.versions[0].secrets().count(), 1);
    assert_eq!(state.workers.namespaces[0].id, "0123456789abcdef0123456789abcde2");
    assert_eq!(state.r2.buckets[0].name, "files");
    let query = json!({ "sql": "SELECT name FROM d1_migrations" });
    let path = format!("/accounts/{{account}}/d1/database/{database}/query");
    let (_, rows) = stand.ask(reqwest::Method::POST, &path, Some(&query));
    assert_eq!(rows["result"][0]["results"], json!([{ "name": "0001_init.sql" }]));

    let error = Seed::read("account.json", "{\"schema\": \"other\"}", Path::new("."));
    assert!(
        error.expect_err("another schema").to_string().starts_with("account.json:1: its schema")
    );
}
