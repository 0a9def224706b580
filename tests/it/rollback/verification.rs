//! Health checks through Workers that run.

use serde_json::json;

use super::record::{Was, base, deployed};
use super::{clodo, command, deploy, run, serving, upload, whole};
use crate::sandbox::Stand;
use crate::sandbox::running::running;
use crate::work_tree::WorkTree;

/// A Worker on workers.dev that is as its configuration says.
fn tree(stand: &Stand, checks: &str) -> WorkTree {
    let tree = WorkTree::new();
    let config = json!({
        "name": "api", "main": "index.js", "workers_dev": true, "preview_urls": false,
        "compatibility_date": "2026-01-01", "version_metadata": { "binding": "META" },
        "account_id": stand.account(),
    });
    tree.write("wrangler.json", config.to_string());
    tree.write("index.js", "export default {}");
    tree.write("clodo.yml", format!("environments:\n  production:\n    verify:\n{checks}"));
    tree
}

#[test]
fn a_check_passes_where_the_worker_answers_as_it_should() {
    let Some(stand) = running() else { return };
    let version = upload(&stand, "api", 200, &[]);
    deploy(&stand, "api", &version, "deployed");
    let tree = tree(
        &stand,
        "      - { url: /healthz, json: { ok: true }, version: { header: x-version }, retries: 0 }
      - { url: /, contains: ok, within: 30s, headers: { authorization: Bearer $KEY } }
      - { command: [sh, -c, 'test -n \"$SEEN\" && test -z \"$KEY\"'], env: [SEEN] }\n",
    );
    let verify = ["verify", "-e", "production", "--format", "json"];
    let mut command = command(&stand, &tree.path());
    command.args(verify).env("PATH", "/usr/bin:/bin").env("KEY", "s3cret").env("SEEN", "1");
    let seen = run(&mut command);
    assert_eq!(seen.code, 0, "{seen:?}");
    assert!(!seen.out.contains("s3cret") && !seen.err.contains("s3cret"));
    let seen = seen.json();
    assert_eq!(seen["well"], true, "{seen:#}");
    assert_eq!(seen["checks"][0]["version"], json!(version), "{seen:#}");
    let text = clodo(&stand, &tree.path(), &["verify", "-e", "production"]);
    assert_eq!(text.code, 1, "KEY is not set: {text:?}");
    assert!(text.out.contains("the variable KEY is not set"), "{text:?}");
    assert!(text.out.contains("/healthz 200 in "), "{text:?}");
}

#[test]
fn a_check_fails_where_it_does_not_and_asks_nobody_else() {
    let Some(stand) = running() else { return };
    let version = upload(&stand, "api", 503, &[]);
    deploy(&stand, "api", &version, "deployed");
    let tree = tree(
        &stand,
        "      - { url: /healthz, retries: 1 }
      - { url: https://127.0.0.1/, retries: 0 }
      - { url: https://evil.example/, retries: 0 }
      - { url: /healthz, status: 503, headers: { x: $CLOUDFLARE_API_TOKEN }, retries: 0 }
      - { command: [no-such-program], retries: 0 }\n",
    );
    let seen = clodo(&stand, &tree.path(), &["verify", "-e", "production", "--format", "json"]);
    assert_eq!(seen.code, 1, "{seen:?}");
    let seen = seen.json();
    let failure = |at: usize| seen["checks"][at]["failures"][0].as_str().unwrap_or_default();
    assert_eq!(failure(0), "status 503, and 200 was expected", "{seen:#}");
    assert_eq!(seen["checks"][0]["attempts"], 2);
    assert!(failure(1).contains("no host of the service"), "{seen:#}");
    assert!(failure(2).contains("no host of the service"), "{seen:#}");
    assert!(failure(3).contains("is not for checks"), "{seen:#}");
    assert!(failure(4).contains("cannot be started"), "{seen:#}");
}

#[test]
fn a_bad_release_is_taken_back_and_what_comes_back_is_checked() {
    let Some(stand) = running() else { return };
    let (good, bad) = (upload(&stand, "api", 200, &[]), upload(&stand, "api", 500, &[]));
    let tree = tree(&stand, "      - { url: /healthz, version: { header: x-version } }\n");
    for (version, before, healthy) in [(&good, &good, true), (&bad, &good, false)] {
        deploy(&stand, "api", version, "deployed");
        let was = Was { service: "api", version, before: base(before), healthy: Some(healthy) };
        deployed(&stand, &tree.path(), ("production", "4be21c7"), &[was]);
    }
    assert_eq!(stand.visit("api.localhost", "/healthz", &[]).0, 500);
    let back = clodo(&stand, &tree.path(), &["rollback", "-e", "production", "--format", "json"]);
    assert_eq!(back.code, 0, "{back:?}");
    assert_eq!(serving(&stand, "api"), whole(&good));
    assert_eq!(stand.visit("api.localhost", "/healthz", &[]).0, 200);
    let back = back.json();
    assert_eq!(back["checks"][0]["version"], json!(good), "{back:#}");
    assert_eq!(back["checks"][0]["passed"], true, "{back:#}");
}

#[test]
fn what_comes_back_and_is_not_well_needs_a_person() {
    let Some(stand) = running() else { return };
    let (old, new) = (upload(&stand, "api", 500, &[]), upload(&stand, "api", 500, &[]));
    let tree = tree(&stand, "      - { url: /healthz, retries: 0 }\n");
    for version in [&old, &new] {
        deploy(&stand, "api", version, "by hand");
    }
    let back = clodo(&stand, &tree.path(), &["rollback", "-e", "production"]);
    assert_eq!(back.code, 6, "{back:?}");
    assert!(back.err.contains("failed: /healthz 500"), "{back:?}");
    assert_eq!(serving(&stand, "api"), whole(&old));
}
