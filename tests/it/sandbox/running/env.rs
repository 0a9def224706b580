//! What is in `env`, of the kinds that have no data of the account behind them.

use clodo::server::sandbox::state::resources::{HyperdriveConfig, SecretStore, StoredSecret};
use serde_json::{Value, json};

use super::{deploy, eventually, running, version};

#[test]
fn small_bindings_do_what_they_can() {
    let Some(stand) = running() else { return };
    let change = stand.sandbox.store.change(|state| {
        let secret = StoredSecret { name: "key".into(), value: "k3y".into(), ..Default::default() };
        let store = SecretStore { id: "store".into(), secrets: vec![secret], ..Default::default() };
        state.secrets_store.stores.push(store);
        let origin = json!({
            "scheme": "postgres", "host": "db.example.com", "port": 5432, "user": "me",
            "password": "p@ss", "database": "app",
        });
        state.hyperdrive.configs.push(HyperdriveConfig {
            id: "hyper".into(),
            origin: origin.as_object().cloned().unwrap_or_default(),
            ..Default::default()
        });
        Ok(())
    });
    change.expect("a change");
    let bindings = [
        json!({ "type": "secrets_store_secret", "name": "KEY", "store_id": "store", "secret_name": "key" }),
        json!({ "type": "secrets_store_secret", "name": "NONE", "store_id": "store", "secret_name": "none" }),
        json!({ "type": "hyperdrive", "name": "HYPER", "id": "hyper" }),
        json!({ "type": "ratelimit", "name": "LIMIT", "namespace_id": "1", "simple": { "limit": 2, "period": 60 } }),
        json!({ "type": "analytics_engine", "name": "POINTS", "dataset": "points" }),
        json!({ "type": "service", "name": "GONE", "service": "gone" }),
    ];
    let code = "export default { async fetch(request, env) {
        env.POINTS.writeDataPoint({ blobs: ['a'] });
        const said = async (act) => { try { return await act() } catch (error) { return error.message } };
        const limited = [];
        for (let i = 0; i < 3; i++) limited.push((await env.LIMIT.limit({ key: 'k' })).success);
        return Response.json([
            await env.KEY.get(), await said(() => env.NONE.get()), env.HYPER.user, env.HYPER.password,
            env.HYPER.database, limited, await said(() => env.GONE.fetch('https://any/')),
        ]);
    } };";
    let id = version(&stand, "it", code, &bindings);
    deploy(&stand, "it", &[(&id, 100.0)]);
    let (status, text) = stand.visit("it.localhost", "/", &[]);
    assert_eq!(status, 200, "{text} {:#?}", stand.sandbox.runner.log());
    let seen: Value = serde_json::from_str(&text).expect("JSON");
    let missing = "this secret is not in the secrets store";
    let gone = "the Worker gone has no deployment";
    let expected = json!(["k3y", missing, "me", "p@ss", "app", [true, true, false], gone]);
    assert_eq!(seen, expected);
}

#[test]
fn workflows_run() {
    let Some(stand) = running() else { return };
    let code = "import { WorkflowEntrypoint } from 'cloudflare:workers';
        export class Sum extends WorkflowEntrypoint {
            async run(event, step) {
                const half = await step.do('half', async () => event.payload.n / 2);
                return await step.do('sum', async () => half + 1);
            }
        }
        export default { async fetch(request, env) {
            const { pathname } = new URL(request.url);
            if (pathname === '/start') {
                return new Response((await env.SUM.create({ id: 'one', params: { n: 10 } })).id);
            }
            return Response.json(await (await env.SUM.get('one')).status());
        } };";
    let workflow = json!({
        "type": "workflow", "name": "SUM", "workflow_name": "sum", "class_name": "Sum",
    });
    let id = version(&stand, "it", code, &[workflow]);
    deploy(&stand, "it", &[(&id, 100.0)]);
    assert_eq!(stand.visit("it.localhost", "/start", &[]), (200, "one".into()));
    eventually(|| {
        let (_, text) = stand.visit("it.localhost", "/", &[]);
        let status: Value = serde_json::from_str(&text).map_err(|_| text.clone())?;
        match (&status["status"], &status["output"]) {
            (Value::String(done), output) if done == "complete" && output == 6 => Ok(()),
            _ => Err(text),
        }
    });
}
