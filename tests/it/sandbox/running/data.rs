//! What a Worker writes, the account has; and the other way round.

use clodo::server::sandbox::data::{Entry, Upload, Value};
use clodo::server::sandbox::state::d1::D1Database;
use clodo::server::sandbox::state::kv::KvNamespace;
use clodo::server::sandbox::state::queues::{Consumer, Queue};
use clodo::server::sandbox::state::r2::Bucket;
use clodo::server::sandbox::state::workers::Schedule;
use serde_json::json;

use super::super::stand::Stand;
use super::{deploy, eventually, running, version};

/// A Worker that does what its code says, with everything bound to it.
fn worker(stand: &Stand, code: &str) -> impl Fn(&str) -> String {
    let change = stand.sandbox.store.change(|state| {
        state.kv.namespaces.push(KvNamespace { id: "kv".into(), ..KvNamespace::default() });
        let database = D1Database { uuid: "d1".into(), name: "d1".into(), ..D1Database::default() };
        state.d1.databases.push(database);
        state.r2.buckets.push(Bucket { name: "r2".into(), ..Bucket::default() });
        for name in ["jobs", "dead"] {
            let consumer = Consumer {
                kind: "worker".into(),
                script_name: Some("it".into()),
                dead_letter_queue: (name == "jobs").then(|| "dead".into()),
                settings: serde_json::from_value(
                    json!({ "max_wait_time_ms": 50, "max_retries": 1 }),
                )
                .expect("settings"),
                ..Consumer::default()
            };
            let consumers = vec![consumer];
            state.queues.queues.push(Queue { name: name.into(), consumers, ..Queue::default() });
        }
        Ok(())
    });
    change.expect("a change");
    let bindings = [
        json!({ "type": "kv_namespace", "name": "KV", "namespace_id": "kv" }),
        json!({ "type": "d1", "name": "DB", "id": "d1" }),
        json!({ "type": "r2_bucket", "name": "R2", "bucket_name": "r2" }),
        json!({ "type": "queue", "name": "JOBS", "queue_name": "jobs" }),
        json!({ "type": "ai", "name": "AI" }),
    ];
    let code = format!("export default {{ async fetch(request, env) {{ {code} }} }};");
    let id = version(stand, "it", &code, &bindings);
    deploy(stand, "it", &[(&id, 100.0)]);
    |path| {
        let (status, text) = stand.visit("it.localhost", path, &[]);
        assert_eq!(status, 200, "{text} {:#?}", stand.sandbox.runner.log());
        text
    }
}

#[test]
fn kv_is_the_accounts() {
    let Some(stand) = running() else { return };
    let entry = |key: &str, text: &str| Entry {
        key: key.into(),
        value: Value {
            bytes: text.to_owned().into(),
            metadata: Some(json!({ "née": "ü" })),
            expiration: None,
        },
    };
    let visit = worker(
        &stand,
        "const { value, metadata } = await env.KV.getWithMetadata('a/b ü', 'json');
         await env.KV.put('from worker', 'w', { metadata: { n: value.n }, expirationTtl: 100 });
         await env.KV.delete('gone');
         const first = await env.KV.list({ limit: 2 });
         const rest = await env.KV.list({ cursor: first.cursor });
         const many = await env.KV.get(['c', 'none']);
         let refused;
         try { await env.KV.put('k', 'v', { expirationTtl: 1 }) } catch (error) { refused = error.message }
         return Response.json([
             metadata, await env.KV.get('none'), first.keys.length, first.list_complete,
             rest.keys.map(({ name }) => name), rest.list_complete, [...many], refused,
         ]);",
    );
    let entries = vec![entry("a/b ü", "{\"n\":1}"), entry("c", "C"), entry("gone", "")];
    stand.sandbox.kv().put("kv", entries).expect("written");
    let seen: serde_json::Value = serde_json::from_str(&visit("/")).expect("JSON");
    let refused = "KV PUT failed: 400 Invalid expiration_ttl of 1. A value must live for 60 seconds at least.";
    let expected = json!([
        { "née": "ü" }, null, 2, false, ["from worker"], true, [["c", "C"], ["none", null]], refused,
    ]);
    assert_eq!(seen, expected);
    let value = stand.sandbox.kv().get("kv", "from worker").expect("a namespace").expect("a value");
    assert_eq!((&value.bytes[..], value.metadata), (&b"w"[..], Some(json!({ "n": 1 }))));
    assert!(value.expiration.is_some());
    assert_eq!(stand.sandbox.kv().get("kv", "gone").expect("a namespace"), None);
}

