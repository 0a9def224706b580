//! `clodo sandbox`, the program.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::work_tree::WorkTree;

fn clodo(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clodo"));
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    // A sandbox whose Workers nobody visits has nothing to install.
    command.env("HOME", folder).current_dir(folder).arg("sandbox").args(args);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A sandbox that serves, and what it printed.
fn serving(folder: &Path, args: &[&str]) -> (Child, Value) {
    let mut args = args.to_vec();
    args.extend(["--format", "json"]);
    let mut child = clodo(folder, &args).spawn().expect("it starts");
    let mut line = String::new();
    let stdout = child.stdout.take().expect("a pipe");
    BufReader::new(stdout).read_line(&mut line).expect("a line");
    (child, serde_json::from_str(&line).expect("JSON"))
}

/// Asks a sandbox.
fn ask(printed: &Value, method: reqwest::Method, path: &str, body: Value) -> Option<Value> {
    let text = |name: &str| printed["environment"][name].as_str().expect("text").to_owned();
    let url = format!("{}{path}", text("CLOUDFLARE_API_BASE_URL"));
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let request = client.request(method, url).bearer_auth(text("CLOUDFLARE_API_TOKEN")).json(&body);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async { request.send().await.ok()?.json().await.ok() })
}

/// Kills it in the middle of what it does.
fn kill_soon(child: &Child) -> std::thread::JoinHandle<()> {
    let id = child.id().to_string();
    std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(300));
        let killed = Command::new("kill").args(["-KILL", &id]).status();
        assert!(killed.expect("kill runs").success());
    })
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([name, &child.id().to_string()]).status();
    assert!(sent.expect("kill runs").success());
}

#[test]
fn it_serves_until_it_is_told_to_end() {
    let tree = WorkTree::new();
    let (mut child, printed) = serving(&tree.path(), &[]);
    assert_eq!(printed["schema"], "clodo.sandbox/1");
    let verified = ask(&printed, reqwest::Method::GET, "/user/tokens/verify", Value::Null);
    assert_eq!(verified.expect("an answer")["result"]["status"], "active");
    signal(&child, "-TERM");
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    let mut said = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut said).expect("text");
    assert!(said.contains("Workers answer at http://NAME.localhost:"), "{said}");
}

#[test]
fn a_command_runs_inside() {
    let tree = WorkTree::new();
    let script = "echo $CLOUDFLARE_API_BASE_URL $OWN; test -n \"$CLOUDFLARE_API_TOKEN\" && exit 3";
    let mut command = clodo(&tree.path(), &["--", "sh", "-c", script]);
    let output = command.env("OWN", "kept").output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert!(said.starts_with("http://127.0.0.1:") && said.ends_with("/client/v4 kept\n"), "{said}");

    let missing = clodo(&tree.path(), &["--", "no-such-program"]).output().expect("it runs");
    assert_eq!(missing.status.code(), Some(2));
    let killed = clodo(&tree.path(), &["--", "sh", "-c", "kill -9 $$"]).output().expect("it runs");
    assert_eq!(killed.status.code(), Some(128 + 9));
}

