//! `clodo diff`.

use clodo::core::model::deployment::{Code, Progress, State, Triggers};
use serde_json::{Value, json};

use super::{ACCOUNT, Journal, clodo};
use crate::git::git;
use crate::sandbox::stand::Stand;

const OLD: &str = "d-01JD4Z9T3M8V5QW2E7R6Y1XKB1";
const NEW: &str = "d-01JD4Z9T3M8V5QW2E7R6Y1XKB2";

fn progress(version: &str, digest: &str, raw_bytes: u64) -> Progress {
    Progress {
        version: Some(version.into()),
        code: Some(Code {
            digest: digest.repeat(8),
            raw_bytes,
            gzip_bytes: 500,
            ..Code::default()
        }),
        healthy: Some(true),
        took_ms: Some(1500),
        ..Progress::default()
    }
}

#[test]
fn commits_code_and_timings_are_compared_without_an_account() {
    let journal = Journal::new();
    git(&journal.tree.path(), &["init", "--quiet"]);
    let mut shas = Vec::new();
    for subject in ["Begin", "Add refunds", "Mend refunds"] {
        git(&journal.tree.path(), &["commit", "--quiet", "--allow-empty", "--message", subject]);
        shas.push(git(&journal.tree.path(), &["rev-parse", "HEAD"]));
    }
    journal.deployed(
        OLD,
        "production",
        &shas[0],
        State::Succeeded,
        progress("v1", "0123abcd", 4096),
    );
    journal.deployed(
        NEW,
        "production",
        &shas[2],
        State::Succeeded,
        progress("v2", "4567abcd", 5120),
    );
    let said = journal.clodo(&["diff", OLD, NEW]).ends(0).out;
    for expected in [
        "Mend refunds",
        "Add refunds",
        "~ version  v1 → v2",
        "0123abcd0123 (4.0 KiB, gzip 500 B) → 4567abcd4567 (5.0 KiB, gzip 500 B) (+1.0 KiB)",
        "? unknown: nobody looked at the account",
        "1.5 s → 1.5 s",
    ] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    assert!(!said.contains("Begin"), "{said}");
    let back = journal.clodo(&["diff", "latest", OLD, "--format", "json"]).ends(0).json();
    assert_eq!(back["commits"], json!({ "came": [], "went": 2 }));
    let same = journal.clodo(&["diff", "latest", "latest", "-e", "production"]).ends(0).out;
    assert!(same.contains("Nothing differs."), "{same}");
    // What a rollback would go back to is not what serves.
    let back = journal.clodo(&["diff", "latest", "last-good", "-e", "production"]).ends(0).out;
    assert!(back.contains("~ version  v2 → v1"), "{back}");
    for (args, said) in [
        (&["diff", "latest", "live", "-e", "production"][..], "with an API token"),
        (&["diff", "latest", "last-good"], "of which environment"),
        (&["diff", "latest", "last-good", "-e", "nope"], "nothing is recorded"),
        (&["diff", "nope", "live"], "\"nope\" is neither the id of a deployment"),
        (&["diff", OLD, "yesterday"], "neither the id of a deployment"),
        (&["diff", OLD, "d-nope"], "there is no deployment d-nope"),
    ] {
        let ended = journal.clodo(args).ends(2);
        assert!(ended.err.contains(said), "{ended:?}");
    }
}

