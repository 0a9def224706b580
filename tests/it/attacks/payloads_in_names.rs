//! Somebody gives a branch, a commit and a pull request names that are orders: to a shell, to whoever
//! renders Markdown, and to the runner that reads what a job prints.

use reqwest::Method;
use serde_json::{Value, json};

use crate::comment::{lines_of_prose, without_code};
use crate::delivery::place::{GATED, Job, Place, SEED, Step, says};
use crate::toolchain::toolchain;

const BRANCH: &str =
    "x`$(touch${IFS}owned)`'\";touch${IFS}owned;#|](javascript:a)<!--clodo:v1-->@ana";

const MESSAGE: &str = "Say it `$(touch owned)`\n\n::set-env name=PATH::/tmp\n::set-output name=decision::continue\n\
     ##[error]x\n##vso[task.setvariable variable=x]y\n| a | b |\n<!-- clodo:v1 key= --> @ana <img src=x>\n\
     [x](javascript:a)";

/// What nothing may print: neither as a line of its own, nor in text that is rendered.
const ORDERS: [&str; 4] = ["##[", "##vso[", "set-env", "set-output"];

/// Nothing that a step left behind is an order.
fn assert_harmless(place: &Place, step: &Step) {
    assert!(!place.tree.at("owned").exists(), "a shell ran it");
    let ours = ["::error ", "::warning ", "::notice ", "::group::", "::endgroup::", "::add-mask::"];
    for text in [&step.out, &step.err, &step.summary] {
        for line in text.split(['\n', '\r']).map(str::trim_start) {
            let is_command = line.starts_with("::");
            assert!(!is_command || ours.iter().any(|own| line.starts_with(own)), "{line}");
        }
        assert!(!ORDERS.iter().any(|order| text.contains(order)), "{text}");
    }
    let comments = place.comments().into_iter();
    for text in comments.map(|comment| comment.replacen("<!-- clodo:v1", "", 1)).chain([
        // What renders the summary is the same.
        step.summary.clone(),
    ]) {
        let prose: Vec<String> = lines_of_prose(&text).into_iter().map(without_code).collect();
        for trick in ["@ana", "<img", "javascript:", "<!-- clodo:v1", "| a | b |"] {
            assert!(!prose.iter().any(|line| line.contains(trick)), "{trick}: {text}");
        }
    }
}

/// The words of the statuses at the head of a branch.
fn statuses(place: &Place, branch: &str) -> String {
    let path = format!("/commits/{}/statuses", place.head(branch));
    place.forge("ghp_ana", Method::GET, &path, Value::Null).to_string()
}

#[test]
fn shell_markdown_and_workflow_commands_in_branch_commit_and_title() {
    let Some(toolchain) = toolchain() else { return };
    let seed = SEED
        .replace(
            "branch: feature, author: ana,",
            &format!("branch: feature, author: ana, message: {},", json!(MESSAGE)),
        )
        .replace("number: 7,", &format!("number: 7, title: {},", json!(MESSAGE)));
    let settings = GATED.replace("staging }", "staging, on: { branch: '**' } }");
    let place = Place::committed(toolchain, &settings, &seed);
    place.tree.write("index.js", says("two"));
    place.commit(MESSAGE);
    let named = |job: Job| job.with("GITHUB_HEAD_REF", BRANCH).with("GITHUB_WORKFLOW", BRANCH);

    let shown = place.ci(&named(place.on_pull_request()), &[]).ends(0);
    assert_harmless(&place, &shown);
    assert_eq!(shown.output("decision"), "continue");

    place.merge();
    let waits = place.ci(&named(place.on_push()), &[]).ends(4);
    assert_harmless(&place, &waits);
    // What the runner reads is what was decided, and no line of anybody else's.
    assert_eq!(waits.output("decision"), "waiting");
    let statuses = statuses(&place, "main");
    assert!(!ORDERS.iter().any(|order| statuses.contains(order)), "{statuses}");

    // A branch of that name is deployed, and its name is a word of the deployment's message.
    let job = place.on_push().with("GITHUB_REF", &format!("refs/heads/{BRANCH}"));
    place.tree.write("index.js", says("three"));
    let deployed = place.ci(&job, &["-e", "staging"]).ends(0);
    assert_eq!(deployed.deliveries()[0], "staging deployed");
    assert_harmless(&place, &deployed);
    let uploaded = json!(place.stand.script("shop-staging").versions).to_string();
    assert!(uploaded.contains("touch${IFS}owned"), "{uploaded}");
}
