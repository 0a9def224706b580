//! The commands that look at an account: what they print where, and the code they end with.

use std::fs;
use std::process::{Command, Stdio};

use clodo::exit::Exit;
use serde_json::{Value, json};

use super::TOKEN;
use crate::sandbox::stand::Stand;
use crate::work_tree::WorkTree;

struct Run {
    code: i32,
    out: String,
    err: String,
}

/// Runs the program in a tree, with these variables and nothing of our own surroundings.
fn clodo(tree: &WorkTree, variables: &[(&str, &str)], args: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clodo"));
    command.current_dir(tree.path()).env_clear().env("HOME", tree.path()).stdin(Stdio::null());
    let output = command.envs(variables.iter().copied()).args(args).output();
    let output = output.expect("the program starts");
    let text = |bytes| String::from_utf8(bytes).expect("what it prints is text");
    let (out, err) = (text(output.stdout), text(output.stderr));
    assert!(!out.contains(TOKEN) && !err.contains(TOKEN), "the token is shown:\n{out}\n{err}");
    Run { code: output.status.code().expect("no signal ended it"), out, err }
}

/// A Worker whose KV namespace is not in the account.
fn tree() -> WorkTree {
    WorkTree::of(&[
        (
            "wrangler.toml",
            "name = \"shop\"\nmain = \"src/index.ts\"\ncompatibility_date = \"2026-01-31\"\n\
             workers_dev = false\npreview_urls = false\n\n[observability]\nenabled = true\n\n\
             [[kv_namespaces]]\nbinding = \"CACHE\"\nid = \"0f2ac74b498b48028cb68387c421e279\"\n",
        ),
        ("src/index.ts", "export default { fetch: (_, env) => env.CACHE.get(\"x\") };\n"),
    ])
}

fn stand(permissions: &str) -> Stand {
    Stand::seeded(&format!(
        "account: {{ name: acme }}\ntokens:\n  - {{ name: a, value: {TOKEN}{permissions} }}\n"
    ))
}

/// The variables that lead into a sandbox.
fn inside(stand: &Stand) -> Vec<(&str, &str)> {
    vec![("CLOUDFLARE_API_BASE_URL", &stand.sandbox.api_url), ("CLOUDFLARE_API_TOKEN", TOKEN)]
}

#[test]
fn a_check_looks_at_the_account_by_itself() {
    let (tree, stand) = (tree(), stand(""));
    let run = clodo(&tree, &inside(&stand), &["check", "-v"]);
    assert_eq!(run.code, i32::from(Exit::Findings.code()), "{}{}", run.out, run.err);
    assert!(run.out.contains("kv/missing-namespace"), "{}", run.out);
    let headline = run.out.lines().next().expect("a headline");
    assert!(headline.contains("files and account (acme, read 0."), "{headline}");
    assert!(run.err.contains("requests to Cloudflare: "), "{}", run.err);
}

/// The Global API Key of a person, which comes with their address, is no token: it is not verified as
/// one, and goes into headers of its own.
#[test]
fn a_key_with_its_address_looks_at_the_account_too() {
    let (tree, stand) = (tree(), stand(""));
    let url = stand.sandbox.api_url.clone();
    for (key, email) in [("CLOUDFLARE_API_KEY", "CLOUDFLARE_EMAIL"), ("CF_API_KEY", "CF_EMAIL")] {
        // A token beside it is not looked at, as Wrangler does not.
        let variables = [
            ("CLOUDFLARE_API_BASE_URL", url.as_str()),
            (key, TOKEN),
            (email, "ana@example.com"),
            ("CLOUDFLARE_API_TOKEN", "another"),
        ];
        let run = clodo(&tree, &variables, &["check", "--format", "json"]);
        assert_eq!(run.code, i32::from(Exit::Findings.code()), "{}{}", run.out, run.err);
        assert!(run.out.contains("kv/missing-namespace"), "{}", run.out);
        assert!(!run.out.contains("auth/invalid-token"), "{}", run.out);
        let run = clodo(&tree, &variables, &["snapshot", "-q"]);
        let picture: Value = serde_json::from_str(&run.out).expect("JSON");
        assert_eq!(picture["accounts"][0]["token"]["kind"], "global_key", "{picture:#}");
        assert!(!run.out.contains("ana@example.com"), "{}", run.out);
    }
    let wrong = [
        ("CLOUDFLARE_API_BASE_URL", url.as_str()),
        ("CLOUDFLARE_API_KEY", "not-the-key"),
        ("CLOUDFLARE_EMAIL", "ana@example.com"),
    ];
    let run = clodo(&tree, &wrong, &["check"]);
    assert_eq!(run.code, i32::from(Exit::Network.code()), "{}{}", run.out, run.err);
    assert!(!run.err.contains("not-the-key"), "{}", run.err);
}

