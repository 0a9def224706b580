//! What Wrangler does not provoke: errors, permissions, pages of lists, and data that outlives the
//! sandbox.

use clodo::server::sandbox::Options;
use clodo::server::sandbox::d1::Statement;
use clodo::server::sandbox::data::{Entry, Value as KvValue};
use clodo::server::sandbox::state::Token;
use reqwest::Method;
use serde_json::{Value, json};

use super::stand::Stand;

fn code(answer: &Value) -> u64 {
    answer["errors"][0]["code"].as_u64().unwrap_or_else(|| panic!("no error: {answer}"))
}

#[test]
fn causes_have_their_codes() {
    let stand = Stand::new();
    let uuid = "00000000-0000-0000-0000-000000000000";
    let id = "0".repeat(32);
    let missing = [
        (format!("d1/database/{uuid}"), 404, 7404),
        (format!("storage/kv/namespaces/{id}"), 404, 10013),
        (format!("storage/kv/namespaces/{id}/values/a"), 404, 10013),
        ("r2/buckets/none".into(), 404, 10006),
        ("r2/buckets/none/objects/a/b".into(), 404, 10006),
        (format!("queues/{id}"), 404, 11000),
        (format!("hyperdrive/configs/{id}"), 404, 2006),
        ("vectorize/v2/indexes/none".into(), 404, 3000),
        ("workflows/none".into(), 404, 10200),
        (format!("secrets_store/stores/{id}"), 404, 1001),
        ("workers/dispatch/namespaces/none".into(), 404, 100119),
        (format!("mtls_certificates/{uuid}"), 404, 1016),
        (format!("pipelines/v1/pipelines/{id}"), 404, 1000),
        ("pages/projects/none".into(), 404, 8000007),
        ("pages/projects/none/deployments".into(), 404, 8000007),
    ];
    for (path, status, expected) in missing {
        let (found, answer) = stand.get(&format!("/accounts/{{account}}/{path}"));
        assert_eq!((found, code(&answer)), (status, expected), "{path}");
    }
    let refused = [
        ("d1/database", json!({}), 7400),
        ("storage/kv/namespaces", json!({}), 10019),
        ("r2/buckets", json!({ "name": "No" }), 10005),
        ("queues", json!({ "queue_name": "Not_A_Name" }), 11003),
        ("hyperdrive/configs", json!({ "name": "a" }), 2000),
        ("vectorize/v2/indexes", json!({ "name": "a", "config": {} }), 1004),
        ("mtls_certificates", json!({ "name": "a", "certificates": "none" }), 1406),
        ("pages/projects", json!({}), 8000096),
    ];
    for (path, body, expected) in refused {
        let path = format!("/accounts/{{account}}/{path}");
        let (status, answer) = stand.ask(Method::POST, &path, Some(&body));
        assert_eq!((status, code(&answer)), (400, expected), "{path}");
    }
    let change = stand.sandbox.store.change(|state| {
        state.r2.enabled = false;
        state.limits.d1_databases = Some(1);
        Ok(())
    });
    change.expect("a change");
    let (status, answer) = stand.get("/accounts/{account}/r2/buckets");
    assert_eq!((status, code(&answer)), (403, 10042));
    let create = |name: &str| {
        let body = json!({ "name": name });
        stand.ask(Method::POST, "/accounts/{account}/d1/database", Some(&body))
    };
    assert_eq!(create("one").0, 200);
    assert_eq!(code(&create("one").1), 7502);
    assert_eq!(code(&create("two").1), 7406);
}

