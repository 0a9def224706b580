//! What the two are asked, in this order, in one database each.

use clodo::server::sandbox::d1::{Error, Statement};
use serde_json::{Value, json};

/// A batch, or a text that is split into one.
pub(super) struct Query {
    /// `None`: Wrangler splits it for workerd, and we for us.
    batch: Option<Vec<(String, Vec<Value>)>>,
    text: String,
    pub(super) raw: bool,
}

impl Query {
    /// What `d1.mjs` reads.
    pub(super) fn request(&self) -> Value {
        let Some(batch) = &self.batch else { return json!({ "sql": self.text }) };
        let query = |(sql, params): &(String, Vec<Value>)| json!({ "sql": sql, "params": params });
        json!({ "queries": batch.iter().map(query).collect::<Vec<_>>(), "raw": self.raw })
    }

    pub(super) fn sql(&self) -> &str {
        self.batch.as_ref().and_then(|batch| batch.first()).map_or(&self.text, |(sql, _)| sql)
    }

    pub(super) fn statements(&self) -> Result<Vec<Statement>, Error> {
        let Some(batch) = &self.batch else { return Statement::split(&self.text, Vec::new()) };
        let statement = |(sql, params): &(String, Vec<Value>)| Statement {
            sql: sql.clone(),
            params: params.clone(),
        };
        Ok(batch.iter().map(statement).collect())
    }
}

fn with(sql: impl Into<String>, params: Vec<Value>) -> Query {
    batch([(sql.into(), params)])
}

fn one(sql: impl Into<String>) -> Query {
    with(sql, Vec::new())
}

fn raw(sql: &str) -> Query {
    Query { raw: true, ..one(sql) }
}

fn text(sql: &str) -> Query {
    Query { batch: None, text: sql.to_owned(), raw: false }
}

fn batch(queries: impl IntoIterator<Item = (String, Vec<Value>)>) -> Query {
    Query { batch: Some(queries.into_iter().collect()), text: String::new(), raw: false }
}

fn batch_of(sqls: &[&str]) -> Query {
    batch(sqls.iter().map(|sql| ((*sql).to_owned(), Vec::new())))
}

