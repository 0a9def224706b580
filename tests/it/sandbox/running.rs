//! Workers that really run: from the state of the account to the answers of workerd.

use clodo::server::sandbox::Options;
use clodo::server::sandbox::runner::Places;
use clodo::server::sandbox::state::workers::{
    Binding, Deployment, Module, Script, Share, Subdomain, Version,
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
