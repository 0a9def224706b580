//! `clodo data`, with real Wrangler, in a sandbox.

use std::process::{Command, Stdio};

use clodo::core::model::journal::{Action, verify};
use clodo::server::sandbox::d1::Statement;
use clodo::world::http::block_on;
use clodo::world::store::{EntryFilter, Place, Store};
use serde_json::{Value, json};

use super::{Said, clodo, command, said};
use crate::sandbox::stand::Stand;
use crate::terminal;
use crate::toolchain::{Toolchain, toolchain};
use crate::work_tree::WorkTree;

/// A shop with a database in each of two environments.
pub(super) struct Shop {
    pub(super) stand: Stand,
    pub(super) tree: WorkTree,
    pub(super) toolchain: &'static Toolchain,
}

pub(super) const LIVE: &str = "11111111-1111-4111-8111-111111111111";
const STAGING: &str = "22222222-2222-4222-8222-222222222222";

impl Shop {
    pub(super) fn new() -> Option<Self> {
        let toolchain = toolchain()?;
        let stand = Stand::seeded(&format!(
            "resources: {{ d1: [{{ name: orders, id: {LIVE} }}, {{ name: orders-staging, id: {STAGING} }}] }}\n"
        ));
        let database = |name: &str, id: &str| json!([{ "binding": "DB", "database_name": name, "database_id": id }]);
        let config = json!({
            "name": "shop", "main": "index.js", "compatibility_date": "2026-01-01",
            "env": {
                "production": { "d1_databases": database("orders", LIVE) },
                "staging": { "d1_databases": database("orders-staging", STAGING) },
            },
        });
        let tree = WorkTree::of(&[
            ("index.js", "export default {}"),
            ("wrangler.json", &config.to_string()),
            ("migrations/0001_begin.sql", "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT);"),
            ("migrations/0002_more.sql", "CREATE TABLE w(k TEXT PRIMARY KEY, v) WITHOUT ROWID;"),
        ]);
        std::os::unix::fs::symlink(toolchain.folder.join("node_modules"), tree.at("node_modules"))
            .expect("a link to Wrangler");
        Some(Self { stand, tree, toolchain })
    }

    pub(super) fn clodo(&self, args: &[&str]) -> Said {
        said(self.command(args).stdin(Stdio::null()))
    }

    /// Another command than `data`.
    pub(super) fn root(&self, args: &[&str]) -> Said {
        clodo(&self.tree.path(), args, &self.variables())
    }

    /// The same at a terminal, where somebody types this.
    fn typed(&self, args: &[&str], keys: &str) -> Said {
        let (input, _keyboard) = terminal::typed(keys);
        said(self.command(args).stdin(input))
    }

    pub(super) fn command(&self, args: &[&str]) -> Command {
        let program = env!("CARGO_BIN_EXE_clodo");
        let mut command = command(program, &self.tree.path(), &self.variables());
        command.arg("data").args(args);
        command
    }

    fn variables(&self) -> Vec<(&'static str, String)> {
        let mut variables = self.stand.sandbox.environment();
        variables.push(("CLODO_NODE", self.toolchain.node.display().to_string()));
        variables.push(("WRANGLER_WRITE_LOGS", "false".to_owned()));
        variables
    }

    /// Rows, asked past the API.
    pub(super) fn rows(&self, database: &str, sql: &str) -> Value {
        let statement = Statement { sql: sql.into(), params: Vec::new() };
        let answers = self.stand.sandbox.d1_run(database, &[statement]).expect("an answer");
        json!(answers[0].objects())
    }

    /// What the journal has about data, in its order: what was done, and the rest.
    pub(super) fn noted(&self) -> Vec<(String, Value)> {
        block_on(async {
            let store = Store::open(&Place::Sqlite(self.tree.at(".clodo/state.db"))).await;
            let store = store.expect("a store");
            let records = store.records(0, 100).await.expect("records");
            verify(&records).expect("whole");
            let filter =
                EntryFilter { action: Some(Action::DataChanged), ..EntryFilter::default() };
            let entries = store.entries(&filter).await.expect("entries");
            let details = entries.into_iter().map(|entry| {
                assert!(entry.event.fence.is_some(), "{entry:?}");
                Value::Object(entry.event.details)
            });
            details.map(|one| (one["what"].as_str().unwrap_or_default().to_owned(), one)).collect()
        })
        .expect("a runtime")
    }
}

