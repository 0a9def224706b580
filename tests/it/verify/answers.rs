//! What an answer must be, asked of Workers that run.

use serde_json::json;

use super::{VERIFY, tree};
use crate::rollback::{clodo, command, deploy, run, upload};
use crate::sandbox::Stand;
use crate::sandbox::running::{running, version};

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
    let mut command = command(&stand, &tree.path());
    command.args(VERIFY).env("PATH", "/usr/bin:/bin").env("KEY", "s3cret").env("SEEN", "1");
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
    let seen = clodo(&stand, &tree.path(), VERIFY);
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

/// A Worker that takes its time, and says what it was asked with.
const SLOW: &str = "export default { async fetch(request) {
    await scheduler.wait(200);
    const body = { method: request.method, key: request.headers.get('x-key'), parts: [{ n: 1 }] };
    return Response.json(body, { status: 202 });
} };";

#[test]
fn every_expectation_holds_or_says_what_does_not() {
    let Some(stand) = running() else { return };
    let id = version(&stand, "api", SLOW, &[]);
    deploy(&stand, "api", &id, "deployed");
    let tree = tree(
        &stand,
        "      - url: /all
        method: POST
        headers: { x-key: it is $KEY }
        status: [200, 202]
        json: { method: POST, key: it is s3cret, parts.0.n: 1 }
        contains: parts
        within: 30s
        retries: 0
      - { url: /late, status: 202, within: 100ms, retries: 0 }
      - { url: /json, status: 202, json: { parts.0.n: 2, parts.1: x, key: y }, retries: 0 }
      - { url: /text, status: 202, contains: absent, retries: 0 }
      - { url: /old, status: 202, version: { header: x-version }, retries: 0 }\n",
    );
    let seen = run(command(&stand, &tree.path()).args(VERIFY).env("KEY", "s3cret"));
    assert_eq!(seen.code, 1, "{seen:?}");
    assert!(!seen.out.contains("s3cret"), "a value is never shown: {seen:?}");
    let seen = seen.json();
    let failures = |at: usize| seen["checks"][at]["failures"].clone();
    assert_eq!(failures(0), json!([]), "{seen:#}");
    let late = failures(1)[0].as_str().unwrap_or_default().to_owned();
    assert!(late.starts_with("it took ") && late.ends_with(" ms, and may take 100 ms"), "{late}");
    assert_eq!(
        failures(2),
        json!(["parts.0.n is not 2", "there is no parts.1 in the body", "key is not \"y\""])
    );
    assert_eq!(failures(3), json!(["the body does not contain \"absent\""]));
    assert_eq!(failures(4), json!(["the answer does not say which version gave it"]));
}

#[test]
fn a_check_of_a_service_that_there_is_not_is_a_mistake() {
    let stand = Stand::new();
    let version = upload(&stand, "api", 200, &[]);
    deploy(&stand, "api", &version, "deployed");
    let tree = tree(&stand, "      - { url: /healthz, service: apii, retries: 0 }\n");
    for command in [VERIFY, &["check"], &["plan", "-e", "production"]] {
        let seen = clodo(&stand, &tree.path(), command);
        assert_eq!(seen.code, 2, "{command:?}: {seen:?}");
        let said = seen.out + &seen.err;
        assert!(said.contains("`apii` is no service of this environment"), "{said}");
        assert!(said.contains("did you mean `api`?"), "{said}");
    }
}
