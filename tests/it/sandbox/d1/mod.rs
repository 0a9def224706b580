//! The D1 engine against workerd's own D1: the same queries, the same answers.

mod queries;

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Stdio;

use clodo::server::sandbox::d1::{Answer, Database};
use serde_json::{Value, json};

use crate::toolchain::toolchain;
use queries::Query;

/// Queries that this engine answers in another way, and why.
const DIFFERENCES: [(&str, &str); 8] = [
    ("SELECT length(?) AS l", "D1 documents 2 MB for a value; workerd has a wider limit"),
    ("SELECT length(zeroblob(", "the same"),
    ("SELECT length(randomblob(", "the same"),
    ("SELECT soundex(", "both refuse; ours is built with it, so the words are the authorizer's"),
    ("SELECT fts3_tokenizer(", "the same"),
    ("PRAGMA data_version", "counts what other connections changed; workerd has one more"),
    (
        "DELETE FROM moved LIMIT",
        "SQLITE_ENABLE_UPDATE_DELETE_LIMIT needs a SQLite generated with it",
    ),
    ("UPDATE moved SET v = 'x' ORDER BY", "the same"),
];

#[test]
fn answers_are_those_of_workerd() {
    let Some(toolchain) = toolchain() else { return };
    let queries = queries::all();
    assert!(queries.len() > 700, "only {} queries", queries.len());
    let home = tempfile::tempdir().expect("a folder");
    let mut judge = toolchain
        .node(&toolchain.folder.join("d1.mjs"), home.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Node starts");
    let mut requests = judge.stdin.take().expect("piped");
    let lines: Vec<String> = queries.iter().map(|query| query.request().to_string()).collect();
    let writer = std::thread::spawn(move || {
        for line in lines {
            writeln!(requests, "{line}").expect("the judge reads on");
        }
    });
    let mut database = Database::in_memory().expect("SQLite");
    let mut seen = Vec::new();
    let mut wrong = Vec::new();
    let mut answers = BufReader::new(judge.stdout.take().expect("piped")).lines();
    for query in &queries {
        let line = answers.next().expect("an answer for each query").expect("text");
        let expected = comparable(
            serde_json::from_str(&line).unwrap_or_else(|_| panic!("{line}: {}", query.request())),
        );
        let ours = comparable(answer(&mut database, query));
        let excuse = DIFFERENCES.iter().position(|(sql, _)| query.sql().starts_with(sql));
        match (ours == expected, excuse) {
            (true, _) => {}
            (false, Some(at)) => seen.push(at),
            (false, None) => {
                wrong.push(format!("{}\n   ours: {ours}\n workerd: {expected}", query.request()));
            }
        }
    }
    writer.join().expect("all written");
    assert!(judge.wait().expect("Node ends").success());
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), queries.len(), wrong.join("\n"));
    let is_stale = |at: &usize| !seen.contains(at);
    let stale: Vec<_> = (0..DIFFERENCES.len()).filter(is_stale).map(|at| DIFFERENCES[at]).collect();
    assert!(stale.is_empty(), "no longer different: {stale:?}");
}

fn answer(database: &mut Database, query: &Query) -> Value {
    let answers = query.statements().and_then(|statements| database.run(&statements));
    match answers {
        Ok(answers) if query.raw => json!({ "results": [{ "results": answers[0].table() }] }),
        Ok(answers) => {
            let result =
                |answer: &Answer| json!({ "results": answer.objects(), "meta": answer.meta });
            json!({ "results": answers.iter().map(result).collect::<Vec<_>>() })
        }
        Err(error) => json!({ "error": error.to_string() }),
    }
}

/// Leaves out what depends on clocks, on the layout of pages, and on how rows are counted; all numbers are
/// JavaScript's.
fn comparable(mut answer: Value) -> Value {
    for result in answer["results"].as_array_mut().into_iter().flatten() {
        let Some(result) = result.as_object_mut() else { continue };
        result.remove("success");
        if let Some(meta) = result.get_mut("meta").and_then(Value::as_object_mut) {
            meta.retain(|key, _| matches!(key.as_str(), "changes" | "last_row_id"));
        }
    }
    as_reals(&mut answer);
    answer
}

fn as_reals(value: &mut Value) {
    match value {
        Value::Number(number) => *value = json!(number.as_f64()),
        Value::Array(values) => values.iter_mut().for_each(as_reals),
        Value::Object(values) => values.values_mut().for_each(as_reals),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}
