//! The hash of a plan changes exactly when something that matters changes.

use std::fs;
use std::path::Path;

use clodo::core::plan::Plan;
use clodo::core::report::plan::json;
use clodo::flow::plan::plan;
use clodo::flow::project::Request;
use tempfile::TempDir;

use super::schema::published;

/// A project with a saved picture of its account.
const CONFIG: &str = r#"{
  // A comment.
  "name": "shop", "main": "index.js", "compatibility_date": "2026-01-01",
  "vars": { "CURRENCY": "EUR", "MODE": "live" },
  "kv_namespaces": [{ "binding": "A", "id": "1" }, { "binding": "B", "id": "2" }],
  "d1_databases": [{ "binding": "DB", "database_id": "d" }],
  "routes": ["example.com/a", "example.com/b"], "workers_dev": false
}"#;

const ACCOUNT: &str = r#"{
  "schema": "clodo.account/1", "taken_at": "2026-11-22T12:00:00Z",
  "accounts": [{ "id": "acme", "name": "acme", "custom_domains": [],
    "workers": { "shop": { "compatibility_date": "2026-01-01", "workers_dev": {},
      "deployments": [{ "id": "1", "versions": [{ "version_id": "v-one", "percentage": 100 }] }],
      "crons": [], "settings": { "bindings": [
        { "name": "A", "type": "kv_namespace", "target": { "namespace_id": "1" } }] } } },
    "kv_namespaces": [{ "id": "1", "title": "a" }, { "id": "2", "title": "b" }],
    "d1_databases": [{ "id": "d", "name": "orders", "migrations": { "d1_migrations": [] } }],
    "zones": [{ "id": "z", "name": "example.com", "routes": [], "dns": [] }] }]
}"#;

fn project(config: &str, account: &str, migration: &str) -> TempDir {
    let root = tempfile::tempdir().expect("a folder");
    let write = |path: &str, text: &str| {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("written");
    };
    write("wrangler.jsonc", config);
    write("index.js", "export default {}");
    write("migrations/0001_a.sql", migration);
    write("account.json", account);
    root
}

fn plan_in(root: &Path) -> Plan {
    let request = Request {
        root: root.to_owned(),
        account: Some(root.join("account.json")),
        ..Request::default()
    };
    let plan = plan(&request, None, None).expect("a plan").plan;
    published(json(&plan));
    plan
}

fn hash(config: &str, account: &str, migration: &str) -> String {
    plan_in(project(config, account, migration).path()).hash
}

const MIGRATION: &str = "CREATE TABLE a (id TEXT);";

#[test]
fn what_does_not_matter_leaves_it() {
    let base = hash(CONFIG, ACCOUNT, MIGRATION);
    assert_eq!(base.len(), 64);
    // Another folder, another run.
    assert_eq!(base, hash(CONFIG, ACCOUNT, MIGRATION));
    for (from, to) in [
        ("// A comment.", "/* Another one. */\n\n"),
        (
            "\"name\": \"shop\", \"main\"",
            "\"$schema\": \"x.json\", \"name\": \"shop\",\n\t\"main\"",
        ),
        ("\"CURRENCY\": \"EUR\", \"MODE\": \"live\"", "\"MODE\": \"live\", \"CURRENCY\": \"EUR\""),
        (
            r#"{ "binding": "A", "id": "1" }, { "binding": "B", "id": "2" }"#,
            r#"{ "id": "2", "binding": "B" }, { "id": "1", "binding": "A" }"#,
        ),
        (r#"["example.com/a", "example.com/b"]"#, r#"["example.com/b", "example.com/a"]"#),
        ("\"workers_dev\": false", "\"workers_dev\": false, \"dev\": { \"port\": 1 }"),
    ] {
        assert!(CONFIG.contains(from), "{from}");
        assert_eq!(base, hash(&CONFIG.replace(from, to), ACCOUNT, MIGRATION), "{to}");
    }
    for (from, to) in [("2026-11-22T12", "2026-11-22T13"), ("\"title\": \"b\"", "\"title\": \"c\"")]
    {
        // A title is only a word about an id; where it stands in a difference it is one.
        let account = ACCOUNT.replace(from, to);
        let same = base == hash(CONFIG, &account, MIGRATION);
        assert_eq!(same, from.starts_with("2026"), "{to}");
    }
}

#[test]
fn what_matters_changes_it() {
    let base = hash(CONFIG, ACCOUNT, MIGRATION);
    for (from, to) in [
        ("\"EUR\"", "\"USD\""),
        ("\"id\": \"1\"", "\"id\": \"2\""),
        ("2026-01-01", "2026-01-02"),
        ("\"example.com/b\"", "\"example.com/c\""),
        ("\"workers_dev\": false", "\"workers_dev\": true"),
        ("\"name\": \"shop\"", "\"name\": \"shop2\""),
        ("\"main\": \"index.js\"", "\"main\": \"index.js\", \"logpush\": true"),
    ] {
        assert!(CONFIG.contains(from), "{from}");
        assert_ne!(base, hash(&CONFIG.replace(from, to), ACCOUNT, MIGRATION), "{to}");
    }
    for (from, to) in [
        ("v-one", "v-two"),
        ("\"percentage\": 100", "\"percentage\": 90"),
        ("\"d1_migrations\": []", "\"d1_migrations\": [\"0001_a.sql\"]"),
        ("\"namespace_id\": \"1\"", "\"namespace_id\": \"9\""),
        ("\"routes\": []", r#""routes": [{"id":"r","pattern":"example.com/a","script":"other"}]"#),
        ("\"id\": \"acme\"", "\"id\": \"acme2\""),
    ] {
        assert!(ACCOUNT.contains(from), "{from}");
        assert_ne!(base, hash(CONFIG, &ACCOUNT.replace(from, to), MIGRATION), "{to}");
    }
    assert_ne!(base, hash(CONFIG, ACCOUNT, "CREATE TABLE b (id TEXT);"));
}