#[test]
fn migrations_run_after_a_bookmark_and_what_was_is_found_again() {
    let Some(shop) = Shop::new() else { return };
    let status = shop.clodo(&["status", "-e", "production"]).ends(0).out;
    assert!(status.contains("0 applied\n  + 0001_begin.sql\n  + 0002_more.sql"), "{status}");
    assert_eq!(
        shop.rows("orders", "SELECT count(*) AS n FROM sqlite_schema WHERE name = 'd1_migrations'")
            [0]["n"],
        0,
        "looking writes nothing"
    );
    let asked = shop.clodo(&["migrate", "-e", "production"]).ends(2).err;
    assert!(asked.contains("nobody to ask"), "{asked}");
    let said = shop.clodo(&["migrate", "-e", "production", "--yes"]).ends(0);
    assert_eq!(said.out, "orders: 0001_begin.sql, 0002_more.sql\n");
    let again = shop.clodo(&["migrate", "-e", "production", "--yes"]).ends(0).out;
    assert_eq!(again, "There is nothing to apply.\n");
    let json = shop.clodo(&["status", "-e", "production", "--format", "json"]).ends(0).json();
    let migrations = &json["databases"][0]["migrations"];
    assert_eq!(
        (&migrations["applied"][1], &migrations["pending"]),
        (&json!("0002_more.sql"), &json!([]))
    );

    // What is taken away is said, and one that fails leaves a way back.
    shop.tree.write("migrations/0003_away.sql", "DROP TABLE w;");
    shop.tree.write("migrations/0004_bad.sql", "INSERT INTO nope VALUES(1);");
    let status = shop.clodo(&["status", "-e", "production"]).ends(0).out;
    assert!(status.contains("+ 0003_away.sql  drops the table w  [destructive]"), "{status}");
    let failed = shop.clodo(&["migrate", "-e", "production", "--yes"]).ends(1).err;
    assert!(failed.contains("no such table: nope"), "{failed}");
    assert!(failed.contains("clodo data restore orders -e production --to "), "{failed}");
    let noted = shop.noted();
    let what: Vec<&str> = noted.iter().map(|(what, _)| what.as_str()).collect();
    assert_eq!(what, ["migrate", "migrated", "migrate", "migrated"]);
    assert_eq!(noted[3].1["migrations"], json!(["0003_away.sql"]));
    assert_eq!(noted[3].1["not_run"], json!(["0004_bad.sql"]));

    let bookmark = noted[2].1["bookmark"].as_str().expect("a bookmark").to_owned();
    let restore = ["restore", "orders", "-e", "production", "--to", &bookmark];
    let asked = shop.clodo(&restore).ends(2).err;
    assert!(asked.contains("nobody to ask"), "{asked}");
    shop.clodo(&[&restore[..], &["--yes"]].concat()).ends(0);
    let tables = shop.rows("orders", "SELECT name FROM sqlite_schema WHERE name = 'w'");
    assert_eq!(tables[0]["name"], "w");
    let noted = shop.noted();
    assert_eq!((noted[4].0.as_str(), noted[5].0.as_str()), ("restore", "restored"));
    assert_eq!(noted[5].1["to"], json!(bookmark));
}

