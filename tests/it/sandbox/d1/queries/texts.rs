//! Several statements at once, how a text is split, limits and pragmas.

use serde_json::json;

use super::{Query, batch, batch_of, one, text, with};

/// All of it or none of it.
pub(super) fn batches() -> Vec<Query> {
    vec![
        batch_of(&[
            "CREATE TABLE b(id INTEGER PRIMARY KEY, v TEXT UNIQUE)",
            "INSERT INTO b(v) VALUES('one')",
            "SELECT * FROM b",
        ]),
        batch_of(&["INSERT INTO b(v) VALUES('two')", "INSERT INTO b(v) VALUES('one')"]),
        one("SELECT * FROM b"),
        batch_of(&["INSERT INTO b(v) VALUES('three')", "SELEC"]),
        batch_of(&["INSERT INTO b(v) VALUES('three')", "SELECT * FROM nope"]),
        batch_of(&["INSERT INTO b(v) VALUES('three')", "SELECT sqlite_version()"]),
        batch_of(&["INSERT INTO b(v) VALUES('three')", "SELECT json('guard failed')"]),
        batch_of(&["DROP TABLE b", "SELECT * FROM b"]),
        one("SELECT * FROM b"),
        batch_of(&[
            "CREATE TABLE half(a)",
            "INSERT INTO half VALUES(1)",
            "INSERT INTO b(v) VALUES('one')",
        ]),
        one("SELECT * FROM half"),
        batch_of(&[
            "INSERT INTO b(v) VALUES('four')",
            "UPDATE b SET v = 'five' WHERE v = 'four'",
            "SELECT changes() AS c",
            "DELETE FROM b WHERE v = 'five' RETURNING v",
        ]),
        batch([
            ("INSERT INTO b(v) VALUES(?)".to_owned(), vec![json!("p")]),
            ("SELECT * FROM b WHERE v = ?".to_owned(), vec![json!("p")]),
            ("DELETE FROM b WHERE v = ?".to_owned(), vec![json!("p")]),
        ]),
        batch([
            ("INSERT INTO b(v) VALUES(?)".to_owned(), vec![json!("q")]),
            ("SELECT ?".to_owned(), vec![]),
        ]),
        batch_of(&[
            "UPDATE b SET v = 'uno' WHERE v = 'one'",
            "INSERT INTO b(v) SELECT 'was changed' WHERE changes() = 1",
        ]),
        batch_of(&[
            "UPDATE b SET v = 'x' WHERE v = 'nope'",
            "INSERT INTO b(v) SELECT 'was not changed' WHERE changes() = 1",
        ]),
        one("SELECT v FROM b ORDER BY id"),
        batch_of(&[
            "PRAGMA defer_foreign_keys = on",
            "INSERT INTO child VALUES(50)",
            "INSERT INTO parent VALUES(50)",
        ]),
        one("SELECT i FROM child ORDER BY i"),
        batch_of(&["PRAGMA foreign_keys = off", "INSERT INTO child VALUES(51)"]),
        batch_of(&["BEGIN", "INSERT INTO b(v) VALUES('t')", "COMMIT"]),
        one("PRAGMA foreign_keys"),
        one("SELECT count(*) AS c FROM b"),
        batch_of(&["SELECT 1 AS a"; 20]),
        batch_of(&["", "-- nothing", "SELECT 1 AS a"]),
        batch_of(&["SELECT 1 AS a", "/* nothing */"]),
        one("SELECT 1 AS a; SELECT 2 AS b"),
        one("CREATE TABLE several(a); INSERT INTO several VALUES(1); SELECT * FROM several"),
        one("INSERT INTO several VALUES(2); SELECT nope FROM several"),
        one("SELECT count(*) AS c FROM several"),
        with("SELECT 1 AS a; SELECT ? AS b", vec![json!(5)]),
        with("SELECT ? AS a; SELECT ? AS b", vec![json!(5), json!(6)]),
    ]
}

