//! `wrangler d1`, from the first database to the way back in time.

use clodo::server::sandbox::d1::Statement;
use serde_json::{Value, json};

use super::shell::Shell;

/// The rows that a query finds, asked past the API.
fn rows(shell: &Shell, database: &str, sql: &str) -> Value {
    let statement = Statement { sql: sql.into(), params: Vec::new() };
    let answers = shell.stand.sandbox.d1_run(database, &[statement]).expect("an answer");
    json!(answers[0].objects())
}

#[test]
fn databases_are_made_asked_and_deleted() {
    let Some(shell) = Shell::new() else { return };
    shell.wrangler(&["d1", "create", "orders"]);
    let state = shell.stand.sandbox.state();
    let uuid = state.d1.database("orders").expect("made").uuid.clone();
    shell.fails(&["d1", "create", "orders"], "already exists");
    let listed = shell.json(&["d1", "list", "--json"]);
    assert_eq!((&listed[0]["name"], &listed[0]["uuid"]), (&json!("orders"), &json!(uuid)));

    let made = "CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT UNIQUE); INSERT INTO t(name) VALUES('ana'), ('it''s; ben')";
    shell.wrangler(&["d1", "execute", "orders", "--remote", "--command", made]);
    assert_eq!(rows(&shell, "orders", "SELECT name FROM t ORDER BY id")[1]["name"], "it's; ben");
    let asked = ["d1", "execute", "orders", "--remote", "--json", "--command", "SELECT * FROM t"];
    let answer = shell.json(&asked);
    assert_eq!(answer[0]["results"][0], json!({ "id": 1, "name": "ana" }));
    let again = "INSERT INTO t(name) VALUES('ana')";
    let said = "UNIQUE constraint failed: t.name: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_UNIQUE) [code: 7500]";
    shell.fails(&["d1", "execute", "orders", "--remote", "--command", again], said);

    let info = shell.json(&["d1", "info", "orders", "--json"]);
    assert_eq!(info["num_tables"], 1);
    shell.wrangler(&["d1", "delete", "orders", "-y"]);
    assert!(shell.stand.sandbox.state().d1.databases.is_empty());
    shell.fails(&["d1", "execute", "orders", "--remote", "--command", "SELECT 1"], "orders");
}

#[test]
fn files_go_in_and_out() {
    let Some(shell) = Shell::new() else { return };
    shell.wrangler(&["d1", "create", "files"]);
    shell.write(
        "in.sql",
        "CREATE TABLE t(a, b);\nINSERT INTO t VALUES(1, 'x'), (2, 'y;');\nCREATE INDEX i ON t(a);",
    );
    let execute = |file| ["d1", "execute", "files", "--remote", "-y", "--file", file];
    let answer = shell.json(&[&execute("in.sql")[..], &["--json"]].concat());
    assert_eq!(answer[0]["results"][0]["Total queries executed"], 3);
    assert_eq!(rows(&shell, "files", "SELECT count(*) AS n FROM t")[0]["n"], 2);

    // All of a file or nothing.
    shell.write("bad.sql", "INSERT INTO t VALUES(3, 'z');\nINSERT INTO nope VALUES(1);");
    shell.fails(&execute("bad.sql"), "no such table: nope");
    assert_eq!(rows(&shell, "files", "SELECT count(*) AS n FROM t")[0]["n"], 2);

    shell.wrangler(&["d1", "export", "files", "--remote", "--output", "out.sql"]);
    let exported = shell.read("out.sql");
    assert!(exported.contains("INSERT INTO \"t\" (\"a\",\"b\") VALUES(2,'y;');"), "{exported}");
    shell.wrangler(&["d1", "create", "copy"]);
    shell.wrangler(&["d1", "execute", "copy", "--remote", "-y", "--file", "out.sql"]);
    let all = "SELECT * FROM t ORDER BY a";
    assert_eq!(rows(&shell, "copy", all), rows(&shell, "files", all));
    assert_eq!(
        rows(&shell, "copy", "SELECT name FROM sqlite_schema WHERE name = 'i'")[0]["name"],
        "i"
    );
}

#[test]
fn migrations_are_listed_and_applied_once() {
    let Some(shell) = Shell::new() else { return };
    shell.wrangler(&["d1", "create", "orders"]);
    let uuid = shell.stand.sandbox.state().d1.databases[0].uuid.clone();
    let config = json!({
        "name": "w", "compatibility_date": "2026-01-01",
        "d1_databases": [{ "binding": "DB", "database_name": "orders", "database_id": uuid }],
    });
    shell.write("wrangler.json", &config.to_string());
    shell.write(
        "migrations/0001_init.sql",
        "CREATE TABLE t(a); CREATE TRIGGER tr AFTER INSERT ON t BEGIN UPDATE t SET a = 2; END;",
    );
    shell.write("migrations/0002_bad.sql", "INSERT INTO t VALUES(1);\nSELECT * FROM nope;");
    let list = ["d1", "migrations", "list", "DB", "--remote"];
    let apply = ["d1", "migrations", "apply", "DB", "--remote"];
    assert!(shell.wrangler(&list).contains("0001_init.sql"));

    // The first stays, the second leaves nothing.
    shell.fails(&apply, "no such table: nope");
    assert_eq!(rows(&shell, "orders", "SELECT count(*) AS n FROM t")[0]["n"], 0);
    shell.write("migrations/0002_bad.sql", "INSERT INTO t VALUES(1);");
    shell.wrangler(&apply);
    assert_eq!(rows(&shell, "orders", "SELECT a FROM t"), json!([{ "a": 2 }]));
    let applied = rows(&shell, "orders", "SELECT name FROM d1_migrations ORDER BY id");
    assert_eq!(applied, json!([{ "name": "0001_init.sql" }, { "name": "0002_bad.sql" }]));
    assert!(shell.wrangler(&list).contains("No migrations to apply"));
}

#[test]
fn there_is_a_way_back_to_a_bookmark() {
    let Some(shell) = Shell::new() else { return };
    shell.wrangler(&["d1", "create", "past"]);
    let execute = |sql| shell.wrangler(&["d1", "execute", "past", "--remote", "--command", sql]);
    execute("CREATE TABLE t(a); INSERT INTO t VALUES('before')");
    let info = shell.json(&["d1", "time-travel", "info", "past", "--json"]);
    let bookmark = info["bookmark"].as_str().expect("a bookmark").to_owned();
    execute("DELETE FROM t; INSERT INTO t VALUES('after')");
    let restore = |bookmark| {
        shell.json(&["d1", "time-travel", "restore", "past", "--json", "--bookmark", bookmark])
    };
    let restored = restore(&bookmark);
    assert_eq!(rows(&shell, "past", "SELECT a FROM t"), json!([{ "a": "before" }]));
    restore(restored["previous_bookmark"].as_str().expect("the way back"));
    assert_eq!(rows(&shell, "past", "SELECT a FROM t"), json!([{ "a": "after" }]));
    let args = ["d1", "time-travel", "restore", "past", "--json", "--bookmark", "unknown"];
    shell.fails(&args, "Invalid bookmark");
}
