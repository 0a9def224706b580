//! `wrangler queues`.

use clodo::server::sandbox::state::workers::{Script, Version};
use reqwest::Method;
use serde_json::{Value, json};

use super::shell::Shell;
use super::stand::Stand;

#[test]
fn queues_have_a_consumer() {
    let Some(shell) = Shell::new() else { return };
    let sandbox = &shell.stand.sandbox;
    shell.wrangler(&["queues", "create", "jobs", "--delivery-delay-secs", "5"]);
    shell.fails(&["queues", "create", "jobs"], "11009");
    assert_eq!(sandbox.state().queues.by_name("jobs").expect("made").settings.delivery_delay, 5);
    assert!(shell.wrangler(&["queues", "list"]).contains("jobs"));

    let add = ["queues", "consumer", "add", "jobs", "worker", "--batch-size", "7"];
    shell.fails(&add, "10007");
    let worker = |handlers: &[&str]| {
        let handlers = handlers.iter().map(|handler| (*handler).to_owned()).collect();
        let version = Version { id: "v".into(), handlers, ..Version::default() };
        let script = Script { versions: vec![version], ..Script::default() };
        let changed = sandbox.store.change(|state| {
            state.workers.scripts.insert("worker".into(), script);
            Ok(())
        });
        changed.expect("a change");
    };
    worker(&["fetch"]);
    shell.fails(&add, "11001");
    worker(&["fetch", "queue"]);
    shell.wrangler(&add);
    shell.fails(&add, "11004");
    let state = sandbox.state();
    let consumer = &state.queues.by_name("jobs").expect("there").consumers[0];
    assert_eq!(consumer.script_name.as_deref(), Some("worker"));
    assert_eq!(consumer.settings["batch_size"], json!(7));
    let info = shell.wrangler(&["queues", "info", "jobs"]);
    assert!(info.contains("worker:worker"), "{info}");

    shell.wrangler(&["queues", "pause-delivery", "jobs"]);
    assert!(sandbox.state().queues.by_name("jobs").expect("there").settings.delivery_paused);
    shell.wrangler(&["queues", "consumer", "remove", "jobs", "worker"]);
    assert!(sandbox.state().queues.by_name("jobs").expect("there").consumers.is_empty());
    shell.wrangler(&["queues", "consumer", "http", "add", "jobs"]);
    assert_eq!(
        sandbox.state().queues.by_name("jobs").expect("there").consumers[0].kind,
        "http_pull"
    );
    shell.wrangler(&["queues", "purge", "jobs", "--force"]);
    shell.wrangler(&["queues", "delete", "jobs"]);
    assert!(sandbox.state().queues.queues.is_empty());
    shell.fails(&["queues", "info", "jobs"], "does not exist");
}

#[test]
fn messages_are_pulled_on_a_lease() {
    let stand = Stand::seeded("resources: { queues: [{ name: jobs }, { name: dead }] }");
    let state = stand.sandbox.state();
    let path = |queue: &str, rest: &str| {
        let id = &state.queues.by_name(queue).expect("seeded").id;
        format!("/accounts/{{account}}/queues/{id}/{rest}")
    };
    let ask = |queue: &str, rest: &str, body: Value| {
        let (status, answer) = stand.ask(Method::POST, &path(queue, rest), Some(&body));
        assert_eq!(status, 200, "{answer}");
        answer["result"].clone()
    };
    let refused = stand.ask(Method::POST, &path("jobs", "messages/pull"), Some(&json!({})));
    assert_eq!((refused.0, &refused.1["errors"][0]["code"]), (400, &json!(11006)));
    for (queue, dead) in [("jobs", "dead"), ("dead", "")] {
        let consumer = json!({
            "type": "http_pull", "dead_letter_queue": dead, "settings": { "max_retries": 1 },
        });
        ask(queue, "consumers", consumer);
    }
    ask(
        "jobs",
        "messages/batch",
        json!({ "messages": [
        { "body": "text", "content_type": "text" }, { "body": { "n": 1 }, "content_type": "json" },
    ] }),
    );
    let pull = |queue, lease: u64| {
        let asked = json!({ "batch_size": 10, "visibility_timeout_ms": lease });
        ask(queue, "messages/pull", asked)["messages"].as_array().expect("a list").clone()
    };
    let pulled = pull("jobs", 60_000);
    let of = |field: &str| pulled.iter().map(|one| one[field].clone()).collect::<Vec<_>>();
    assert_eq!(of("body"), ["text", "eyJuIjoxfQ=="]);
    assert_eq!(of("attempts"), [1, 1]);
    assert!(pull("jobs", 60_000).is_empty(), "they are on a lease");
    let [text, number] = [0, 1].map(|at| json!({ "lease_id": pulled[at]["lease_id"] }));
    let answer = ask("jobs", "messages/ack", json!({ "acks": [text], "retries": [number] }));
    assert_eq!((&answer["ackCount"], &answer["retryCount"]), (&json!(1), &json!(1)));
    let late = ask("jobs", "messages/ack", json!({ "acks": [text] }));
    assert_eq!(
        (&late["ackCount"], late["warnings"].as_object().map(|all| all.len())),
        (&json!(0), Some(1))
    );

    // Once more, on a lease that ends at once: then nobody gets it but the dead letters.
    let again = pull("jobs", 0);
    assert_eq!((&again[0]["attempts"], again.len()), (&json!(2), 1));
    assert!(pull("jobs", 60_000).is_empty());
    let dead = pull("dead", 60_000);
    assert_eq!((&dead[0]["body"], &dead[0]["attempts"]), (&json!("eyJuIjoxfQ=="), &json!(1)));
    let (_, metrics) = stand.get(&path("jobs", "metrics"));
    assert_eq!(metrics["result"]["backlog_count"], 0);
}
