//! What a deployment that may have to be undone needs of an account: what was written is read, what is
//! in the way of an older version is said, and what was done is done although nobody heard of it.

use clodo::server::sandbox::faults::{Fault, What};
use reqwest::Method;
use serde_json::{Value, json};

use super::stand::Stand;
use crate::toolchain::toolchain;
use crate::work_tree::WorkTree;

const API: &str = "/accounts/{account}/workers/scripts/api";
const KV: &str = "0123456789abcdef0123456789abcdef";
const D1: &str = "01234567-89ab-4def-8123-456789abcdef";

/// Gives all of the traffic to a version; the code of the error, if it is one.
fn deploy(stand: &Stand, version: &str, force: bool) -> Option<u64> {
    let body = json!({
        "strategy": "percentage",
        "versions": [{ "version_id": version, "percentage": 100 }],
        "annotations": { "workers/message": "clodo:d-1:7 back" },
    });
    let query = if force { "?force=true" } else { "" };
    let path = format!("{API}/deployments{query}");
    stand.ask(Method::POST, &path, Some(&body)).1["errors"][0]["code"].as_u64()
}

fn newest(stand: &Stand) -> String {
    stand.script("api").versions.last().expect("a version").id.clone()
}

fn put_secret(stand: &Stand, text: &str) {
    let secret = json!({ "name": "KEY", "text": text, "type": "secret_text" });
    assert_eq!(stand.ask(Method::PUT, &format!("{API}/secrets"), Some(&secret)).0, 200);
}

#[test]
fn a_version_comes_back_unless_something_is_in_the_way() {
    let stand = Stand::seeded(&format!(
        "
workers: [{{ name: api, bindings: [{{ name: CACHE, type: kv_namespace, namespace_id: {KV} }}] }}]
resources: {{ kv: [{{ title: cache, id: {KV} }}] }}
"
    ));
    let first = newest(&stand);
    put_secret(&stand, "one");
    assert_eq!(deploy(&stand, &first, false), Some(10220));
    assert_eq!(deploy(&stand, &first, true), None);
    let (_, listed) = stand.get(&format!("{API}/deployments"));
    let newest_of_all = &listed["result"]["deployments"][0];
    assert_eq!(newest_of_all["versions"][0]["version_id"], *first);
    assert_eq!(newest_of_all["annotations"]["workers/message"], "clodo:d-1:7 back");
    // The version that serves may always serve.
    assert_eq!(deploy(&stand, &first, false), None);

    // What it was bound to is gone: no force brings it back.
    let second = newest(&stand);
    assert_eq!(deploy(&stand, &second, false), None);
    let without = json!({ "bindings": [] });
    assert_eq!(stand.ask(Method::PATCH, &format!("{API}/settings"), Some(&without)).0, 200);
    let kv = format!("/accounts/{{account}}/storage/kv/namespaces/{KV}");
    assert_eq!(stand.ask(Method::DELETE, &kv, None).0, 200);
    assert_eq!(deploy(&stand, &second, true), Some(10041));

    // Of a hundred newer versions, none is the first.
    let third = newest(&stand);
    for number in 0..100 {
        put_secret(&stand, &number.to_string());
    }
    assert_eq!(deploy(&stand, &third, true), Some(100_124));
    let (_, deployable) = stand.get(&format!("{API}/versions?deployable=true"));
    assert_eq!(deployable["result"]["items"].as_array().map(Vec::len), Some(100));
}

#[test]
fn no_version_from_before_a_migration_comes_back() {
    let Some(tools) = toolchain() else { return };
    let stand = Stand::new();
    let tree = WorkTree::new();
    let config = |more: Value| {
        let mut config =
            json!({ "name": "api", "main": "index.js", "compatibility_date": "2026-01-01" });
        let more = more.as_object().expect("an object").clone();
        config.as_object_mut().expect("an object").extend(more);
        config.to_string()
    };
    tree.write(
        "index.js",
        "import { DurableObject } from \"cloudflare:workers\";\n\
         export class Room extends DurableObject {}\n\
         export default { fetch() { return new Response() } };\n",
    );
    tree.write("wrangler.json", config(json!({})));
    stand.wrangler(tools, &tree.path(), &["deploy"]);
    let first = newest(&stand);
    let migrations = json!([{ "tag": "v1", "new_sqlite_classes": ["Room"] }]);
    tree.write("wrangler.json", config(json!({ "migrations": migrations })));
    stand.wrangler(tools, &tree.path(), &["deploy"]);
    let back = ["rollback", &first, "-y", "--message", "back"];
    stand.wrangler_fails(tools, &tree.path(), &back, "have been migrated");
    let script = stand.script("api");
    assert_eq!(script.deployments.last().expect("one").versions[0].version_id, newest(&stand));
}