/// Texts with several statements.
pub(super) fn splitting() -> Vec<Query> {
    [
        "SELECT 1 AS a; SELECT 2 AS b;",
        "SELECT 'a;b' AS a; SELECT \"c;d\" AS b",
        "-- one; two\nSELECT 1 AS a; /* three; */ SELECT 2 AS b; -- end",
        "CREATE TABLE s(a); INSERT INTO s VALUES(1), (2); SELECT * FROM s",
        "CREATE TRIGGER st AFTER INSERT ON s BEGIN UPDATE s SET a = a + 1; DELETE FROM s WHERE a > 100; END; INSERT INTO s VALUES(10); SELECT * FROM s",
        "DROP TRIGGER st; DROP TABLE s;",
        "INSERT INTO b(v) VALUES('atomic'); INSERT INTO b(v) VALUES('atomic')",
        "SELECT count(*) AS c FROM b WHERE v = 'atomic';",
        "SELECT CASE 1 WHEN 1 THEN 2 END AS c; SELECT 3 AS d",
        "SELECT 1 AS a;;; SELECT 2 AS b;",
        "INSERT INTO b(v) VALUES('it''s; fine'); SELECT v FROM b WHERE v LIKE '%fine'",
        "SELECT [a;b] FROM (SELECT 1 AS [a;b]); SELECT `c;d` FROM (SELECT 2 AS `c;d`)",
        "CREATE TABLE m(name TEXT); INSERT INTO m(name) VALUES ('0001_init.sql'); DROP TABLE m;",
    ]
    .map(text)
    .into()
}

/// At the limits, and beyond.
pub(super) fn limits() -> Vec<Query> {
    let list = |count: usize, item: &str, between: &str| vec![item; count].join(between);
    let mut queries = Vec::new();
    for parameters in [99, 100, 101, 200] {
        let sql = format!("SELECT {} AS s", list(parameters, "?", "+").replacen('+', " + ", 1));
        queries.push(with(sql, vec![json!(1); parameters]));
        let sql = format!("SELECT 1 IN ({}) AS s", list(parameters, "?", ","));
        queries.push(with(sql, vec![json!(1); parameters]));
    }
    queries.push(with("SELECT ?100", vec![json!(1); 100]));
    queries.push(with("SELECT ?101", vec![json!(1); 101]));
    for bytes in [99_000, 99_979, 99_980, 99_981, 100_000, 100_001, 101_000] {
        queries.push(one(format!("SELECT length('{}') AS l", "x".repeat(bytes))));
    }
    for bytes in [1_000_000, 2_000_000, 2_000_001, 2_300_000, 9_000_000] {
        queries.push(with("SELECT length(?) AS l", vec![json!("x".repeat(bytes))]));
        queries.push(one(format!("SELECT length(zeroblob({bytes})) AS l")));
        queries.push(one(format!("SELECT length(randomblob({bytes})) AS l")));
    }
    for columns in [99, 100, 101] {
        let names: Vec<String> = (0..columns).map(|at| format!("c{at}")).collect();
        queries.push(one(format!("CREATE TABLE wide{columns}({})", names.join(","))));
        queries.push(one(format!("SELECT {}", list(columns, "1", ","))));
        queries.push(one(format!("SELECT 1 ORDER BY {}", list(columns, "1", ","))));
    }
    queries.push(one("ALTER TABLE wide100 ADD COLUMN more"));
    queries.push(one("ALTER TABLE wide99 ADD COLUMN more"));
    for terms in [4, 5, 6] {
        queries.push(one(list(terms, "SELECT 1 AS a", " UNION ALL ")));
        queries.push(one(list(terms, "SELECT 1 AS a", " UNION ")));
    }
    queries.push(one(format!("VALUES {}", list(200, "(1)", ","))));
    for depth in [98, 99, 100, 101] {
        queries.push(one(format!("SELECT {}1{} AS d", "(".repeat(depth), ")".repeat(depth))));
        queries.push(one(format!("SELECT {}1 AS d", "NOT ".repeat(depth))));
        queries.push(one(format!("SELECT {} AS d", list(depth, "1", " + "))));
        queries.push(one(format!("SELECT {} AS d", list(depth, "1", " OR "))));
    }
    for bytes in [49, 50, 51] {
        let pattern = "a".repeat(bytes);
        queries.push(one(format!("SELECT 'a' LIKE '{pattern}' AS l")));
        queries.push(one(format!("SELECT 'a' GLOB '{pattern}' AS g")));
        queries.push(with("SELECT name FROM users WHERE name LIKE ?", vec![json!(pattern)]));
    }
    for arguments in [126, 127, 128] {
        queries.push(one(format!("SELECT max({}) AS m", list(arguments, "1", ","))));
        queries.push(one(format!("SELECT length(json_array({})) AS m", list(arguments, "1", ","))));
    }
    queries.push(one(format!("SELECT {} AS n", list(90, "length(trim(upper('a')))", ","))));
    for tables in [63, 64, 65] {
        let joined: Vec<String> = (0..tables).map(|at| format!("users u{at}")).collect();
        queries.push(one(format!("SELECT 1 FROM {} WHERE 0", joined.join(","))));
    }
    queries
}

