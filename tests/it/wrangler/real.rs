//! Real commands through `clodo wrangler`, against the sandbox.

use std::io::Write as _;
use std::process::Stdio;

use serde_json::{Value, json};

use super::{clodo, real_project};
use crate::sandbox::stand::Stand;
use crate::toolchain::toolchain;

#[test]
fn wrangler_does_what_it_does_without_clodo() {
    let Some(tools) = toolchain() else { return };
    let stand = Stand::new();
    let tree = real_project(tools);
    let config = json!({ "name": "api", "main": "index.js", "compatibility_date": "2026-01-01" });
    tree.write("wrangler.json", config.to_string());
    tree.write("index.js", "export default { fetch: () => new Response('one') };\n");
    let run = |arguments: &[&str], input: &str| {
        let mut command = clodo(tools, &tree.path());
        command.arg("wrangler").args(arguments).envs(stand.sandbox.environment());
        command.env("WRANGLER_SEND_METRICS", "false");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        // It may have ended without reading.
        let _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        child.wait_with_output().expect("it ends")
    };
    let good = |arguments: &[&str]| {
        let ran = run(arguments, "");
        assert!(ran.status.success(), "{arguments:?}: {ran:?}");
        String::from_utf8_lossy(&ran.stdout).into_owned()
    };
    assert!(good(&["whoami"]).contains("Getting User settings"));
    good(&["deploy"]);
    tree.write("index.js", "export default { fetch: () => new Response('two') };\n");
    good(&["versions", "upload", "--tag", "two"]);
    let ids: Vec<String> = stand.script("api").versions.iter().map(|one| one.id.clone()).collect();
    good(&["versions", "deploy", &format!("{}@100%", ids[1]), "-y"]);
    assert!(good(&["deployments", "list", "--json"]).contains(&ids[1]));
    good(&["rollback", &ids[0], "-y", "--message", "no good"]);
    let serving = |stand: &Stand| {
        let script = stand.script("api");
        script.serving().map(|(version, _)| version.id.clone()).collect::<Vec<_>>()
    };
    assert_eq!(serving(&stand), [ids[0].clone()]);

    // Secrets are changed only where the newest version serves.
    good(&["deploy"]);
    let ran = run(&["secret", "put", "KEY"], "from stdin\n");
    assert!(ran.status.success(), "{ran:?}");
    let script = stand.script("api");
    let latest = script.latest().expect("a version");
    let secret = latest.secrets().next().expect("a secret");
    assert_eq!((&*secret.name, secret.text("text")), ("KEY", Some("from stdin")));

    good(&["kv", "namespace", "create", "cache"]);
    let listed: Value =
        serde_json::from_str(&good(&["kv", "namespace", "list"])).expect("only JSON on stdout");
    assert_eq!(listed[0]["title"], "cache");
    good(&["r2", "bucket", "create", "files"]);
    good(&["d1", "create", "orders"]);
    assert!(good(&["d1", "list", "--json"]).contains("orders"));

    let ran = run(&["versions", "view", "no-such-version"], "");
    assert_eq!(ran.status.code(), Some(1), "{ran:?}");
}