pub(super) fn all() -> Vec<Query> {
    [
        expressions(),
        functions(),
        parameters(),
        affinities(),
        tables(),
        writes(),
        reads(),
        constraints(),
        triggers(),
        full_text(),
        batches(),
        splitting(),
        limits(),
        pragmas(),
        refused(),
        mistakes(),
        alterations(),
        columns(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Values and what becomes of them in JSON.
fn expressions() -> Vec<Query> {
    [
        "1",
        "-1",
        "0",
        "1.0",
        "1.5",
        "-0.0",
        "1e3",
        "1e20",
        "1e21",
        "1e308",
        "1e999",
        "-1e999",
        "0x10",
        "9007199254740991",
        "9007199254740992",
        "9007199254740993",
        "9223372036854775807",
        "-9223372036854775808",
        "9223372036854775808",
        "1/2",
        "1/2.0",
        "1/0",
        "5%3",
        "5%0",
        "-7/2",
        "'text'",
        "'it''s'",
        "''",
        "'\u{e9}\u{4e2d}\u{1f600}'",
        "NULL",
        "x''",
        "x'00ff'",
        "TRUE",
        "FALSE",
        "1=1",
        "1<>1",
        "NULL IS NULL",
        "NULL = NULL",
        "'a' || 'b'",
        "'a' || NULL",
        "1 || 2",
        "'10' + 5",
        "'abc' + 1",
        "'10' = 10",
        "'a' < 'b'",
        "x'01' < 'a'",
        "1 BETWEEN 0 AND 2",
        "3 IN (1,2,3)",
        "3 NOT IN (1,2)",
        "NULL IN (1)",
        "CASE 1 WHEN 1 THEN 'a' ELSE 'b' END",
        "CASE WHEN 0 THEN 1 END",
        "CAST('12abc' AS INTEGER)",
        "CAST(3.9 AS INTEGER)",
        "CAST(65 AS TEXT)",
        "CAST('1.5' AS REAL)",
        "CAST('a' AS BLOB)",
        "CAST(x'6162' AS TEXT)",
        "CAST('1' AS NUMERIC)",
        "~5",
        "5 & 3",
        "5 | 3",
        "1 << 4",
        "-16 >> 2",
        "NOT 1",
        "+'a'",
        "'a' COLLATE NOCASE = 'A'",
        "'abc' LIKE 'A%'",
        "'abc' LIKE 'a_c'",
        "'a%c' LIKE 'a\\%c' ESCAPE '\\'",
        "'abc' GLOB 'a*'",
        "'abc' GLOB 'A*'",
        "'a' REGEXP 'a'",
        "(SELECT 7)",
        "EXISTS (SELECT 1)",
        "1 ISNULL",
        "1 IS NOT DISTINCT FROM 1",
        "'{\"a\":[1,{\"b\":null}]}' ->> '$.a[0]'",
        "'{\"a\":[1,2]}' -> 'a'",
        "'[1,2]' -> 1",
        "(1,2) = (1,2)",
        "0.1 + 0.2",
        "1e15 + 0.3",
        "3.14159265358979",
        "100000000000000000000",
        "typeof(9223372036854775808)",
        "typeof(1/2.0)",
        "round(2.5)",
        "\"double quoted\"",
        "`tick`",
        "[bracket]",
    ]
    .into_iter()
    .flat_map(|sql| [one(format!("SELECT {sql} AS v")), one(format!("SELECT typeof({sql}) AS t"))])
    .collect()
}

/// Every function that D1 has, and some that it has not.
fn functions() -> Vec<Query> {
    let calls = "abs(-3) abs('x') abs(NULL) char(65,8364) coalesce(NULL,2) concat('a',1,NULL) \
        concat_ws('-','a',NULL,'b') format('%d-%s-%.2f',7,'x',1.5) format('%05d|%-5s|',42,'a') glob('a*','ab') \
        hex('abc') hex(x'00ff') ifnull(NULL,1) iif(0,1,2) iif(1,2) instr('abc','c') last_insert_rowid() length('\u{e9}') \
        length(x'0102') length(123) length(NULL) like('a%','ABC') likelihood(1,0.5) likely(1) lower('ABC') \
        ltrim('  a') ltrim('xxa','x') max(1,'a') max(1,NULL) min(3,2) nullif(1,1) nullif(1,2) octet_length('\u{e9}') \
        printf('%x',255) quote('it''s') quote(x'01') quote(NULL) quote(1.5) typeof(random()) length(randomblob(8)) \
        replace('aXb','X','-') round(2.567,2) round(-2.5) round(1e300) rtrim('a  ') sign(-2) sign('x') sign(NULL) \
        substr('hello',2,3) substr('hello',-3) substr(x'010203',2) substring('abc',2) trim('  a ') trim('xax','x') \
        typeof(1) typeof('a') unhex('4142') unhex('zz') unicode('\u{20ac}') unlikely(0) upper('abc') zeroblob(4) \
        length(zeroblob(1000)) date('2024-02-30') date('2024-01-31','+1_month') time('12:34:56') \
        datetime('2024-01-01T00:00:00Z') datetime(1704067200,'unixepoch') julianday('2024-01-01') \
        unixepoch('2024-01-01') typeof(unixepoch('now','subsec')) strftime('%Y-%m-%dT%H:%M:%fZ','2024-05-06') \
        strftime('%j_%W_%w','2024-05-06') timediff('2024-01-02','2024-01-01') date('nonsense') \
        json('{\"a\":1}') json('{a:1}') json('nope') json_array(1,'a',NULL) json_array_length('[1,2]') \
        json_extract('{\"a\":{\"b\":2}}','$.a.b') json_extract('[1,2]','$[1]','$[0]') json_insert('{}','$.a',1) \
        json_object('a',1,'b',NULL) json_patch('{\"a\":1}','{\"a\":null}') json_remove('[1,2]','$[0]') \
        json_replace('{\"a\":1}','$.a',2) json_set('{}','$.a',json('[]')) json_type('{\"a\":1}','$.a') \
        json_valid('{}') json_valid('x') json_quote('a\"b') json(jsonb('{\"a\":1}')) jsonb('{\"a\":[1]}') \
        json_extract(jsonb('[7]'),'$[0]') json(jsonb_set('{}','$.a',1)) json(jsonb_array(1,2)) json(jsonb_object('k','v')) \
        json_valid('{a:1}',2) acos(1) acos(2) acosh(2) asin(1) asinh(1) atan(1) atan2(1,2) atanh(0.5) ceil(1.2) ceil(2) \
        ceil('1.5') ceil('x') ceil(NULL) cos(0) cosh(1) degrees(pi()) exp(1) exp(1000) floor(-1.2) floor(7) ln(2) ln(0) \
        ln(-1) log(100) log(2,8) log(0) log(1,2) log2(8) mod(7,3) mod(7.5,2) mod(1,0) pi() pow(2,10) pow(-8,0.5) radians(180) sin(1) sinh(1) sqrt(4.0) \
        sqrt(-1) sqrt('9') sqrt('x') sqrt(NULL) sqrt(x'01') tan(1) tanh(1) trunc(-1.7) trunc(5) changes() \
        abs() abs(1,2) nope(1) sqrt() pow(1) log(1,2,3) length() substr('a')";
    let denied = "sqlite_version() sqlite_source_id() sqlite_compileoption_used('X') sqlite_compileoption_get(1) ceiling(1) log10(1) \
        power(1,2) load_extension('x') json_pretty('{}') json_error_position('x') unistr('a') unistr_quote('a') \
        SQLITE_VERSION() Abs(-1) SQRT(4) subtype(1) fts5_source_id() soundex('a')";
    let mut queries: Vec<Query> = format!("{calls} {denied}")
        .split_ascii_whitespace()
        .map(|call| {
            one(format!(
                "SELECT {} AS v",
                call.replace('_', "\u{1}")
                    .replace("+1\u{1}month", "+1 month")
                    .replace("%j\u{1}%W\u{1}%w", "%j %W %w")
                    .replace('\u{1}', "_")
            ))
        })
        .collect();
    queries.extend(
        [
            "SELECT avg(value), count(*), count(value), sum(value), total(value), max(value), min(value) FROM json_each('[1,2,null,4.5]')",
            "SELECT group_concat(value), group_concat(value, '-'), string_agg(value, '+') FROM json_each('[1,2,3]')",
            "SELECT json_group_array(value) a, json_group_object(key, value) o FROM json_each('{\"x\":1,\"y\":[2]}')",
            "SELECT json(jsonb_group_array(value)) a FROM json_each('[1,2]')",
            "SELECT key, value, type, atom, path, fullkey FROM json_tree('{\"a\":[1,{\"b\":true}]}')",
            "SELECT sum(value) FROM json_each('[]')",
            "SELECT sum(value) FROM json_each('[9223372036854775807,1]')",
            "SELECT count(DISTINCT value) FROM json_each('[1,1,2]')",
            "SELECT avg(value) FILTER (WHERE value > 1) FROM json_each('[1,2,3]')",
            "SELECT group_concat(value ORDER BY value DESC) FROM json_each('[1,3,2]')",
            "SELECT total_changes() >= 0 AS t",
            "SELECT typeof(CURRENT_TIMESTAMP) a, length(CURRENT_DATE) b, length(CURRENT_TIME) c, length(datetime('now')) d",
        ]
        .map(one),
    );
    queries
}

/// Parameters of every kind.
fn parameters() -> Vec<Query> {
    let mut queries: Vec<Query> = [
        json!(1),
        json!(1.5),
        json!(-7),
        json!(0),
        json!(9_007_199_254_740_991_i64),
        json!(9_007_199_254_740_993_i64),
        json!(1e300),
        json!(true),
        json!(false),
        json!(null),
        json!(""),
        json!("a"),
        json!("7"),
        json!("\u{1f600}"),
        json!("a\u{0}b"),
        json!([]),
        json!([1, 2, 255]),
        json!([0]),
    ]
    .into_iter()
    .map(|value| with("SELECT ?1 AS v, typeof(?1) AS t, hex(?1) AS h", vec![value]))
    .collect();
    queries.extend([
        with("SELECT ?2 AS a, ?1 AS b", vec![json!("x"), json!("y")]),
        with("SELECT ?, ?1, ?", vec![json!(1), json!(2)]),
        with("SELECT :a", vec![json!("x")]),
        with("SELECT @a, $b", vec![json!("x"), json!("y")]),
        with("SELECT :a, :a", vec![json!("x")]),
        with("SELECT ?, ?", vec![json!(1)]),
        with("SELECT ?", vec![json!(1), json!(2)]),
        with("SELECT ?3", vec![json!(1), json!(2), json!(3)]),
        with("SELECT ?3", vec![json!(3)]),
        one("SELECT ?"),
        with("SELECT 1", vec![json!(1)]),
        with("SELECT 1 LIMIT ?", vec![json!(1)]),
        with("SELECT 1 LIMIT ?", vec![json!("1")]),
        with("SELECT 1 LIMIT ?", vec![json!(1.5)]),
        with("SELECT 1 LIMIT ?", vec![json!("x")]),
        with("SELECT value FROM json_each(?) ORDER BY value DESC", vec![json!("[1,2,3]")]),
        with("SELECT ?1 = 1, ?1 IS 1, ?1 || ''", vec![json!(1)]),
        with("SELECT substr('hello', ?, ?)", vec![json!(2), json!(2)]),
    ]);
    queries
}

/// What a column makes of a value.
fn affinities() -> Vec<Query> {
    let types = [
        "INTEGER",
        "INT",
        "REAL",
        "TEXT",
        "BLOB",
        "NUMERIC",
        "BOOLEAN",
        "DATETIME",
        "VARCHAR(2)",
        "",
    ];
    let strict = ["INTEGER", "INT", "REAL", "TEXT", "BLOB", "ANY"];
    let values = [
        json!(7),
        json!(7.5),
        json!("7"),
        json!("7.5"),
        json!("x"),
        json!(""),
        json!(null),
        json!(true),
        json!([1]),
        json!(9_007_199_254_740_993_i64),
        json!(1e300),
    ];
    let mut queries = Vec::new();
    let tables =
        types.map(|kind| (kind, "")).into_iter().chain(strict.map(|kind| (kind, " STRICT")));
    for (number, (kind, strict)) in tables.enumerate() {
        queries.push(one(format!("CREATE TABLE affinity{number}(v {kind}){strict}")));
        for value in &values {
            let insert =
                format!("INSERT INTO affinity{number} VALUES(?) RETURNING v, typeof(v) AS t");
            queries.push(with(insert, vec![value.clone()]));
        }
        queries.push(one(format!("SELECT v, typeof(v) FROM affinity{number} ORDER BY v, rowid")));
    }
    queries
}

/// Definitions, good and bad.
fn tables() -> Vec<Query> {
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
fn writes() -> Vec<Query> {
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
fn reads() -> Vec<Query> {
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
fn constraints() -> Vec<Query> {
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

fn triggers() -> Vec<Query> {
    [
        "CREATE TABLE log(id INTEGER PRIMARY KEY, what TEXT)",
        "CREATE TRIGGER users_insert AFTER INSERT ON users BEGIN INSERT INTO log(what) VALUES('insert ' || new.name); END",
        "CREATE TRIGGER users_update AFTER UPDATE OF age ON users WHEN new.age <> old.age BEGIN INSERT INTO log(what) SELECT 'age ' || old.age || ' ' || new.age; END",
        "CREATE TRIGGER users_delete BEFORE DELETE ON users BEGIN SELECT CASE WHEN old.name = 'keep' THEN RAISE(ABORT, 'stays') END; END",
        "CREATE TRIGGER adults_insert INSTEAD OF INSERT ON adults BEGIN INSERT INTO users(name, age) VALUES(new.name, 18); END",
        "INSERT INTO users(name) VALUES('keep') RETURNING name",
        "INSERT INTO adults(name) VALUES('via view')",
        "UPDATE users SET age = 20 WHERE name = 'via view'",
        "DELETE FROM users WHERE name = 'keep'",
        "DELETE FROM users WHERE name = 'via view'",
        "SELECT * FROM log",
        "CREATE TRIGGER bad AFTER INSERT ON nope BEGIN SELECT 1; END",
        "CREATE TRIGGER bad AFTER INSERT ON users BEGIN SELECT 1",
        "CREATE TRIGGER bad AFTER INSERT ON users BEGIN END",
        "CREATE TRIGGER users_insert AFTER INSERT ON users BEGIN SELECT 1; END",
        "CREATE TRIGGER IF NOT EXISTS users_insert AFTER INSERT ON users BEGIN SELECT 1; END",
        "CREATE TRIGGER peek AFTER INSERT ON log BEGIN SELECT sqlite_version(); END",
        "INSERT INTO log(what) VALUES('peek')",
        "DROP TRIGGER IF EXISTS peek",
        "DROP TRIGGER nope",
        "CREATE TABLE deep(n INT)",
        "CREATE TRIGGER deeper AFTER INSERT ON deep WHEN new.n > 0 BEGIN INSERT INTO deep VALUES(new.n - 1); END",
        "INSERT INTO deep VALUES(5)",
        "SELECT n FROM deep ORDER BY n",
        "PRAGMA recursive_triggers = on",
        "INSERT INTO deep VALUES(9)",
        "INSERT INTO deep VALUES(12)",
        "PRAGMA recursive_triggers = off",
        "DROP TRIGGER users_insert",
        "DROP TRIGGER users_delete",
        "DROP TRIGGER users_update",
    ]
    .map(one)
    .into()
}

fn full_text() -> Vec<Query> {
    [
        "CREATE VIRTUAL TABLE notes USING fts5(title, body)",
        "CREATE VIRTUAL TABLE IF NOT EXISTS notes USING fts5(title, body)",
        "INSERT INTO notes VALUES('first', 'the quick brown fox'), ('second', 'lazy dogs run quickly')",
        "SELECT title FROM notes WHERE notes MATCH 'quick*' ORDER BY rank",
        "SELECT highlight(notes, 1, '<b>', '</b>') AS h FROM notes WHERE notes MATCH 'fox'",
        "SELECT snippet(notes, 1, '[', ']', '...', 3) AS s FROM notes WHERE notes MATCH 'dogs'",
        "SELECT bm25(notes) < 0 AS b FROM notes WHERE notes MATCH 'lazy'",
        "SELECT * FROM notes('brown')",
        "SELECT * FROM notes WHERE notes MATCH '\"'",
        "UPDATE notes SET body = 'changed' WHERE title = 'first'",
        "DELETE FROM notes WHERE rowid = 2",
        "INSERT INTO notes(notes) VALUES('optimize')",
        "INSERT INTO notes(notes) VALUES('integrity-check')",
        "SELECT name FROM sqlite_schema WHERE name LIKE 'notes%' ORDER BY name",
        "INSERT INTO notes_content VALUES(9, 'a', 'b')",
        "DELETE FROM notes_data",
        "DROP TABLE notes_idx",
        "CREATE VIRTUAL TABLE vocabulary USING fts5vocab('notes', 'row')",
        "SELECT term FROM vocabulary ORDER BY term",
        "CREATE VIRTUAL TABLE trigrams USING fts5(x, tokenize = 'trigram')",
        "INSERT INTO trigrams VALUES('hello world')",
        "SELECT * FROM trigrams WHERE x MATCH 'lo w'",
        "SELECT * FROM trigrams WHERE x LIKE '%wor%'",
        "CREATE VIRTUAL TABLE stems USING fts5(x, tokenize = 'porter unicode61')",
        "CREATE VIRTUAL TABLE bad USING fts5(x, tokenize = 'nope')",
        "CREATE VIRTUAL TABLE boxes USING rtree(id, x0, x1)",
        "INSERT INTO boxes VALUES(1, 0, 10), (2, 20, 30)",
        "SELECT id, x0 FROM boxes WHERE x0 < 15",
        "CREATE VIRTUAL TABLE old USING fts4(x)",
        "CREATE VIRTUAL TABLE old USING fts3(x)",
        "CREATE VIRTUAL TABLE csv USING csv(x)",
        "CREATE VIRTUAL TABLE stat USING dbstat(main)",
        "DROP TABLE vocabulary",
        "DROP TABLE notes",
        "SELECT name FROM sqlite_schema WHERE name LIKE 'notes%'",
    ]
    .map(one)
    .into()
}

/// All of it or none of it.
fn batches() -> Vec<Query> {
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
fn splitting() -> Vec<Query> {
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
fn limits() -> Vec<Query> {
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

fn pragmas() -> Vec<Query> {
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

/// What D1 keeps to itself.
fn refused() -> Vec<Query> {
    [
        "BEGIN",
        "BEGIN TRANSACTION",
        "BEGIN IMMEDIATE",
        "BEGIN EXCLUSIVE",
        "COMMIT",
        "END",
        "ROLLBACK",
        "SAVEPOINT a",
        "RELEASE a",
        "ROLLBACK TO a",
        "ATTACH ':memory:' AS y",
        "ATTACH 'file.db' AS y",
        "DETACH main",
        "DETACH nope",
        "VACUUM",
        "VACUUM INTO 'x.db'",
        "CREATE TEMP TABLE x(a)",
        "CREATE TEMPORARY TABLE x(a)",
        "CREATE TABLE temp.x(a)",
        "CREATE TEMP VIEW x AS SELECT 1",
        "CREATE TEMP TRIGGER x AFTER INSERT ON users BEGIN SELECT 1; END",
        "CREATE INDEX temp.x ON users(age)",
        "SELECT * FROM sqlite_temp_schema",
        "SELECT * FROM temp.sqlite_schema",
        "SELECT * FROM temp.users",
        "SELECT * FROM other.users",
        "CREATE TABLE _cf_mine(a)",
        "CREATE TABLE _CF_MINE(a)",
        "CREATE TABLE \"_cf_mine\"(a)",
        "CREATE TABLE _cfmine(a)",
        "CREATE VIEW _cf_view AS SELECT 1",
        "CREATE INDEX _cf_index ON users(age)",
        "CREATE TRIGGER _cf_trigger AFTER INSERT ON users BEGIN SELECT 1; END",
        "CREATE TABLE renamed(a)",
        "ALTER TABLE renamed RENAME TO _cf_renamed",
        "ALTER TABLE renamed RENAME a TO _cf_a",
        "ALTER TABLE renamed ADD COLUMN _cf_column INT",
        "SELECT _cf_column FROM renamed",
        "SELECT * FROM _cf_none",
        "DROP TABLE _cf_none",
        "DROP TABLE IF EXISTS _cf_none",
        "CREATE VIRTUAL TABLE _cf_fts USING fts5(a)",
        "EXPLAIN BEGIN",
        "SELECT load_extension('x', 'y')",
        "SELECT fts3_tokenizer('simple')",
        "PRAGMA writable_schema = on",
        "SELECT * FROM pragma_compile_options",
    ]
    .map(one)
    .into()
}

fn mistakes() -> Vec<Query> {
    [
        "",
        " ",
        "\n",
        ";",
        "-- comment",
        "/* comment */",
        "--\n--",
        "x",
        "SELECT",
        "SELECT FROM",
        "SELECT * FROM",
        "SELECT * FROM nope",
        "SELECT nope FROM users",
        "SELECT users.nope FROM users",
        "SELECT u.name FROM users",
        "SELECT 'open",
        "SELECT \"open",
        "SELECT (1",
        "SELECT 1)",
        "SELECT 1 1",
        "SELECT 1,",
        "SELECT * FROM users WHERE",
        "SELECT * FROM users ORDER BY 9",
        "SELECT * FROM users GROUP BY 9",
        "SELECT count(*) FROM users HAVING 1 LIMIT",
        "SELECT max(max(age)) FROM users",
        "SELECT name FROM users WHERE count(*) > 1",
        "SELECT 1 UNION SELECT 1, 2",
        "SELECT (SELECT 1, 2)",
        "SELECT 1 IN (SELECT 1, 2)",
        "SELECT name FROM users u, users v",
        "INSERT INTO users",
        "INSERT INTO nope VALUES(1)",
        "INSERT INTO users VALUES(1)",
        "UPDATE nope SET a = 1",
        "UPDATE users SET",
        "DELETE users",
        "DELETE FROM nope",
        "CREATE TABEL x(a)",
        "CREATE TABLE x",
        "DROP users",
        "ALTER TABLE nope ADD COLUMN a",
        "ALTER TABLE users ADD",
        "SELECT @",
        "SELECT #",
        "SELECT 1 AS a b",
        "SELECT \u{0}1",
        "SELECT x'0'",
        "SELECT 0x",
        "SELECT 1e",
        "SELECT $",
        "SELECT ?0",
        "SELECT ?99999",
        "WITH a AS (SELECT 1) SELECT * FROM b",
        "WITH RECURSIVE a AS (SELECT * FROM a) SELECT * FROM a",
        "SELECT row_number()",
        "SELECT sum(1) OVER (ORDER BY nope)",
        "SELECT 1 COLLATE nope",
        "SELECT * FROM users NOT INDEXED WHERE nope",
        "INSERT INTO users(name, name) VALUES('a', 'b')",
        "SELECT \"no such column\"",
        "SELECT name FROM users WHERE name = \"ann\"",
        "UPDATE users SET name = \"quoted\" WHERE 0",
        "CREATE INDEX quoted ON users(\"nope\")",
        "SELECT 1 FROM (SELECT 1",
        "SELECT * FROM json_each('{')",
        "SELECT CAST(1 AS)",
        "SELECT\n\n  nope\nFROM users",
        "SELECT '\u{e9}', nope FROM users",
    ]
    .map(one)
    .into()
}

fn alterations() -> Vec<Query> {
    [
        "CREATE TABLE alt(a INT, b TEXT, c TEXT DEFAULT 'c')",
        "INSERT INTO alt(a, b) VALUES(1, 'x')",
        "ALTER TABLE alt ADD COLUMN d INT",
        "ALTER TABLE alt ADD COLUMN e INT NOT NULL",
        "ALTER TABLE alt ADD COLUMN e INT NOT NULL DEFAULT 5",
        "ALTER TABLE alt ADD COLUMN f TEXT DEFAULT (datetime('now'))",
        "ALTER TABLE alt ADD COLUMN g INT UNIQUE",
        "ALTER TABLE alt ADD COLUMN d INT",
        "ALTER TABLE alt RENAME COLUMN a TO aa",
        "ALTER TABLE alt RENAME COLUMN nope TO b2",
        "ALTER TABLE alt RENAME COLUMN aa TO b",
        "ALTER TABLE alt DROP COLUMN d",
        "ALTER TABLE alt DROP COLUMN nope",
        "ALTER TABLE alt RENAME TO alt2",
        "ALTER TABLE alt2 RENAME TO users",
        "ALTER TABLE alt2 RENAME TO \"alt 3\"",
        "SELECT * FROM \"alt 3\"",
        "SELECT sql FROM sqlite_schema WHERE name = 'alt 3'",
        "ALTER TABLE adults RENAME TO grown",
        "ALTER TABLE users DROP COLUMN age",
        "ALTER TABLE users DROP COLUMN id",
        "DROP TABLE \"alt 3\"",
        "ALTER TABLE sqlite_schema RENAME TO x",
        "CREATE TABLE moved(id INTEGER PRIMARY KEY, v TEXT)",
        "ALTER TABLE moved ALTER COLUMN v SET NOT NULL",
        "ALTER TABLE moved ADD CONSTRAINT c CHECK(v <> '')",
        "ALTER TABLE moved DROP CONSTRAINT c",
        "SELECT sql FROM sqlite_schema WHERE name = 'moved'",
        "CREATE TABLE moved_new(id INTEGER PRIMARY KEY, v TEXT NOT NULL DEFAULT '')",
        "INSERT INTO moved_new SELECT id, coalesce(v, '') FROM moved",
        "DROP TABLE moved",
        "ALTER TABLE moved_new RENAME TO moved",
        "DELETE FROM moved LIMIT 1",
        "UPDATE moved SET v = 'x' ORDER BY id LIMIT 1",
    ]
    .map(one)
    .into()
}

/// The names of columns.
fn columns() -> Vec<Query> {
    [
        "SELECT 1",
        "SELECT 1 + 1",
        "SELECT 'a'",
        "SELECT count(*) FROM users",
        "SELECT COUNT( * ) FROM users",
        "SELECT max(age) FROM users",
        "SELECT u.name FROM users u LIMIT 1",
        "SELECT name AS \"a b\" FROM users LIMIT 1",
        "SELECT users.name, u.name FROM users, users u LIMIT 1",
        "SELECT (SELECT 1)",
        "SELECT CASE WHEN 1 THEN 2 END",
        "SELECT * FROM (SELECT 1, 2)",
        "SELECT t.* FROM (SELECT 1 AS x) t",
        "SELECT ROWID FROM users LIMIT 1",
        "SELECT Name FROM users LIMIT 1",
        "INSERT INTO log(what) VALUES('c') RETURNING ID, what AS w, id + 1",
    ]
    .map(one)
    .into()
}