#[test]
fn a_bookmark_is_printed_and_a_time_leads_back() {
    let Some(shop) = Shop::new() else { return };
    shop.clodo(&["migrate", "-e", "staging", "--yes"]).ends(0);
    let said = shop.clodo(&["bookmark", "-e", "staging"]).ends(0).out;
    let (bookmark, name) = said.trim().split_once("  ").expect("two columns");
    assert_eq!((bookmark.len(), name), (bookmark.len().max(20), "orders-staging"), "{said}");
    // What is neither bookmark nor time that was is not asked for.
    for odd in ["", "0", "yesterday", "9999-01-01", &bookmark[1..]] {
        let said = shop.clodo(&["restore", "-e", "staging", "--to", odd, "--yes"]).ends(2);
        assert!(said.err.contains("--to"), "{said:?}");
    }
    assert_eq!(shop.noted().len(), 2, "nothing but the migrations");
    let unknown = bookmark.replacen('0', "f", 1);
    let refused = shop.clodo(&["restore", "-e", "staging", "--to", &unknown, "--yes"]).ends(7);
    assert!(refused.err.contains("Invalid bookmark"), "{refused:?}");
    assert!(!refused.err.contains("as it was before"), "nothing happened: {refused:?}");
    let (what, last) = shop.noted().pop().expect("an entry");
    assert_eq!((what.as_str(), &last["outcome"]), ("restore", &json!("failed")));
    let cef = shop.root(&["audit", "export", "--format", "cef", "--action", "data-changed"]);
    let outcome = |line: &str| {
        let (_, rest) = line.split_once("outcome=")?;
        rest.split(' ').next().map(str::to_owned)
    };
    let outcomes: Vec<Option<String>> = cef.ends(0).out.lines().map(outcome).collect();
    let [success, failure] = ["success", "failure"].map(|word| Some(word.to_owned()));
    assert_eq!(outcomes, [None, success, None, failure], "an intent is no success");
    let second = shop.clodo(&["restore", "-e", "staging", "--to", "1s", "--yes"]);
    assert!(!second.out.contains("1s"), "the time is told, and not how it was typed: {second:?}");
    let none = shop.clodo(&["restore", "nope", "-e", "staging", "--to", "1h", "--yes"]).ends(2);
    assert!(none.err.contains("no database \"nope\"; it has orders-staging"), "{none:?}");
}

#[test]
fn a_copy_holds_what_the_other_holds() {
    let Some(shop) = Shop::new() else { return };
    for environment in ["production", "staging"] {
        shop.clodo(&["migrate", "-e", environment, "--yes"]).ends(0);
    }
    shop.rows("orders", "INSERT INTO t(id, a) VALUES (1, 'x;'), (7, NULL), (9, 'it''s')");
    shop.rows("orders", "INSERT INTO w VALUES ('b', 2.5), ('a', x'00ff')");
    shop.rows("orders-staging", "INSERT INTO t(id, a) VALUES (3, 'old')");
    let many = "WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 2300) \
                INSERT INTO t SELECT i, 'row ' || i FROM n";
    shop.rows("orders", many);

    // Nothing that is there goes without a word, and production is not replaced by chance.
    let copy = ["copy", "--from", "production", "--into", "staging"];
    let asked = shop.clodo(&copy).ends(2).err;
    assert!(asked.contains("nobody to ask"), "{asked}");
    let into = ["copy", "--from", "staging", "--into", "production", "--yes"];
    let refused = shop.clodo(&into).ends(2).err;
    assert!(
        refused.contains("production are those of end users")
            && refused.contains("--into-production"),
        "{refused}"
    );
    assert_eq!(shop.rows("orders-staging", "SELECT count(*) AS n FROM t")[0]["n"], 1);

    let said = shop.clodo(&[&copy[..], &["--yes"]].concat()).ends(0);
    let back = "back: clodo data restore orders-staging -e staging --to ";
    assert!(said.err.contains(back), "{said:?}");
    let lines: Vec<String> = said
        .out
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(
        lines,
        [
            "TABLE ROWS COPIED CONTENT",
            "d1_migrations 2 2 the same",
            "t 2204 2204 the same",
            "w 2 2 the same",
        ]
    );
    let all = "SELECT id, a FROM t ORDER BY id";
    assert_eq!(shop.rows("orders-staging", all), shop.rows("orders", all));
    let noted = shop.noted();
    let (copying, copied) = (&noted[noted.len() - 2].1, &noted[noted.len() - 1].1);
    assert_eq!(copied["same"], true);
    let bookmark = copying["bookmark"].as_str().expect("a bookmark");
    shop.clodo(&["restore", "DB", "-e", "staging", "--to", bookmark, "--yes"]).ends(0);
    assert_eq!(shop.rows("orders-staging", "SELECT a FROM t"), json!([{ "a": "old" }]));
}

