//! `wrangler queues`.

use clodo::server::sandbox::state::workers::{Script, Version};
use serde_json::json;

use super::shell::Shell;

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