#[test]
fn configurations_are_those_of_the_versions() {
    let stand = Stand::seeded(&format!(
        "
account: {{ id: {ACCOUNT}, name: acme }}
resources:
  kv: [{{ title: sessions, id: 56abac6856abac6856abac6856abac68 }}]
workers: [{{ name: api-production }}]
"
    ));
    let upload = |mode: &str, kv: bool, runs_with: Value| -> String {
        let mut bindings = vec![json!({ "name": "MODE", "type": "plain_text", "text": mode })];
        let namespace = "56abac6856abac6856abac6856abac68";
        let one = json!({ "name": "KV", "type": "kv_namespace", "namespace_id": namespace });
        bindings.extend(kv.then_some(one));
        let mut metadata = json!({
            "main_module": "index.js", "bindings": bindings, "compatibility_date": "2026-01-01",
        });
        metadata
            .as_object_mut()
            .expect("an object")
            .extend(runs_with.as_object().cloned().unwrap_or_default());
        let part = |name: &str, kind: &str, text: &str| {
            format!(
                "--x\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"{name}\"\r\n\
                 content-type: {kind}\r\n\r\n{text}\r\n"
            )
        };
        let code = format!("export default {{}} // {mode}");
        let form = part("metadata", "application/json", &metadata.to_string())
            + &part("index.js", "application/javascript+module", &code)
            + "--x--\r\n";
        let path = format!("/accounts/{ACCOUNT}/workers/scripts/api-production/versions");
        let token = stand.sandbox.state().tokens[0].value.clone();
        let url = format!("{}{path}", stand.sandbox.api_url);
        let request = stand.client.post(url).bearer_auth(token).body(form);
        let request = request.header("content-type", "multipart/form-data; boundary=x");
        let answer: Value = stand.runtime.block_on(async {
            request.send().await.expect("an answer").json().await.expect("JSON")
        });
        answer["result"]["id"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    };
    let limited = json!({ "limits": { "cpu_ms": 50 } });
    let flagged = json!({ "limits": { "cpu_ms": 80 }, "compatibility_flags": ["nodejs_compat"] });
    let (old, new) = (upload("slow", true, limited), upload("fast", false, flagged));
    let journal = Journal::new();
    let sha = "4be21c7b9d0e4f5a6b7c8d9e0f1a2b3c4d5e6f70";
    let led = |version: &str, routes: &[&str], crons: &[&str]| {
        let owned = |list: &[&str]| list.iter().map(|&one| one.to_owned()).collect();
        let triggers =
            Triggers { routes: owned(routes), crons: owned(crons), ..Triggers::default() };
        Progress { triggers: Some(triggers), ..progress(version, "0123abcd", 4096) }
    };
    let before = led(&old, &["shop.example.com/*"], &["0 * * * *"]);
    journal.deployed(OLD, "production", sha, State::Succeeded, before);
    journal.deployed(NEW, "production", sha, State::Succeeded, led(&new, &[], &["0 * * * *"]));
    let variables = stand.sandbox.environment();
    let said = clodo(&journal.tree.path(), &["diff", OLD, NEW], &variables).ends(0).out;
    assert!(said.contains("- KV") && said.contains("~ MODE  a value → another value"), "{said}");
    assert!(!said.contains("slow") && !said.contains("unknown"), "{said}");
    for expected in
        ["+ compatibility_flags  nodejs_compat", "~ limits.cpu_ms  50 → 80", "- shop.example.com/*"]
    {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    assert!(!said.contains("0 * * * *"), "{said}");
    // Neither of them is live: what the seed has is.
    let live = clodo(&journal.tree.path(), &["diff", NEW, "live"], &variables).ends(0).out;
    assert!(live.contains("- MODE"), "{live}");
    // One that serves is what a rollback gets away from, whatever is on record as newest.
    let good = clodo(&journal.tree.path(), &["diff", NEW, "last-good"], &variables).ends(0).out;
    assert!(good.contains("Nothing differs."), "neither of them serves: {good}");
    // One that Cloudflare has no more is not known.
    journal.deployed(
        "d-01JD4Z9T3M8V5QW2E7R6Y1XKB3",
        "production",
        sha,
        State::Succeeded,
        progress("00000000-0000-4000-8000-000000000000", "0123abcd", 4096),
    );
    let gone = clodo(&journal.tree.path(), &["diff", "latest", NEW], &variables).ends(0).out;
    assert!(gone.contains("? unknown: Cloudflare does not tell: HTTP 404"), "{gone}");
}

/// Where no deployment is named, it is about all that was ever deployed there.
#[test]
fn all_workers_of_an_environment_are_compared() {
    let journal = Journal::new();
    let sha = "4be21c7b9d0e4f5a6b7c8d9e0f1a2b3c4d5e6f70";
    for (number, service) in ["web", "api", "api"].into_iter().enumerate() {
        let id = format!("d-01JD4Z9T3M8V5QW2E7R6Y1XKB{number}");
        let version = format!("v{number}");
        let progress = progress(&version, "0123abcd", 4096);
        journal.deployed_service(service, &id, "production", sha, State::Succeeded, progress);
    }
    let names = |from: &str, to: &str| {
        let args = ["diff", from, to, "-e", "production", "--format", "json"];
        let stand = Stand::seeded(&format!("account: {{ id: {ACCOUNT}, name: acme }}\n"));
        let variables = stand.sandbox.environment();
        let json = clodo(&journal.tree.path(), &args, &variables).ends(0).json();
        let services = json["services"].as_array().expect("services").iter();
        services.map(|one| one["service"].as_str().unwrap_or_default().to_owned()).collect()
    };
    let all: Vec<String> = names("live", "live");
    assert_eq!(all, ["api", "web"]);
    let all: Vec<String> = names("last-good", "live");
    assert_eq!(all, ["api", "web"]);
    // The newest deployment was of one of them.
    let one: Vec<String> = names("latest", "live");
    assert_eq!(one, ["api"]);
}