/// What D1 itself can hold: a hundred columns, and rows that refer to a table that is made later.
#[test]
fn a_copy_holds_wide_tables_and_those_that_refer_to_later_ones() {
    let Some(shop) = Shop::new() else { return };
    let columns: Vec<String> = (0..100).map(|number| format!("c{number}")).collect();
    shop.rows("orders", &format!("CREATE TABLE wide ({})", columns.join(", ")));
    let values: Vec<String> = (0..100).map(|number| format!("'it''s {number}'")).collect();
    shop.rows("orders", &format!("INSERT INTO wide VALUES ({})", values.join(", ")));
    shop.rows("orders", "CREATE TABLE kid (id INTEGER PRIMARY KEY, of REFERENCES zpa (id))");
    shop.rows("orders", "CREATE TABLE zpa (id INTEGER PRIMARY KEY)");
    shop.rows("orders", "INSERT INTO zpa VALUES (7)");
    shop.rows("orders", "INSERT INTO kid VALUES (1, 7)");
    let copy = ["copy", "--from", "production", "--into", "staging", "--yes"];
    // The second time there is something to remove.
    for _ in 0..2 {
        let said = shop.clodo(&copy).ends(0).out;
        assert_eq!(said.matches("the same").count(), 3, "{said}");
    }
    let wide = "SELECT c0, c99 FROM wide";
    assert_eq!(shop.rows("orders-staging", wide), shop.rows("orders", wide));
}

#[test]
fn an_environment_that_nobody_has_is_named() {
    let Some(shop) = Shop::new() else { return };
    for args in
        [&["status", "-e", "nope"][..], &["copy", "--from", "nope", "--into", "staging", "--yes"]]
    {
        let unknown = shop.clodo(args).ends(2).err;
        assert!(unknown.contains("no service has the environment \"nope\""), "{unknown}");
    }
}

/// Whoever loses something types what, and nothing else will do.
#[test]
fn the_name_of_a_database_is_typed() {
    let Some(shop) = Shop::new() else { return };
    for environment in ["production", "staging"] {
        shop.clodo(&["migrate", "-e", environment, "--yes"]).ends(0);
    }
    let bookmark = shop.clodo(&["bookmark", "-e", "staging"]).ends(0).out;
    let bookmark = bookmark.split_whitespace().next().expect("a bookmark");
    shop.rows("orders-staging", "INSERT INTO t(id, a) VALUES (3, 'kept')");
    let rows = || shop.rows("orders-staging", "SELECT a FROM t");
    let restore = ["restore", "-e", "staging", "--to", bookmark];
    let copy = ["copy", "--from", "production", "--into", "staging"];
    // `--yes` is for where nobody sits.
    for keys in ["\n", "y\n", "yes\n", "orders\n", "DB\n", "Orders-Staging\n"] {
        for (args, said) in [(&restore[..], "nothing was restored"), (&copy, "nothing was copied")]
        {
            let refused = shop.typed(&[args, &["--yes"]].concat(), keys).ends(0);
            assert!(refused.err.contains("Type the name of the database"), "{refused:?}");
            assert!(refused.err.contains(said), "{keys:?}: {refused:?}");
        }
    }
    assert_eq!(rows(), json!([{ "a": "kept" }]));
    let done = shop.typed(&restore, "orders-staging\n").ends(0);
    assert!(done.err.contains("all that was written since is gone"), "{done:?}");
    assert_eq!(rows(), json!([]));
    shop.rows("orders-staging", "INSERT INTO t(id, a) VALUES (3, 'replaced')");
    let done = shop.typed(&copy, "orders-staging\n").ends(0);
    assert!(done.err.contains("all that is in it is gone"), "{done:?}");
    assert_eq!(rows(), json!([]));
}

#[test]
fn without_a_token_it_says_so() {
    let tree = WorkTree::of(&[("wrangler.json", r#"{"name": "shop", "main": "i.js"}"#)]);
    let said = clodo(&tree.path(), &["data", "status", "-e", ""], &[]).ends(2);
    assert!(said.err.contains("API token"), "{said:?}");
}