#[test]
fn d1_is_the_accounts() {
    let Some(stand) = running() else { return };
    let visit = worker(
        &stand,
        "const insert = env.DB.prepare('INSERT INTO t VALUES (?, ?)');
         await env.DB.batch([insert.bind(1, 'a'), insert.bind(2, new Uint8Array([7]).buffer)]);
         let failed;
         try { await env.DB.batch([insert.bind(3, 'c'), insert.bind(1, 'again')]) }
         catch (error) { failed = error.message }
         const all = await env.DB.prepare('SELECT id, v FROM t ORDER BY id').all();
         const raw = await env.DB.prepare('SELECT 1 AS a, 2 AS a').raw();
         const first = await env.DB.prepare('SELECT count(*) AS n FROM t').first('n');
         return Response.json([all.results, raw, first, all.success, failed]);",
    );
    let run = |sql: &str| {
        stand.sandbox.with_d1("d1", |database| {
            use clodo::server::sandbox::d1::Statement;
            let statement = Statement { sql: sql.into(), params: Vec::new() };
            database.run(&[statement]).expect("it runs")
        })
    };
    run("CREATE TABLE t (id INTEGER PRIMARY KEY, v)").expect("a database");
    let seen: serde_json::Value = serde_json::from_str(&visit("/")).expect("JSON");
    assert_eq!(seen[0], json!([{ "id": 1, "v": "a" }, { "id": 2, "v": [7] }]));
    assert_eq!([&seen[1], &seen[2], &seen[3]], [&json!([[1, 2]]), &json!(2), &json!(true)]);
    let failed = "D1_ERROR: UNIQUE constraint failed: t.id: SQLITE_CONSTRAINT";
    assert!(seen[4].as_str().is_some_and(|it| it.starts_with(failed)), "{}", seen[4]);
    let rows = run("SELECT count(*) FROM t").expect("a database");
    assert_eq!(rows[0].rows, [[json!(2)]]);
}

#[test]
fn r2_is_the_accounts() {
    let Some(stand) = running() else { return };
    let visit = worker(
        &stand,
        "const object = await env.R2.get('from/account', { range: { offset: 6 } });
         const etag = object.httpEtag;
         const same = await env.R2.get('from/account', { onlyIf: { etagDoesNotMatch: object.etag } });
         const put = await env.R2.put('from/worker', 'W', {
             httpMetadata: { contentType: 'text/css' }, customMetadata: { k: 'v' },
         });
         const head = await env.R2.head('from/worker');
         const refused = await env.R2.put('from/worker', 'X', { onlyIf: { etagMatches: 'none' } });
         const listed = await env.R2.list({ prefix: 'from/', include: ['customMetadata'] });
         const folders = await env.R2.list({ delimiter: '/' });
         await env.R2.delete('gone');
         return Response.json([
             await object.text(), object.size, object.range, 'body' in same, put.size,
             head.httpMetadata.contentType, refused, await env.R2.head('none'),
             listed.objects.map(({ key, customMetadata }) => [key, customMetadata.k ?? null]),
             folders.delimitedPrefixes, typeof head.uploaded.getTime(), etag.length,
         ]);",
    );
    for key in ["from/account", "gone"] {
        let upload = Upload { bytes: "hello world".into(), ..Upload::default() };
        stand.sandbox.r2().put("default", "r2", key, upload).expect("written");
    }
    let seen: serde_json::Value = serde_json::from_str(&visit("/")).expect("JSON");
    let expected = json!([
        "world", 11, { "offset": 6, "length": 5 }, false, 1, "text/css", null, null,
        [["from/account", null], ["from/worker", "v"]], ["from/"], "number", 34,
    ]);
    assert_eq!(seen, expected);
    let (object, bytes) = stand
        .sandbox
        .r2()
        .get("default", "r2", "from/worker")
        .expect("a bucket")
        .expect("an object");
    assert_eq!((&bytes[..], &*object.http_metadata["content-type"]), (&b"W"[..], "text/css"));
    assert_eq!(stand.sandbox.r2().head("default", "r2", "gone").expect("a bucket"), None);
}