#[test]
fn a_command_gets_the_signals() {
    let tree = WorkTree::new();
    let script = "trap 'exit 7' TERM; echo ready; while :; do sleep 0.05; done";
    let mut child = clodo(&tree.path(), &["--", "sh", "-c", script]).spawn().expect("it starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
    signal(&child, "-TERM");
    assert_eq!(child.wait().expect("it ends").code(), Some(7));
}

#[test]
fn what_was_answered_survives_a_kill() {
    let tree = WorkTree::new();
    let (mut child, printed) = serving(&tree.path(), &["--state", "kept"]);
    let second = clodo(&tree.path(), &["--state", "kept"]).output().expect("it runs");
    assert_eq!(second.status.code(), Some(2), "{second:?}");
    assert!(String::from_utf8_lossy(&second.stderr).contains("another sandbox uses this folder"));
    let mut answered = 0;
    let killer = kill_soon(&child);
    while let Some(answer) = ask(
        &printed,
        reqwest::Method::POST,
        "/zones",
        json!({ "name": format!("zone-{answered}.example") }),
    ) {
        assert_eq!(answer["success"], true, "{answer}");
        answered += 1;
    }
    killer.join().expect("it ends");
    child.wait().expect("it ended");
    let (child, again) = serving(&tree.path(), &["--state", "kept"]);
    assert_eq!(
        again["environment"]["CLOUDFLARE_ACCOUNT_ID"],
        printed["environment"]["CLOUDFLARE_ACCOUNT_ID"]
    );
    let zones = ask(&again, reqwest::Method::GET, "/zones", Value::Null).expect("an answer");
    let kept = zones["result_info"]["total_count"].as_u64().expect("a count");
    // One more may have been kept whose answer never arrived.
    assert!(answered > 0 && (kept == answered || kept == answered + 1), "{kept} of {answered}");
    signal(&child, "-TERM");
}

/// A change that is many rows is there whole, or it is not there.
#[test]
fn a_change_survives_a_kill_as_a_whole() {
    const KEYS: usize = 40;
    let tree = WorkTree::new();
    let (mut child, printed) = serving(&tree.path(), &["--state", "kept"]);
    let account = printed["environment"]["CLOUDFLARE_ACCOUNT_ID"].as_str().expect("an id");
    let path = format!("/accounts/{account}/storage/kv/namespaces");
    let made = ask(&printed, reqwest::Method::POST, &path, json!({ "title": "cache" }));
    let made = made.expect("an answer");
    let path = format!("{path}/{}", made["result"]["id"].as_str().expect("an id"));
    let killer = kill_soon(&child);
    for round in 0.. {
        let entry = |n| json!({ "key": format!("{round}/{n}"), "value": format!("{round}") });
        let entries = (0..KEYS).map(entry).collect();
        if ask(&printed, reqwest::Method::PUT, &format!("{path}/bulk"), entries).is_none() {
            break;
        }
    }
    killer.join().expect("it ends");
    child.wait().expect("it ended");
    let (child, again) = serving(&tree.path(), &["--state", "kept"]);
    let get = |path: &str| ask(&again, reqwest::Method::GET, path, Value::Null);
    for round in 0.. {
        let keys = get(&format!("{path}/keys?prefix={round}/")).expect("an answer");
        match keys["result"].as_array().expect("keys").len() {
            0 => break,
            found => assert_eq!(found, KEYS, "of round {round}"),
        }
        assert_eq!(get(&format!("{path}/values/{round}%2F0")), Some(json!(round)));
    }
    signal(&child, "-TERM");
}

#[test]
fn a_seed_is_read_or_refused_with_the_line() {
    let tree = WorkTree::of(&[
        ("good.yaml", "account: { name: acme }\nworkers: [{ name: api, main: api.js }]\n"),
        ("api.js", "export default {}\n"),
        ("bad.yaml", "zones:\n  - name: example.com\n    dsn: []\n"),
        ("missing.yaml", "workers: [{ name: api, main: gone.js }]\n"),
    ]);
    let (mut child, printed) = serving(&tree.path(), &["--seed", "good.yaml"]);
    let accounts =
        ask(&printed, reqwest::Method::GET, "/accounts", Value::Null).expect("an answer");
    assert_eq!(accounts["result"][0]["name"], "acme");
    signal(&child, "-TERM");
    child.wait().expect("it ends");
    for (file, said) in [
        ("bad.yaml", "bad.yaml:3: unknown field `dsn`"),
        ("missing.yaml", "cannot read gone.js"),
        ("none.yaml", "cannot read the seed none.yaml"),
    ] {
        let output = clodo(&tree.path(), &["--seed", file]).output().expect("it runs");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(2) && text.contains(said), "{text}");
    }
}
