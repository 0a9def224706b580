//! Tables, and rows that are written and read.

use serde_json::json;

use super::{Query, one, raw, with};

/// Definitions, good and bad.
pub(super) fn tables() -> Vec<Query> {
    [
        "CREATE TABLE users(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, age INT CHECK(age >= 0), at TEXT DEFAULT '2024-01-01')",
        "CREATE TABLE IF NOT EXISTS users(x)",
        "CREATE TABLE users(x)",
        "CREATE TABLE orders(id INTEGER PRIMARY KEY, user_id INT NOT NULL REFERENCES users(id) ON DELETE CASCADE, total REAL)",
        "CREATE TABLE pairs(a TEXT, b TEXT, v ANY, PRIMARY KEY(a, b)) WITHOUT ROWID, STRICT",
        "CREATE TABLE docs(id TEXT PRIMARY KEY, ver INTEGER NOT NULL, body TEXT CHECK(json_valid(body)), n INTEGER) STRICT",
        "CREATE TABLE computed(a INT, b INT GENERATED ALWAYS AS (a * 2) STORED, c INT AS (a + 1) VIRTUAL)",
        "CREATE TABLE copied AS SELECT 1 AS one, 'a' AS letter",
        "CREATE TABLE bad(a STRICTLY) STRICT",
        "CREATE TABLE bad(a INTEGER PRIMARY KEY) WITHOUT",
        "CREATE TABLE bad()",
        "CREATE TABLE bad(a, a)",
        "CREATE TABLE bad(a PRIMARY KEY, b PRIMARY KEY)",
        "CREATE TABLE sqlite_mine(a)",
        "CREATE TABLE \"odd name\"(\"a b\" INT, [c d] INT, `e` INT)",
        "INSERT INTO \"odd name\" VALUES(1, 2, 3) RETURNING *",
        "CREATE INDEX users_age ON users(age)",
        "CREATE INDEX users_age ON users(age)",
        "CREATE INDEX IF NOT EXISTS users_age ON users(age)",
        "CREATE UNIQUE INDEX docs_n ON docs(n) WHERE n IS NOT NULL",
        "CREATE INDEX users_lower ON users(lower(name))",
        "CREATE INDEX bad ON users(random())",
        "CREATE INDEX bad ON nope(a)",
        "CREATE INDEX bad ON users(nope)",
        "CREATE VIEW adults AS SELECT * FROM users WHERE age >= 18",
        "CREATE VIEW broken AS SELECT * FROM nope",
        "SELECT * FROM broken",
        "DROP VIEW broken",
        "INSERT INTO adults(name) VALUES('x')",
        "DROP TABLE nope",
        "DROP TABLE IF EXISTS nope",
        "DROP INDEX nope",
        "DROP VIEW users",
        "DROP TABLE adults",
        "SELECT type, name, tbl_name FROM sqlite_master ORDER BY name",
        "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name LIKE 'users%' ORDER BY name",
        "SELECT name FROM sqlite_temp_master",
        "SELECT * FROM sqlite_sequence",
        "REINDEX",
        "REINDEX users",
        "REINDEX users_age",
        "REINDEX nope",
        "ANALYZE",
        "ANALYZE users",
        "SELECT count(*) >= 0 AS c FROM sqlite_stat1",
        "EXPLAIN QUERY PLAN SELECT * FROM users WHERE id = 1",
    ]
    .map(one)
    .into()
}