#[test]
fn a_token_needs_the_group_of_the_product() {
    let stand = Stand::new();
    let change = stand.sandbox.store.change(|state| {
        let groups = ["D1 Read".to_owned()].into();
        let token = Token { value: "reader".into(), permissions: Some(groups), ..Token::default() };
        state.tokens.push(token);
        Ok(())
    });
    change.expect("a change");
    let ask = |method, path: &str| {
        let path = format!("/accounts/{{account}}/{path}");
        stand.ask_as("reader", method, &path, Some(&json!({ "name": "a" })))
    };
    assert_eq!(ask(Method::GET, "d1/database").0, 200);
    let (status, answer) = ask(Method::POST, "d1/database");
    assert_eq!((status, code(&answer)), (403, 10000));
    for path in [
        "storage/kv/namespaces",
        "r2/buckets",
        "queues",
        "hyperdrive/configs",
        "vectorize/v2/indexes",
        "workflows",
        "secrets_store/stores",
        "workers/dispatch/namespaces",
        "mtls_certificates",
        "pipelines/v1/pipelines",
        "pages/projects",
    ] {
        assert_eq!(ask(Method::GET, path).0, 403, "{path}");
    }
}

#[test]
fn lists_have_an_end() {
    let stand = Stand::new();
    let post = |path: &str, body: Value| {
        let (status, answer) =
            stand.ask(Method::POST, &format!("/accounts/{{account}}/{path}"), Some(&body));
        assert_eq!(status, 200, "{path}: {answer}");
    };
    for n in 0..25 {
        post("d1/database", json!({ "name": format!("d{n}") }));
        post("storage/kv/namespaces", json!({ "title": format!("n{n:02}") }));
        post("queues", json!({ "queue_name": format!("q{n}") }));
        post("r2/buckets", json!({ "name": format!("bucket-{n:02}") }));
    }
    let get = |path: &str| stand.get(&format!("/accounts/{{account}}/{path}")).1;
    let count = |answer: &Value| answer["result"].as_array().map_or(0, Vec::len);
    assert_eq!(count(&get("d1/database?per_page=10&page=3")), 5);
    assert_eq!(count(&get("d1/database?per_page=10&page=4")), 0);
    assert_eq!(count(&get("storage/kv/namespaces?page=2")), 5);
    assert_eq!(
        get("storage/kv/namespaces?order=title&direction=desc")["result"][0]["title"],
        "n24"
    );
    assert_eq!(count(&get("queues?page=3")), 0);
    assert_eq!(count(&get("queues?name=q7")), 1);

    let mut names = Vec::new();
    let mut cursor = String::new();
    for _ in 0..10 {
        let answer = get(&format!("r2/buckets?per_page=10&cursor={cursor}"));
        let buckets = answer["result"]["buckets"].as_array().expect("buckets");
        names
            .extend(buckets.iter().map(|bucket| bucket["name"].as_str().expect("text").to_owned()));
        cursor = answer["result_info"]["cursor"].as_str().expect("text").to_owned();
        if cursor.is_empty() {
            break;
        }
    }
    assert_eq!(names, (0..25).map(|n| format!("bucket-{n:02}")).collect::<Vec<_>>());
}

#[test]
fn queries_have_two_forms_and_are_a_batch() {
    let stand = Stand::new();
    let create = json!({ "name": "db" });
    let (_, made) = stand.ask(Method::POST, "/accounts/{account}/d1/database", Some(&create));
    let uuid = made["result"]["uuid"].as_str().expect("an id").to_owned();
    let ask = |form: &str, body: Value| {
        let path = format!("/accounts/{{account}}/d1/database/{uuid}/{form}");
        stand.ask(Method::POST, &path, Some(&body))
    };
    let (_, answer) = ask("query", json!({ "sql": "SELECT 1 AS a, 2 AS a" }));
    assert_eq!(answer["result"][0]["results"], json!([{ "a": 2 }]));
    let (_, answer) = ask("raw", json!({ "sql": "SELECT ? AS a, 2 AS a", "params": ["x"] }));
    let expected = json!({ "columns": ["a", "a"], "rows": [["x", 2]] });
    assert_eq!(answer["result"][0]["results"], expected);
    ask("query", json!({ "sql": "CREATE TABLE t(a UNIQUE)" }));
    let twice = json!({ "sql": "INSERT INTO t VALUES(?)", "params": ["x"] });
    let (status, answer) = ask("query", json!({ "batch": [twice, twice] }));
    assert_eq!((status, code(&answer)), (400, 7500));
    let (_, answer) = ask("query", json!({ "sql": "SELECT count(*) AS n FROM t" }));
    assert_eq!(answer["result"][0]["results"][0]["n"], 0);
    assert_eq!(code(&ask("query", json!({ "sql": "-- nothing" })).1), 7500);
    assert_eq!(code(&ask("query", json!({})).1), 7400);
}