#[test]
fn an_object_is_uploaded_in_parts() {
    let Some(stand) = running() else { return };
    let visit = worker(
        &stand,
        "const size = 5 * 1024 * 1024, caught = [];
         const fails = (promise) => promise.then(() => caught.push(null), ({ message }) => caught.push(message));
         const upload = await env.R2.createMultipartUpload('large', {
             httpMetadata: { contentType: 'text/plain' }, customMetadata: { k: 'v' },
         });
         const same = env.R2.resumeMultipartUpload('large', upload.uploadId);
         const second = await same.uploadPart(2, 'end');
         const first = await same.uploadPart(1, 'a'.repeat(size));
         const before = await env.R2.head('large');
         await fails(same.complete([first, { partNumber: 2, etag: 'other' }]));
         const object = await same.complete([second, first]);
         const small = await env.R2.createMultipartUpload('small');
         const parts = [await small.uploadPart(1, 'a'), await small.uploadPart(2, 'b')];
         await fails(small.complete(parts));
         await small.abort();
         await fails(small.complete(parts));
         const got = await env.R2.get('large', { range: { offset: size - 1 } });
         return Response.json([
             before, object.size, await got.text(), got.httpMetadata.contentType,
             got.customMetadata.k, (await env.R2.list()).objects.map(({ key }) => key), caught,
         ]);",
    );
    let seen: serde_json::Value = serde_json::from_str(&visit("/")).expect("JSON");
    let expected = json!([null, 5 * 1024 * 1024 + 3, "aend", "text/plain", "v", ["large"]]);
    assert_eq!(seen.as_array().expect("a list")[..6], expected.as_array().expect("a list")[..]);
    let caught: Vec<_> =
        seen[6].as_array().expect("a list").iter().map(ToString::to_string).collect();
    for (error, code) in caught.iter().zip(["10025", "10011", "10024"]) {
        assert!(error.contains(code), "{caught:?}");
    }
    assert!(stand.sandbox.state().r2.buckets[0].uploads.is_empty());
}

#[test]
fn queues_deliver_retry_and_give_up() {
    let Some(stand) = running() else { return };
    let visit = worker(
        &stand,
        "await env.JOBS.send({ n: 1 });
         await env.JOBS.sendBatch([{ body: 'text', contentType: 'text' }, { body: new Set(['v8']), contentType: 'v8' }]);
         return new Response('sent');
     }, async queue({ queue, messages }, env) {
         for (const message of messages) {
             const { body, attempts } = message;
             const shown = body instanceof Set ? [...body][0] : JSON.stringify(body);
             await env.KV.put(`${queue} ${shown} ${attempts}`, '');
             if (body === 'text' && queue === 'jobs') message.retry(); else message.ack();
         }",
    );
    assert_eq!(visit("/"), "sent");
    let expected =
        ["dead \"text\" 1", "jobs \"text\" 1", "jobs \"text\" 2", "jobs v8 1", "jobs {\"n\":1} 1"];
    eventually(|| {
        let listed = stand.sandbox.kv().list("kv", "", 100, None).expect("a namespace");
        let names: Vec<_> = listed.keys.iter().map(|key| key.name.clone()).collect();
        if names == expected { Ok(()) } else { Err(format!("{names:?}")) }
    });
}

#[test]
fn crons_run_and_what_is_not_emulated_says_so() {
    let Some(stand) = running() else { return };
    let visit = worker(
        &stand,
        "try { await env.AI.run('model') } catch (error) { return new Response(error.message) }
     }, async scheduled({ cron, scheduledTime }, env) {
         await env.KV.put('cron', `${cron} ${typeof scheduledTime}`);",
    );
    assert_eq!(visit("/"), "the sandbox does not emulate bindings of the type ai");
    let change = stand.sandbox.store.change(|state| {
        let script = state.workers.scripts.get_mut("it").expect("a script");
        script.schedules.push(Schedule { cron: "*/5 * * * *".into(), ..Schedule::default() });
        Ok(())
    });
    change.expect("a change");
    let ask = |cron: &str| {
        let body = json!({ "worker": "it", "cron": cron });
        stand.control("/sandbox/cron", &body)
    };
    assert_eq!(ask("*/5 * * * *"), (200, json!({ "outcome": "ok" })));
    assert_eq!(ask("0 0 * * *").0, 404);
    let value = stand.sandbox.kv().get("kv", "cron").expect("a namespace").expect("a value");
    assert_eq!(&value.bytes[..], b"*/5 * * * * number");
}
