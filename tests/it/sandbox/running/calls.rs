//! Workers that call each other, Durable Objects, and versions that do not start.

use clodo::server::sandbox::state::workers::Namespace;
use serde_json::json;

use super::{deploy, running, version};

#[test]
fn workers_call_each_other_and_objects_outlive_a_deployment() {
    let Some(stand) = running() else { return };
    let counter = "import { DurableObject, WorkerEntrypoint } from 'cloudflare:workers';
        export class Counter extends DurableObject {
            async count() {
                const n = (this.ctx.storage.kv.get('n') ?? 0) + 1;
                this.ctx.storage.kv.put('n', n);
                return n;
            }
        }
        export class Sums extends WorkerEntrypoint { add(a, b) { return a + b; } }
        export default { async fetch(request, env) {
            const id = env.COUNTER.idFromName('it');
            return new Response(`VERSION ${await env.COUNTER.get(id).count()}`);
        } };";
    let object = json!({
        "type": "durable_object_namespace", "name": "COUNTER", "class_name": "Counter",
    });
    let first =
        version(&stand, "counter", &counter.replace("VERSION", "a"), std::slice::from_ref(&object));
    let namespace = Namespace {
        id: stand.sandbox.source.id(),
        class: "Counter".into(),
        script: "counter".into(),
        use_sqlite: true,
    };
    let change = stand.sandbox.store.change(|state| {
        state.workers.namespaces.push(namespace);
        Ok(())
    });
    change.expect("a change");
    deploy(&stand, "counter", &[(&first, 100.0)]);
    assert_eq!(stand.visit("counter.localhost", "/", &[]).1, "a 1");
    let caller = "export default { async fetch(request, env) {
        const counted = await (await env.COUNTER.fetch('https://counter/')).text();
        const id = env.OBJECT.idFromName('it');
        return Response.json([await env.SUMS.add(1, 2), counted, await env.OBJECT.get(id).count()]);
    } };";
    let bindings = [
        json!({ "type": "service", "name": "COUNTER", "service": "counter" }),
        json!({ "type": "service", "name": "SUMS", "service": "counter", "entrypoint": "Sums" }),
        json!({
            "type": "durable_object_namespace", "name": "OBJECT", "class_name": "Counter",
            "script_name": "counter",
        }),
    ];
    let id = version(&stand, "caller", caller, &bindings);
    deploy(&stand, "caller", &[(&id, 100.0)]);
    assert_eq!(stand.visit("caller.localhost", "/", &[]).1, r#"[3,"a 2",3]"#);
    let second = version(&stand, "counter", &counter.replace("VERSION", "b"), &[object]);
    deploy(&stand, "counter", &[(&first, 50.0), (&second, 50.0)]);
    let answers: Vec<_> = (4..12).map(|_| stand.visit("counter.localhost", "/", &[]).1).collect();
    let counted = answers.iter().map(|answer| answer[2..].parse::<u32>().expect("a number"));
    assert!(counted.eq(4..12), "one object for both versions: {answers:?}");
    deploy(&stand, "counter", &[(&second, 100.0)]);
    assert_eq!(stand.visit("counter.localhost", "/", &[]).1, "b 12");
}

#[test]
fn what_does_not_start_leaves_the_others_alone() {
    let Some(stand) = running() else { return };
    let good = version(&stand, "good", "export default { fetch: () => new Response('ok') };", &[]);
    let bad = version(&stand, "bad", "throw new Error('at start'); export default {};", &[]);
    deploy(&stand, "bad", &[(&bad, 100.0)]);
    // Refused by miniflare, which does not say whose it is.
    let limit = json!({
        "type": "ratelimit", "name": "L", "namespace_id": "1", "simple": { "limit": 1, "period": 7 },
    });
    let odd = version(&stand, "odd", "export default {};", &[limit]);
    deploy(&stand, "odd", &[(&odd, 100.0)]);
    deploy(&stand, "good", &[(&good, 100.0)]);
    assert_eq!(stand.visit("odd.localhost", "/", &[]), (500, "error code: 1101".into()));
    assert_eq!(stand.visit("bad.localhost", "/", &[]), (500, "error code: 1101".into()));
    assert_eq!(stand.visit("good.localhost", "/", &[]), (200, "ok".into()));
    assert!(stand.sandbox.runner.log().iter().any(|line| line.contains("at start")));
}