#[test]
fn data_outlives_the_sandbox() {
    let folder = tempfile::tempdir().expect("a folder");
    let start = || {
        let folder = Some(folder.path().to_owned());
        Stand::with(Options { folder, ..Options::default() })
    };
    let insert = "CREATE TABLE t(a); INSERT INTO t VALUES(1)";
    let stand = start();
    for (path, body) in [
        ("d1/database", json!({ "name": "db" })),
        ("storage/kv/namespaces", json!({ "title": "KV" })),
    ] {
        stand.ask(Method::POST, &format!("/accounts/{{account}}/{path}"), Some(&body));
    }
    let namespace = stand.sandbox.state().kv.namespaces[0].id.clone();
    let statements = Statement::split(insert, Vec::new()).expect("statements");
    stand.sandbox.d1_run("db", &statements).expect("done");
    let value = KvValue { bytes: "v".into(), metadata: None, expiration: None };
    let put = stand.sandbox.kv().put(&namespace, vec![Entry { key: "k".into(), value }]);
    put.expect("written");
    drop(stand);
    let stand = start();
    let select = Statement { sql: "SELECT a FROM t".into(), params: Vec::new() };
    let answers = stand.sandbox.d1_run("db", &[select]).expect("an answer");
    assert_eq!(answers[0].rows, [[json!(1)]]);
    let value = stand.sandbox.kv().get(&namespace, "k").expect("a namespace").expect("a value");
    assert_eq!(value.bytes.as_ref(), b"v");
}

#[test]
fn a_reset_goes_back_in_d1_as_well() {
    let stand = Stand::seeded(
        "resources: { d1: [{ name: db, sql: CREATE TABLE t(a); INSERT INTO t VALUES('seed') }] }",
    );
    let run = |sql: &str| {
        let statement = Statement { sql: sql.into(), params: Vec::new() };
        stand.sandbox.d1_run("db", &[statement]).expect("an answer").remove(0).rows
    };
    run("UPDATE t SET a = 'changed'");
    stand.sandbox.reset().expect("a reset");
    assert_eq!(run("SELECT a FROM t"), [[json!("seed")]]);
}

#[test]
fn messages_wait_until_they_are_purged() {
    let stand = Stand::new();
    let body = json!({ "queue_name": "jobs" });
    let (_, made) = stand.ask(Method::POST, "/accounts/{account}/queues", Some(&body));
    let queue = format!(
        "/accounts/{{account}}/queues/{}",
        made["result"]["queue_id"].as_str().expect("an id")
    );
    let count = || stand.get(&format!("{queue}/metrics")).1["result"]["backlog_count"].clone();
    let one = json!({ "body": "hello" });
    let batch = json!({ "messages": [one, { "body": { "a": 1 }, "content_type": "json" }] });
    // Sending starts what delivers.
    let (status, answer) = stand.ask(Method::POST, &format!("{queue}/messages"), Some(&one));
    assert_eq!(status, 200, "{answer}");
    stand.ask(Method::POST, &format!("{queue}/messages/batch"), Some(&batch));
    assert_eq!(count(), 3);
    stand.ask(Method::POST, &format!("{queue}/purge"), Some(&json!({})));
    assert_eq!(count(), 0);
}