/// Rows that come, change and go.
pub(super) fn writes() -> Vec<Query> {
    let mut queries: Vec<Query> = [
        "INSERT INTO users(name, age) VALUES('ana', 30)",
        "INSERT INTO users(name, age) VALUES('ben', 17), ('cid', NULL)",
        "INSERT INTO users(name, age) VALUES('dan', 40) RETURNING id, name, at",
        "INSERT INTO users(name) VALUES('ana') ON CONFLICT(name) DO UPDATE SET age = coalesce(age, 0) + 1 RETURNING age",
        "INSERT INTO users(name) VALUES('ana') ON CONFLICT DO NOTHING",
        "INSERT INTO users(name) VALUES('ana') ON CONFLICT DO NOTHING RETURNING id",
        "INSERT OR IGNORE INTO users(name) VALUES('ana'), ('eve')",
        "INSERT OR REPLACE INTO users(id, name) VALUES(1, 'ann') RETURNING *",
        "REPLACE INTO users(name) VALUES('eve')",
        "INSERT INTO users DEFAULT VALUES",
        "INSERT INTO users(nope) VALUES(1)",
        "INSERT INTO users(name, age) VALUES('x')",
        "INSERT INTO users(name, age) SELECT 'sel' || value, value FROM json_each('[1,2,3]')",
        "UPDATE users SET age = age + 1 WHERE age IS NOT NULL RETURNING name, age",
        "UPDATE users SET age = 99 WHERE id = 12345",
        "UPDATE users SET age = j.value FROM json_each('[50]') AS j WHERE users.name = 'dan' RETURNING age",
        "UPDATE users SET nope = 1",
        "UPDATE users SET (name, age) = ('dann', 41) WHERE name = 'dan'",
        "UPDATE OR IGNORE users SET name = 'ben' WHERE name = 'cid'",
        "DELETE FROM users WHERE name LIKE 'sel%' RETURNING name",
        "DELETE FROM users WHERE id = -1",
        "SELECT changes() AS c, last_insert_rowid() AS l",
        "INSERT INTO orders(user_id, total) VALUES(2, 9.5), (2, 3)",
        "DELETE FROM users WHERE id = 2",
        "SELECT count(*) AS c FROM orders",
        "INSERT INTO pairs VALUES('a', 'b', 1), ('a', 'c', 'x') RETURNING *",
        "INSERT INTO pairs VALUES('a', 'b', 2) ON CONFLICT(a, b) DO UPDATE SET v = excluded.v WHERE pairs.v < excluded.v RETURNING v",
        "INSERT INTO computed(a) VALUES(5) RETURNING *",
        "INSERT INTO computed(a, b) VALUES(5, 6)",
        "UPDATE computed SET c = 1",
        "WITH new(n) AS (VALUES('wa'), ('wb')) INSERT INTO users(name) SELECT n FROM new RETURNING name",
        "WITH gone AS (SELECT id FROM users WHERE name = 'wa') DELETE FROM users WHERE id IN gone RETURNING name",
        "INSERT INTO sqlite_sequence VALUES('x', 1)",
        "UPDATE sqlite_sequence SET seq = 100 WHERE name = 'users'",
        "INSERT INTO users(name) VALUES('after') RETURNING id",
        "UPDATE sqlite_schema SET sql = ''",
        "DELETE FROM sqlite_schema",
        "INSERT INTO copied VALUES(2, 'b')",
        "DELETE FROM copied",
        "SELECT * FROM copied",
    ]
    .map(one)
    .into();
    // Compare and set, as deployments do it.
    let upsert = "INSERT INTO docs VALUES(?,?,?,?) ON CONFLICT(id) DO UPDATE SET ver = excluded.ver WHERE docs.ver = ? RETURNING ver";
    for (version, expected) in [(1, 0), (2, 1), (3, 1)] {
        let params = vec![json!("a"), json!(version), json!("{}"), json!(version), json!(expected)];
        queries.push(with(upsert, params));
    }
    queries
        .push(with("UPDATE docs SET ver = 9 WHERE id = ? AND ver = ?", vec![json!("a"), json!(1)]));
    queries
        .push(with("UPDATE docs SET ver = 9 WHERE id = ? AND ver = ?", vec![json!("a"), json!(2)]));
    queries
}