#[test]
fn offline_is_offline() {
    let (tree, stand) = (tree(), stand(""));
    let mut variables = inside(&stand);
    let run = clodo(&tree, &variables, &["check", "--offline"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(run.out.contains("files only") && run.err.is_empty(), "{}{}", run.out, run.err);
    variables.push(("CLODO_OFFLINE", "1"));
    assert_eq!(clodo(&tree, &variables, &["check"]).code, 0);
    variables.pop();
    variables.push(("CLODO_OFFLINE", "0"));
    assert_eq!(clodo(&tree, &variables, &["check"]).code, 1);
    let asked = stand.sandbox.record.exchanges();
    assert!(asked.iter().any(|exchange| exchange.path.contains("kv")), "the last one asked");
}

#[test]
fn without_a_token_it_looks_at_files_and_says_so() {
    let run = clodo(&tree(), &[("CLOUDFLARE_API_TOKEN", "")], &["check"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(run.out.contains("files only (no API token)") && run.err.is_empty(), "{}", run.out);
    assert!(clodo(&tree(), &[], &["check", "-q"]).out.is_empty());
}

#[test]
fn a_saved_picture_needs_no_token_and_tells_its_age() {
    let (tree, stand) = (tree(), stand(""));
    let run = clodo(&tree, &inside(&stand), &["snapshot", "--output", "account.json"]);
    assert_eq!((run.code, run.out.as_str()), (0, ""), "{}", run.err);
    assert!(run.err.contains("acme: 0 Workers"), "{}", run.err);
    let saved = fs::read_to_string(tree.at("account.json")).expect("a picture");
    assert!(!saved.contains(TOKEN), "{saved}");
    let run = clodo(&tree, &[], &["check", "--account", "account.json"]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert!(run.out.contains("files and account (acme, saved 0."), "{}", run.out);
    assert!(!run.err.contains("old"), "{}", run.err);
    let mut old: Value = serde_json::from_str(&saved).expect("JSON");
    old["taken_at"] = json!("2026-01-01T00:00:00Z");
    tree.write("account.json", old.to_string());
    let run = clodo(&tree, &[], &["check", "--account", "account.json"]);
    assert!(run.err.contains("days old"), "{}", run.err);
}

#[test]
fn a_picture_can_be_piped() {
    let (tree, stand) = (tree(), stand(""));
    let run = clodo(&tree, &inside(&stand), &["snapshot", "-q"]);
    let picture: Value = serde_json::from_str(&run.out).expect("JSON");
    assert_eq!((picture["schema"].as_str(), run.err.as_str()), (Some("clodo.account/1"), ""));
    assert_eq!(crate::plan::schema::picture(&picture), Vec::<String>::new());
    let run = clodo(&tree, &inside(&stand), &["snapshot", "--format", "text"]);
    assert!(run.out.contains("acme: 0 Workers"), "{}", run.out);
    assert_eq!(clodo(&tree, &[], &["snapshot"]).code, i32::from(Exit::Usage.code()));
}

#[test]
fn a_dead_token_and_a_dead_network_are_one_clear_error() {
    let (tree, stand) = (tree(), stand(", status: disabled"));
    let run = clodo(&tree, &inside(&stand), &["check"]);
    assert_eq!(run.code, i32::from(Exit::Network.code()), "{}{}", run.out, run.err);
    assert!(run.err.starts_with("error: the API token cannot be used: somebody switched it off"));
    assert!(run.err.contains("--offline"), "{}", run.err);
    let nowhere = [
        ("CLOUDFLARE_API_BASE_URL", "http://127.0.0.1:1/client/v4"),
        ("CLOUDFLARE_API_TOKEN", TOKEN),
    ];
    let run = clodo(&tree, &nowhere, &["check"]);
    assert_eq!(run.code, i32::from(Exit::Network.code()), "{}{}", run.out, run.err);
    assert!(run.err.contains("cannot be reached"), "{}", run.err);
    let odd = [("CLOUDFLARE_API_TOKEN", "abc\u{2026}")];
    let run = clodo(&tree, &odd, &["check"]);
    assert_eq!(run.code, i32::from(Exit::Network.code()), "{}{}", run.out, run.err);
    assert!(run.err.contains("U+2026"), "{}", run.err);
}

#[test]
fn what_cannot_be_seen_is_said_and_is_no_error() {
    let (tree, stand) = (tree(), stand(""));
    let account = stand.account();
    let mut variables = inside(&stand);
    variables.push(("CLOUDFLARE_ACCOUNT_ID", &account));
    let fault = json!({ "path": "*/storage/kv/*", "what": { "malformed": { "status": 503 } } });
    stand.sandbox.faults.add(serde_json::from_value(fault).expect("a fault"));
    let run = clodo(&tree, &variables, &["check"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(run.out.contains("note: KV namespaces could not be read: HTTP 503"), "{}", run.out);
    let run = clodo(&tree, &variables, &["check", "--format", "json"]);
    let report: Value = serde_json::from_str(&run.out).expect("JSON");
    assert_eq!(report["summary"]["live"], json!(true));
    assert_eq!(report["accounts"], json!(["acme"]));
    assert_eq!(report["unknown"].as_array().map(Vec::len), Some(1), "{report:#}");
    assert!(clodo(&tree, &variables, &["check", "-q"]).out.is_empty());
}

#[test]
fn nothing_is_asked_where_there_is_nothing_to_deploy() {
    let (tree, stand) = (WorkTree::new(), stand(""));
    let run = clodo(&tree, &inside(&stand), &["check"]);
    assert_eq!(run.code, i32::from(Exit::Usage.code()));
    assert!(stand.sandbox.record.exchanges().is_empty());
}

#[test]
fn a_pipeline_looks_at_the_account_too() {
    let (tree, stand) = (tree(), stand(""));
    let run = clodo(&tree, &inside(&stand), &["ci"]);
    assert_eq!(run.code, i32::from(Exit::Findings.code()), "{}{}", run.out, run.err);
    assert!(run.out.contains("kv/missing-namespace"), "{}", run.out);
}
