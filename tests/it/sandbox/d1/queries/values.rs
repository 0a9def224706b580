//! Values: expressions, functions, parameters, and what columns make of them.

use serde_json::json;

use super::{Query, one, with};

/// Values and what becomes of them in JSON.
pub(super) fn expressions() -> Vec<Query> {
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
pub(super) fn functions() -> Vec<Query> {
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
pub(super) fn parameters() -> Vec<Query> {
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
pub(super) fn affinities() -> Vec<Query> {
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