/// What may be asked for, what is then there, and where.
fn writes(stand: &Stand) -> Vec<(Method, String, Value, String, &'static str, Value)> {
    let zone = stand.sandbox.state().zones.0[0].id.clone();
    let version = newest(stand);
    let routes = format!("/zones/{zone}/workers/routes");
    let domains = "/accounts/{account}/workers/domains?service=api".to_owned();
    let origins = json!([{ "hostname": "a.example.com" }]);
    vec![
        (
            Method::POST,
            format!("{API}/deployments"),
            json!({
                "strategy": "percentage",
                "versions": [{ "version_id": version, "percentage": 100 }],
                "annotations": { "workers/message": "clodo:d-1:7" },
            }),
            format!("{API}/deployments"),
            "/deployments/0/annotations/workers~1message",
            json!("clodo:d-1:7"),
        ),
        (
            Method::PATCH,
            format!("{API}/script-settings"),
            json!({ "logpush": true, "observability": { "enabled": true }, "tags": ["a"] }),
            format!("{API}/script-settings"),
            "",
            json!({
                "logpush": true, "observability": { "enabled": true }, "tags": ["a"],
                "tail_consumers": [],
            }),
        ),
        (
            Method::PUT,
            format!("{API}/schedules"),
            json!([{ "cron": "0 * * * *" }]),
            format!("{API}/schedules"),
            "/schedules/0/cron",
            json!("0 * * * *"),
        ),
        (
            Method::POST,
            format!("{API}/subdomain"),
            json!({ "enabled": true, "previews_enabled": true }),
            format!("{API}/subdomain"),
            "",
            json!({ "enabled": true, "previews_enabled": true }),
        ),
        (
            Method::PUT,
            format!("{API}/routes"),
            json!([{ "pattern": "example.com/*", "zone_name": "example.com" }]),
            routes.clone(),
            "/0/pattern",
            json!("example.com/*"),
        ),
        (
            Method::POST,
            routes.clone(),
            json!({ "pattern": "example.com/b/*", "script": "api" }),
            routes,
            "/1/script",
            json!("api"),
        ),
        (
            Method::PUT,
            format!("{API}/domains/records"),
            json!({ "override_existing_origin": true, "origins": origins }),
            domains.clone(),
            "/0/hostname",
            json!("a.example.com"),
        ),
        (
            Method::PUT,
            "/accounts/{account}/workers/domains".into(),
            json!({ "hostname": "b.example.com", "service": "api", "zone_id": zone }),
            domains,
            "/1/hostname",
            json!("b.example.com"),
        ),
        (
            Method::PUT,
            format!("{API}/secrets"),
            json!({ "name": "KEY", "text": "value", "type": "secret_text" }),
            format!("{API}/secrets"),
            "/0/name",
            json!("KEY"),
        ),
        (
            Method::PATCH,
            "/accounts/{account}/workers/workers/api".into(),
            json!({ "logpush": false }),
            format!("{API}/script-settings"),
            "/logpush",
            json!(false),
        ),
    ]
}

const SEED: &str = "
zones: [{ name: example.com }]
workers: [{ name: api }]
resources:
  d1: [{ name: orders, id: 01234567-89ab-4def-8123-456789abcdef, sql: CREATE TABLE t (a) }]
";

/// What an address answers where something is.
fn found(stand: &Stand, path: &str, pointer: &str) -> Option<Value> {
    stand.get(path).1["result"].pointer(pointer).cloned()
}