pub(super) fn pragmas() -> Vec<Query> {
    let names = "analysis_limit application_id auto_vacuum automatic_index busy_timeout cache_size cache_spill \
        case_sensitive_like cell_size_check checkpoint_fullfsync collation_list compile_options count_changes \
        data_store_directory data_version database_list default_cache_size defer_foreign_keys empty_result_callbacks \
        encoding foreign_key_check foreign_key_list foreign_keys freelist_count full_column_names fullfsync \
        function_list hard_heap_limit ignore_check_constraints incremental_vacuum index_info index_list index_xinfo \
        integrity_check journal_mode journal_size_limit legacy_alter_table legacy_file_format locking_mode \
        max_page_count mmap_size module_list nope optimize page_count page_size pragma_list query_only quick_check \
        read_uncommitted recursive_triggers reverse_unordered_selects schema_version secure_delete \
        short_column_names shrink_memory soft_heap_limit synchronous table_info table_xinfo temp_store \
        threads trusted_schema user_version wal_autocheckpoint wal_checkpoint writable_schema";
    let mut queries = Vec::new();
    for name in names.split_ascii_whitespace() {
        queries.push(one(format!("PRAGMA {name}")));
        queries.push(one(format!("PRAGMA {name} = 0")));
        queries.push(one(format!("PRAGMA {name}(users)")));
    }
    queries.extend(
        [
            "PRAGMA foreign_keys = off",
            "PRAGMA foreign_keys = ON",
            "PRAGMA foreign_keys = 'true'",
            "PRAGMA foreign_keys = nope",
            "PRAGMA foreign_keys = 7",
            "PRAGMA foreign_keys",
            "PRAGMA defer_foreign_keys = on",
            "PRAGMA defer_foreign_keys",
            "PRAGMA ignore_check_constraints = on",
            "INSERT INTO named VALUES(-1)",
            "PRAGMA ignore_check_constraints = off",
            "DELETE FROM named",
            "PRAGMA case_sensitive_like = on",
            "PRAGMA case_sensitive_like = off",
            "PRAGMA legacy_alter_table = on",
            "PRAGMA legacy_alter_table = off",
            "PRAGMA main.table_info(users)",
            "PRAGMA temp.table_info(users)",
            "PRAGMA table_info('users')",
            "PRAGMA table_info(\"odd name\")",
            "PRAGMA TABLE_INFO(users)",
            "PRAGMA Foreign_Keys",
            "PRAGMA table_info(nope)",
            "PRAGMA table_info(_cf_KV)",
            "PRAGMA table_xinfo(computed)",
            "PRAGMA index_info(users_age)",
            "PRAGMA index_xinfo(docs_n)",
            "PRAGMA index_list(docs)",
            "PRAGMA foreign_key_list(orders)",
            "PRAGMA foreign_key_check(child)",
            "PRAGMA foreign_key_check(_cf_METADATA)",
            "PRAGMA quick_check(1)",
            "PRAGMA quick_check(users)",
            "PRAGMA optimize(0xfffe)",
            "PRAGMA optimize = 2",
            "PRAGMA optimize(users)",
            "SELECT name, type, ncol, wr, strict FROM pragma_table_list WHERE name IN ('users', 'docs', 'pairs') ORDER BY name",
            "PRAGMA",
        ]
        .map(one),
    );
    queries
}
