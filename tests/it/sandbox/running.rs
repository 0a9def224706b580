//! Workers that really run: from the state of the account to the answers of workerd.

use clodo::server::sandbox::Options;
use clodo::server::sandbox::runner::Places;
use clodo::server::sandbox::state::workers::{
    Binding, Deployment, Module, Namespace, Script, Share, Subdomain, Version,
};
use serde_json::{Value, json};

use super::stand::{Stand, tools};

/// A stand whose Workers run, with one cache for all tests.
fn running() -> Option<Stand> {
    let tools = tools()?;
    let cache = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache");
    let runner = Some(Places { cache, node: Some(tools.node.clone()) });
    Some(Stand::with(Options { runner, ..Options::default() }))
}

/// Puts a version of a Worker into the state, without the API.
fn version(stand: &Stand, script: &str, code: &str, bindings: &[Value]) -> String {
    let sandbox = &stand.sandbox;
    let blob = sandbox.store.put_blob(code.to_owned().into()).expect("a blob");
    let bindings = bindings.iter().map(|it| serde_json::from_value(it.clone()).expect("a binding"));
    let version = Version {
        id: sandbox.source.uuid(),
        main_module: Some("index.js".into()),
        modules: vec![Module {
            name: "index.js".into(),
            content_type: "application/javascript+module".into(),
            blob,
            size: 0,
        }],
        bindings: bindings.collect::<Vec<Binding>>(),
        compatibility_date: Some("2026-01-01".into()),
        ..Version::default()
    };
    let id = version.id.clone();
    let change = sandbox.store.change(|state| {
        let of = state.workers.scripts.entry(script.into()).or_insert_with(|| Script {
            subdomain: Subdomain { enabled: true, previews_enabled: true },
            ..Script::default()
        });
        of.versions.push(version);
        Ok(())
    });
    change.expect("a change");
    id
}

fn deploy(stand: &Stand, script: &str, shares: &[(&str, f64)]) {
    let versions = shares
        .iter()
        .map(|(id, percentage)| Share { version_id: (*id).into(), percentage: *percentage });
    let deployment = Deployment { versions: versions.collect(), ..Deployment::default() };
    let change = stand.sandbox.store.change(|state| {
        state.workers.scripts.get_mut(script).expect("a script").deployments.push(deployment);
        Ok(())
    });
    change.expect("a change");
}

#[test]
fn a_deployed_worker_answers() {
    let Some(stand) = running() else { return };
    let code = "export default { fetch(request, env) {
        if (request.url.endsWith('/throw')) throw new Error('boom');
        return Response.json([request.url, env.V, env.META.id, request.cf.colo]);
    } };";
    let bindings = [
        json!({ "type": "plain_text", "name": "V", "text": "one" }),
        json!({ "type": "version_metadata", "name": "META" }),
    ];
    let id = version(&stand, "api", code, &bindings);
    assert_eq!(stand.visit("api.localhost", "/", &[]).0, 522, "no deployment yet");
    deploy(&stand, "api", &[(&id, 100.0)]);
    let (status, text) = stand.visit("api.localhost", "/a?b", &[]);
    let answer: Value = serde_json::from_str(&text).expect(&text);
    let url = "https://api.sandbox.workers.dev/a?b";
    assert_eq!((status, answer), (200, json!([url, "one", id, "SBX"])));
    let preview = format!("{}-api.sandbox.workers.dev", &id[..8]);
    assert_eq!(stand.visit(&preview, "/", &[]).0, 200);
    let thrown = stand.visit("api.localhost", "/throw", &[]);
    assert_eq!(thrown, (500, "error code: 1101".into()));
    let nothing = stand.visit("nothing.localhost", "/", &[]);
    assert_eq!(nothing, (404, "There is nothing here yet\n".into()));
}

/// Six standard deviations around what is expected: never beyond, in a thousand years of runs.
fn within_six_sigma(seen: usize, of: u32, share: f64) -> bool {
    let (seen, of) = (f64::from(u32::try_from(seen).expect("small")), f64::from(of));
    (seen - of * share).abs() <= 6.0 * (of * share * (1.0 - share)).sqrt()
}

#[test]
fn a_split_follows_its_shares_and_an_override_reaches_what_has_none() {
    let Some(stand) = running() else { return };
    let code = |text| format!("export default {{ fetch: () => new Response('{text}') }};");
    let old = version(&stand, "split", &code("old"), &[]);
    let new = version(&stand, "split", &code("new"), &[]);
    deploy(&stand, "split", &[(&old, 90.0), (&new, 10.0)]);
    let answers: Vec<_> = (0..400).map(|_| stand.visit("split.localhost", "/", &[]).1).collect();
    let seen = answers.iter().filter(|answer| *answer == "new").count();
    assert!(answers.iter().all(|answer| answer == "new" || answer == "old"));
    assert!(within_six_sigma(seen, 400, 0.1), "{seen} of 400");
    let keyed =
        |key| stand.visit("split.localhost", "/", &[("cloudflare-workers-version-key", key)]);
    for key in ["ana", "ben", "cem"] {
        let first = keyed(key);
        assert!((0..5).all(|_| keyed(key) == first), "{key} moves");
    }
    deploy(&stand, "split", &[(&old, 100.0), (&new, 0.0)]);
    let asked = format!("split=\"{new}\"");
    let overridden = |value: &str| {
        stand.visit("split.localhost", "/", &[("cloudflare-workers-version-overrides", value)]).1
    };
    assert_eq!((&*overridden(&asked), &*overridden("other=\"x\"")), ("new", "old"));
    deploy(&stand, "split", &[(&old, 100.0)]);
    assert_eq!(overridden(&asked), "old", "no longer in the deployment");
}

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
    let first = version(&stand, "counter", &counter.replace("VERSION", "a"), &[object.clone()]);
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
    deploy(&stand, "good", &[(&good, 100.0)]);
    assert_eq!(stand.visit("bad.localhost", "/", &[]), (500, "error code: 1101".into()));
    assert_eq!(stand.visit("good.localhost", "/", &[]), (200, "ok".into()));
    assert!(stand.sandbox.runner.log().iter().any(|line| line.contains("at start")));
}
