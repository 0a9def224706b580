//! `clodo gaps --create`, with real Wrangler, in a sandbox.

use std::fs;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::sandbox::stand::Stand;
use crate::toolchain::{Toolchain, toolchain};
use crate::work_tree::WorkTree;

/// One of each kind that can be made, with comments that are to stay.
const SHOP: &str = r#"# The shop.
name = "shop"
main = "src/index.ts"
compatibility_date = "2026-01-31"
workers_dev = false

[env.staging] # people try things here
kv_namespaces = [{ binding = "CACHE" }] # no id yet

[[env.staging.d1_databases]]
binding = "DB" # orders and carts
database_name = "shop-staging"

[[env.staging.r2_buckets]]
binding = "FILES"
bucket_name = "shop-files"

[[env.staging.queues.producers]]
binding = "ORDERS"
queue = "orders"

[[env.staging.queues.consumers]]
queue = "orders"
dead_letter_queue = "orders-dlq"

[[env.staging.vectorize]]
binding = "SEARCH"
index_name = "products"
"#;

/// How clodo ended, and what it said.
#[derive(Debug)]
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

/// `clodo gaps` in a sandbox, where nobody can be asked.
fn gaps(stand: &Stand, toolchain: &Toolchain, tree: &WorkTree, args: &[&str]) -> Said {
    let modules = tree.at("node_modules");
    if !modules.exists() {
        std::os::unix::fs::symlink(toolchain.folder.join("node_modules"), modules)
            .expect("a link to Wrangler");
    }
    let output = Command::new(env!("CARGO_BIN_EXE_clodo"))
        .args(["gaps", "-e", "staging"])
        .args(args)
        .current_dir(tree.path())
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", tree.path())
        .env("CLODO_NODE", &toolchain.node)
        .env("WRANGLER_SEND_METRICS", "false")
        .env("WRANGLER_WRITE_LOGS", "false")
        .envs(stand.sandbox.environment())
        .stdin(Stdio::null())
        .output()
        .expect("clodo starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    Said { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// The names that a list of the account holds.
fn names(stand: &Stand, path: &str, key: &str) -> Vec<String> {
    let (status, answer) = stand.get(path);
    assert_eq!(status, 200, "{answer}");
    let list = answer["result"].as_array().or_else(|| answer["result"]["buckets"].as_array());
    let name = |one: &Value| one[key].as_str().expect("a name").to_owned();
    list.expect("a list").iter().map(name).collect()
}

fn shop() -> WorkTree {
    WorkTree::of(&[
        ("apps/shop/wrangler.toml", SHOP),
        ("apps/shop/src/index.ts", "export default {}"),
    ])
}

#[test]
fn what_is_missing_is_made_and_written_down_once() {
    let Some(toolchain) = toolchain() else { return };
    let (stand, tree) = (Stand::new(), shop());
    let said = gaps(&stand, toolchain, &tree, &["--create", "--yes"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert_eq!(
        names(&stand, "/accounts/{account}/storage/kv/namespaces", "title"),
        ["shop-staging-cache"]
    );
    assert_eq!(names(&stand, "/accounts/{account}/d1/database", "name"), ["shop-staging"]);
    assert_eq!(names(&stand, "/accounts/{account}/r2/buckets", "name"), ["shop-files"]);
    assert_eq!(names(&stand, "/accounts/{account}/queues", "queue_name"), ["orders", "orders-dlq"]);

    let kv = names(&stand, "/accounts/{account}/storage/kv/namespaces", "id").remove(0);
    let d1 = names(&stand, "/accounts/{account}/d1/database", "uuid").remove(0);
    let expected = SHOP
        .replace(r#"{ binding = "CACHE" }"#, &format!(r#"{{ binding = "CACHE", id = "{kv}" }}"#))
        .replace(
            "database_name = \"shop-staging\"\n",
            &format!("database_name = \"shop-staging\"\ndatabase_id = \"{d1}\"\n"),
        );
    let written = || fs::read_to_string(tree.at("apps/shop/wrangler.toml")).expect("a file");
    assert_eq!(written(), expected);

    let again = gaps(&stand, toolchain, &tree, &["--create", "--yes"]);
    assert_eq!(again.code, Some(0), "{again:?}");
    assert!(again.out.starts_with("There is nothing to make."), "{again:?}");
    assert_eq!(written(), expected);

    let matrix = gaps(&stand, toolchain, &tree, &[]);
    let state = |title: &str| {
        let line = matrix.out.lines().find(|line| line.trim_start().starts_with(title));
        line.and_then(|line| line.split_whitespace().last()).unwrap_or_default().to_owned()
    };
    for title in ["KV Namespace CACHE", "D1 Database DB", "R2 Bucket FILES", "Queue orders-dlq"] {
        assert_eq!(state(title), "ok", "{title}\n{}", matrix.out);
    }
    assert_eq!(state("Vectorize Index SEARCH"), "missing", "{}", matrix.out);
    let create = "wrangler vectorize create --dimensions=N --metric=cosine products";
    assert!(matrix.out.contains(create), "{}", matrix.out);
}

#[test]
fn the_database_of_the_state_is_made_as_well() {
    let Some(toolchain) = toolchain() else { return };
    let (stand, tree) = (Stand::new(), WorkTree::new());
    tree.write("wrangler.toml", "name = \"shop\"\nmain = \"index.ts\"\n[env.staging]\n");
    tree.write("index.ts", "export default {}");
    tree.write("clodo.yml", "state: { d1: clodo-state }\n");
    let matrix = gaps(&stand, toolchain, &tree, &[]);
    assert!(matrix.out.contains("wrangler d1 create clodo-state"), "{matrix:?}");
    let said = gaps(&stand, toolchain, &tree, &["--create", "--yes"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.out.contains("make D1 database clodo-state for clodo's state"), "{said:?}");
    assert_eq!(names(&stand, "/accounts/{account}/d1/database", "name"), ["clodo-state"]);
    let again = gaps(&stand, toolchain, &tree, &["--create", "--yes"]);
    assert!(again.out.starts_with("There is nothing to make."), "{again:?}");
    let matrix = gaps(&stand, toolchain, &tree, &[]);
    let row = matrix.out.lines().find(|line| line.contains("State in D1 clodo-state"));
    assert!(row.is_some_and(|row| row.ends_with("ok")), "{matrix:?}");
}

#[test]
fn what_is_there_under_its_name_is_taken() {
    let Some(toolchain) = toolchain() else { return };
    let stand = Stand::seeded(
        "resources:\n  kv: [{ title: shop-staging-cache }]\n  d1: [{ name: shop-staging }]\n  \
         queues: [{ name: orders }, { name: orders-dlq }]\n  r2: { buckets: [{ name: shop-files }] }\n",
    );
    let tree = shop();
    let said = gaps(&stand, toolchain, &tree, &["--create", "--yes"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.out.contains("took KV namespace shop-staging-cache"), "{said:?}");
    assert!(said.out.contains("took D1 database shop-staging"), "{said:?}");
    assert!(!said.out.contains("made"), "{said:?}");
    let kv = names(&stand, "/accounts/{account}/storage/kv/namespaces", "id");
    assert_eq!(kv.len(), 1);
    let written = fs::read_to_string(tree.at("apps/shop/wrangler.toml")).expect("a file");
    assert!(written.contains(&kv[0]), "{written}");
}

#[test]
fn nothing_is_made_where_nobody_can_be_asked() {
    let Some(toolchain) = toolchain() else { return };
    let (stand, tree) = (Stand::new(), shop());
    let said = gaps(&stand, toolchain, &tree, &["--create"]);
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.out.contains("make queue orders-dlq for shop (staging)"), "{said:?}");
    assert!(said.err.contains("--yes"), "{said:?}");
    assert!(names(&stand, "/accounts/{account}/queues", "queue_name").is_empty());
    assert_eq!(fs::read_to_string(tree.at("apps/shop/wrangler.toml")).expect("a file"), SHOP);
}

#[test]
fn a_refusal_keeps_what_was_made_before() {
    let Some(toolchain) = toolchain() else { return };
    // Another account's bucket may have the name; here R2 refuses because it is not one.
    let stand = Stand::new();
    let tree = WorkTree::of(&[(
        "wrangler.jsonc",
        r#"{
  // The shop.
  "name": "shop", "main": "src/index.ts", "compatibility_date": "2026-01-31",
  "env": {
    "staging": {
      "kv_namespaces": [{ "binding": "CACHE" }],
      "r2_buckets": [{ "binding": "FILES", "bucket_name": "shop--" }],
      "queues": { "producers": [{ "binding": "ORDERS", "queue": "orders" }] },
    },
  },
}
"#,
    )]);
    let said = gaps(&stand, toolchain, &tree, &["--create", "--yes"]);
    assert_eq!(said.code, Some(7), "{said:?}");
    assert!(said.err.contains("R2 bucket shop--"), "{said:?}");
    let kv = names(&stand, "/accounts/{account}/storage/kv/namespaces", "id").remove(0);
    let written = fs::read_to_string(tree.at("wrangler.jsonc")).expect("a file");
    assert!(written.contains(&kv) && written.contains("// The shop."), "{written}");
}
