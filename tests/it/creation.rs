//! `clodo gaps --create`, with real Wrangler, in a sandbox.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::sandbox::stand::Stand;
use crate::terminal;
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

/// `clodo gaps` in a sandbox.
fn command(stand: &Stand, toolchain: &Toolchain, tree: &WorkTree, args: &[&str]) -> Command {
    let modules = tree.at("node_modules");
    if !modules.exists() {
        std::os::unix::fs::symlink(toolchain.folder.join("node_modules"), modules)
            .expect("a link to Wrangler");
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_clodo"));
    command
        .args(["gaps", "-e", "staging"])
        .args(args)
        .current_dir(tree.path())
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", tree.path())
        .env("CLODO_NODE", &toolchain.node)
        .env("WRANGLER_SEND_METRICS", "false")
        .env("WRANGLER_WRITE_LOGS", "false")
        .envs(stand.sandbox.environment());
    command
}

/// What comes of it.
fn said(command: &mut Command) -> Said {
    let output = command.output().expect("clodo starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    Said { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// `clodo gaps` where nobody can be asked.
fn gaps(stand: &Stand, toolchain: &Toolchain, tree: &WorkTree, args: &[&str]) -> Said {
    said(command(stand, toolchain, tree, args).stdin(Stdio::null()))
}

/// `clodo gaps --create` at a terminal, where somebody types this.
fn typed(stand: &Stand, toolchain: &Toolchain, tree: &WorkTree, keys: &str) -> Said {
    let (input, _keyboard) = terminal::typed(keys);
    said(command(stand, toolchain, tree, &["--create"]).stdin(input))
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

#[test]
fn at_a_terminal_somebody_is_asked() {
    let Some(toolchain) = toolchain() else { return };
    let (stand, tree) = (Stand::new(), shop());
    // No; nothing at all; and the end of the input.
    for keys in ["n\n", "\n", "\u{4}"] {
        let said = typed(&stand, toolchain, &tree, keys);
        assert_eq!(said.code, Some(0), "{keys:?}: {said:?}");
        assert!(said.err.contains("Make these 5? [y/N] "), "{keys:?}: {said:?}");
        assert!(said.err.contains("nothing was made"), "{keys:?}: {said:?}");
        assert!(names(&stand, "/accounts/{account}/queues", "queue_name").is_empty());
    }
    let said = typed(&stand, toolchain, &tree, "y\n");
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.out.contains("made queue orders-dlq"), "{said:?}");
    assert_eq!(names(&stand, "/accounts/{account}/queues", "queue_name"), ["orders", "orders-dlq"]);
}

#[test]
fn an_id_that_the_account_does_not_have_is_named_and_left() {
    let Some(toolchain) = toolchain() else { return };
    let stand = Stand::new();
    let config = "name = \"shop\"\nmain = \"a.js\"\ncompatibility_date = \"2026-01-31\"\n\
        [env.staging]\nkv_namespaces = [{ binding = \"CACHE\", id = \"56abac68a9e339dd039a7d6623872cfd\" }]\n\
        d1_databases = [{ binding = \"DB\", database_id = \"abda8f4b-20b9-4d9a-9fa2-73dc5ebd4351\" }]\n";
    let tree = WorkTree::of(&[("wrangler.toml", config), ("a.js", "export default {}")]);
    let said = gaps(&stand, toolchain, &tree, &["--create", "--yes"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    for left in [
        "the account does not have 56abac68a9e339dd039a7d6623872cfd, the id of KV namespace CACHE of \
         shop (staging); it is left as it is",
        "the id of D1 database DB of shop (staging)",
        "remove env.staging.d1_databases[0].database_id from wrangler.toml to have a new one made",
    ] {
        assert!(said.err.contains(left), "{left}\n{}", said.err);
    }
    assert!(said.out.starts_with("There is nothing to make."), "{said:?}");
    assert_eq!(fs::read_to_string(tree.at("wrangler.toml")).expect("a file"), config);

    // Removed, as it says, there is something to make.
    let without = config.replace(", id = \"56abac68a9e339dd039a7d6623872cfd\"", "");
    tree.write("wrangler.toml", without);
    let said = gaps(&stand, toolchain, &tree, &["--create", "--yes"]);
    assert!(said.out.contains("made KV namespace shop-staging-cache"), "{said:?}");
}

#[test]
fn jurisdictions_dispatch_namespaces_and_pages_projects_are_made() {
    let Some(toolchain) = toolchain() else { return };
    let stand = Stand::new();
    let worker = "name = \"shop\"\nmain = \"a.js\"\ncompatibility_date = \"2026-01-31\"\n\
        [[env.staging.r2_buckets]]\nbinding = \"FILES\"\njurisdiction = \"eu\"\n\
        [[env.staging.d1_databases]]\nbinding = \"DB\"\ndatabase_name = \"orders\"\njurisdiction = \"eu\"\n\
        [[env.staging.dispatch_namespaces]]\nbinding = \"TENANTS\"\nnamespace = \"tenants\"\n";
    let pages = "name = \"site\"\npages_build_output_dir = \"dist\"\n\
        compatibility_date = \"2026-01-31\"\n[env.staging]\nvars = { A = \"b\" }\n";
    let tree = WorkTree::of(&[
        ("apps/shop/wrangler.toml", worker),
        ("apps/shop/a.js", "export default {}"),
        ("apps/site/wrangler.toml", pages),
        ("apps/site/dist/index.html", "hi"),
    ]);
    let said = gaps(&stand, toolchain, &tree, &["--create", "--yes"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    for made in [
        "made R2 bucket shop-staging-files (jurisdiction eu)",
        "made D1 database orders (jurisdiction eu)",
        "made dispatch namespace tenants",
        "made Pages project site (production branch main)",
    ] {
        assert!(said.out.contains(made), "{made}\n{}", said.out);
    }
    let state = stand.sandbox.state();
    let jurisdictions: Vec<_> =
        state.r2.buckets.iter().map(|bucket| (&*bucket.name, &*bucket.jurisdiction)).collect();
    assert_eq!(jurisdictions, [("shop-staging-files", "eu")]);
    drop(state);
    assert_eq!(names(&stand, "/accounts/{account}/pages/projects", "name"), ["site"]);
    let tenants =
        names(&stand, "/accounts/{account}/workers/dispatch/namespaces", "namespace_name");
    assert_eq!(tenants, ["tenants"]);
    let written = fs::read_to_string(tree.at("apps/shop/wrangler.toml")).expect("a file");
    assert!(written.contains("bucket_name = \"shop-staging-files\""), "{written}");
    let again = gaps(&stand, toolchain, &tree, &["--create", "--yes"]);
    assert!(again.out.starts_with("There is nothing to make."), "{again:?}");
}

/// Each time that Wrangler has made something, and before clodo can write it down, clodo is killed.
/// Whoever runs it again and again ends with everything made once, and written down.
#[test]
fn killed_at_any_time_nothing_is_made_twice() {
    let Some(toolchain) = toolchain() else { return };
    let (stand, tree) = (Stand::new(), shop());
    // Node, as clodo finds it: when Wrangler has made something, its parent dies.
    let node = toolchain.node.to_str().expect("UTF-8");
    let script = format!(
        "#!/bin/sh\n\"{node}\" \"$@\"\ncode=$?\ncase \" $* \" in *\" create \"*) kill -9 $PPID;; esac\n\
         exit $code\n"
    );
    tree.write(".bin/node", script);
    fs::set_permissions(tree.at(".bin/node"), Permissions::from_mode(0o755)).expect("a program");
    let mut killed = 0;
    loop {
        let mut command = command(&stand, toolchain, &tree, &["--create", "--yes"]);
        let said = said(command.env("CLODO_NODE", tree.at(".bin/node")).stdin(Stdio::null()));
        match said.code {
            None => killed += 1,
            code => {
                assert_eq!(code, Some(0), "{said:?}");
                break;
            }
        }
        assert!(killed < 9, "it never ends: {said:?}");
    }
    assert_eq!(killed, 5, "one for each that is made");
    assert_eq!(
        names(&stand, "/accounts/{account}/storage/kv/namespaces", "title"),
        ["shop-staging-cache"]
    );
    assert_eq!(names(&stand, "/accounts/{account}/d1/database", "name"), ["shop-staging"]);
    assert_eq!(names(&stand, "/accounts/{account}/r2/buckets", "name"), ["shop-files"]);
    assert_eq!(names(&stand, "/accounts/{account}/queues", "queue_name"), ["orders", "orders-dlq"]);
    let kv = names(&stand, "/accounts/{account}/storage/kv/namespaces", "id").remove(0);
    let d1 = names(&stand, "/accounts/{account}/d1/database", "uuid").remove(0);
    let written = fs::read_to_string(tree.at("apps/shop/wrangler.toml")).expect("a file");
    assert!(written.contains(&kv) && written.contains(&d1), "{written}");
}