#[test]
fn what_was_written_is_read() {
    let stand = Stand::seeded(SEED);
    for (method, path, body, at, pointer, expected) in writes(&stand) {
        let (status, answer) = stand.ask(method, &path, Some(&body));
        assert_eq!(status, 200, "{path}: {answer}");
        assert_eq!(found(&stand, &at, pointer), Some(expected), "{path}");
    }
    // A changeset says what is, and changes nothing.
    let origins = json!([{ "hostname": "a.example.com" }, { "hostname": "c.example.com" }]);
    let path = format!("{API}/domains/changeset?replace_state=true");
    let (_, answer) = stand.ask(Method::POST, &path, Some(&origins));
    let of = |kind: &str| answer["result"][kind][0]["hostname"].clone();
    assert_eq!(
        [of("added"), of("removed"), of("updated"), of("conflicting")],
        [json!("c.example.com"), json!("b.example.com"), json!("a.example.com"), Value::Null],
    );
    // Less than there was: what is left out is gone.
    for (path, body) in [("schedules", json!([])), ("routes", json!([]))] {
        assert_eq!(stand.ask(Method::PUT, &format!("{API}/{path}"), Some(&body)).0, 200);
    }
    let none = json!({ "override_existing_origin": true, "origins": [] });
    assert_eq!(stand.ask(Method::PUT, &format!("{API}/domains/records"), Some(&none)).0, 200);
    let state = stand.sandbox.state();
    assert!(state.workers.scripts["api"].schedules.is_empty() && state.workers.domains.is_empty());
    let zone = &state.zones.0[0];
    assert!(zone.routes.is_empty() && zone.dns.is_empty());
}

#[test]
fn what_nobody_heard_of_is_done() {
    let stand = Stand::seeded(SEED);
    let drop_reply = |method: &Method, path: &str| {
        let path = path.replace("{account}", &stand.account());
        stand.sandbox.faults.add(Fault::always(What::DropReply).at(method.as_str(), &path).once());
    };
    for (method, path, body, at, pointer, expected) in writes(&stand) {
        drop_reply(&method, &path);
        assert!(stand.send(method, &path, &body).is_none(), "{path}");
        assert_eq!(found(&stand, &at, pointer), Some(expected), "{path}");
    }
    let form = "--x\r\ncontent-disposition: form-data; name=\"metadata\"\r\n\r\n\
         {\"main_module\":\"i.js\",\"compatibility_date\":\"2026-01-01\"}\r\n--x\r\n\
         content-disposition: form-data; name=\"i.js\"; filename=\"i.js\"\r\n\
         content-type: application/javascript+module\r\n\r\nexport default {};\r\n--x--\r\n";
    for (method, path, versions) in
        [(Method::PUT, API.to_owned(), 3), (Method::POST, format!("{API}/versions"), 4)]
    {
        drop_reply(&method, &path);
        assert!(stand.send_form(method, &path, form).is_none(), "{path}");
        assert_eq!(stand.script("api").versions.len(), versions, "{path}");
    }
    let query = format!("/accounts/{{account}}/d1/database/{D1}/query");
    drop_reply(&Method::POST, &query);
    assert!(
        stand.send(Method::POST, &query, &json!({ "sql": "INSERT INTO t VALUES (1)" })).is_none()
    );
    let rows = json!({ "sql": "SELECT count(*) AS n FROM t" });
    let (_, answer) = stand.ask(Method::POST, &query, Some(&rows));
    assert_eq!(answer["result"][0]["results"][0]["n"], 1);
}

#[test]
fn a_database_goes_back_to_a_bookmark() {
    let stand = Stand::seeded(SEED);
    let database = format!("/accounts/{{account}}/d1/database/{D1}");
    let query = |sql: &str| {
        let (status, answer) =
            stand.ask(Method::POST, &format!("{database}/query"), Some(&json!({ "sql": sql })));
        assert_eq!(status, 200, "{answer}");
        answer["result"][0]["results"].clone()
    };
    let bookmark = || {
        let (_, answer) = stand.get(&format!("{database}/time_travel/bookmark"));
        answer["result"]["bookmark"].as_str().expect("a bookmark").to_owned()
    };
    let restore = |bookmark: &str| {
        let path = format!("{database}/time_travel/restore?bookmark={bookmark}");
        stand.ask(Method::POST, &path, None)
    };
    query("INSERT INTO t VALUES ('kept')");
    let before = bookmark();
    assert_eq!(bookmark(), before, "nothing has changed");
    query("DROP TABLE t; CREATE TABLE other (b)");
    let after = bookmark();
    assert!(after > before, "later ones sort later");
    let (status, answer) = restore(&before);
    assert_eq!((status, &answer["result"]["previous_bookmark"]), (200, &json!(after)));
    assert_eq!(query("SELECT a FROM t"), json!([{ "a": "kept" }]));
    assert!(bookmark() > after, "a restored database has moved on");
    assert_eq!(restore(&after).0, 200);
    assert_eq!(query("SELECT count(*) AS n FROM other"), json!([{ "n": 0 }]));
    assert_eq!(restore("none").0, 400);
}