/// Ways of reading.
pub(super) fn reads() -> Vec<Query> {
    let mut queries: Vec<Query> = [
        "SELECT * FROM users ORDER BY id",
        "SELECT users.*, orders.* FROM users LEFT JOIN orders ON orders.user_id = users.id ORDER BY users.id LIMIT 3",
        "SELECT u.name FROM users u RIGHT JOIN orders o ON o.user_id = u.id",
        "SELECT a.value, b.value FROM json_each('[1,2]') a FULL JOIN json_each('[2,3]') b ON a.value = b.value ORDER BY 1, 2",
        "SELECT * FROM users NATURAL JOIN orders",
        "SELECT name FROM adults ORDER BY name",
        "SELECT age, count(*) AS c FROM users GROUP BY age HAVING c > 0 ORDER BY age NULLS LAST",
        "SELECT DISTINCT age FROM users ORDER BY age",
        "SELECT name FROM users ORDER BY name COLLATE NOCASE DESC LIMIT 2 OFFSET 1",
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 5) SELECT x, row_number() OVER (ORDER BY x DESC) AS r FROM c",
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 5) SELECT x, rank() OVER w, dense_rank() OVER w, percent_rank() OVER w, cume_dist() OVER w, ntile(2) OVER w FROM c WINDOW w AS (ORDER BY x / 2)",
        "WITH c(x) AS (VALUES(1),(2),(3)) SELECT x, lag(x) OVER (ORDER BY x), lead(x, 1, 0) OVER (ORDER BY x), first_value(x) OVER (ORDER BY x), last_value(x) OVER (ORDER BY x), nth_value(x, 2) OVER (ORDER BY x) FROM c",
        "WITH c(x) AS (VALUES(1),(2),(3)) SELECT sum(x) OVER (ORDER BY x ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS s FROM c",
        "WITH a AS MATERIALIZED (SELECT 1 AS x) SELECT * FROM a, a AS b",
        "VALUES(1, 'a'), (2, 'b')",
        "SELECT 1 UNION SELECT 2 UNION ALL SELECT 2 INTERSECT SELECT 2 EXCEPT SELECT 3",
        "SELECT (SELECT max(age) FROM users) AS m, EXISTS(SELECT 1 FROM users WHERE age > 1000) AS e",
        "SELECT * FROM (SELECT 1 AS a) WHERE a IN (SELECT 1)",
        "SELECT rowid, oid, _rowid_ FROM users LIMIT 1",
        "SELECT * FROM pairs INDEXED BY nope",
        "SELECT 1 a, 2 a",
        "SELECT 1 a, 2 b, 3 a",
        "SELECT 1, 1, 'x', NULL",
        "SELECT * FROM users WHERE 0",
        "SELECT \"name\", [age], `at` FROM \"users\" LIMIT 1",
        "SELECT main.users.name FROM main.users LIMIT 1",
        "SELECT 1 AS \"\"",
        "SELECT 1 WHERE 1 ORDER BY 1 LIMIT 1;",
        "  \n\t SELECT 1  \n",
        "/* before */ SELECT 1 -- after",
        "SELECT x'0102' AS b, zeroblob(2) AS z",
        "SELECT name FROM pragma_table_info('users')",
        "SELECT name FROM pragma_table_info('docs') WHERE pk",
        "SELECT * FROM pragma_index_list('users')",
        "SELECT * FROM pragma_function_list LIMIT 1",
        "SELECT * FROM pragma_database_list",
        "SELECT * FROM pragma_user_version",
        "SELECT * FROM generate_series(1, 3)",
    ]
    .map(one)
    .into();
    queries.extend(
        [
            "SELECT 1 a, 2 a, 3 b",
            "SELECT * FROM users ORDER BY id LIMIT 2",
            "SELECT * FROM users WHERE 0",
            "SELECT x'0102', NULL, 1.5, 'a'",
            "INSERT INTO users(name) VALUES('raw') RETURNING name, age",
            "INSERT INTO users(name) VALUES('raw2')",
            "SELEC",
            "CREATE TABLE raw(a)",
        ]
        .map(raw),
    );
    queries
}

/// Constraints that hold.
pub(super) fn constraints() -> Vec<Query> {
    [
        "INSERT INTO users(id, name) VALUES(100, 'dup'), (100, 'dup2')",
        "INSERT INTO users(name) VALUES('ann')",
        "INSERT INTO users(name) VALUES(NULL)",
        "INSERT INTO users(name, age) VALUES('neg', -1)",
        "UPDATE users SET name = 'ann'",
        "INSERT INTO docs VALUES('b', 'x', '{}', 1)",
        "INSERT INTO docs VALUES('b', 1, 'no json', 1)",
        "INSERT INTO docs VALUES('b', NULL, '{}', 1)",
        "INSERT INTO docs VALUES('a', 1, '{}', 77)",
        "INSERT INTO orders(user_id) VALUES(4711)",
        "INSERT INTO pairs VALUES('a', 'b', 1)",
        "INSERT INTO pairs VALUES(NULL, 'b', 1)",
        "CREATE TABLE parent(i INTEGER PRIMARY KEY); ",
        "CREATE TABLE child(i INT REFERENCES parent(i) ON DELETE RESTRICT)",
        "CREATE TABLE later(i INT REFERENCES parent(i) DEFERRABLE INITIALLY DEFERRED)",
        "INSERT INTO parent VALUES(1)",
        "INSERT INTO child VALUES(1)",
        "DELETE FROM parent WHERE i = 1",
        "UPDATE parent SET i = 2",
        "DROP TABLE parent",
        "PRAGMA foreign_key_check",
        "CREATE TABLE named(a INT CONSTRAINT positive CHECK(a > 0))",
        "INSERT INTO named VALUES(0)",
        "INSERT INTO named VALUES('x')",
        "CREATE TABLE orphan(i INT REFERENCES missing(i))",
        "INSERT INTO orphan VALUES(1)",
        "INSERT INTO orphan VALUES(NULL)",
        "CREATE TABLE mismatch(i INT REFERENCES users(age))",
        "INSERT INTO mismatch VALUES(1)",
        "SELECT json('x')",
        "SELECT json_extract('{', '$')",
        "SELECT json_extract('{}', 'a b')",
        "SELECT abs(-9223372036854775808)",
        "SELECT CASE WHEN 0 THEN 1 ELSE json('guard failed') END",
        "INSERT INTO users(id, name) VALUES('text', 'x')",
    ]
    .map(one)
    .into()
}
