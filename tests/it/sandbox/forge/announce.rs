//! Deployments of clodo's as the forges show them.

use clodo::core::model::context::{CiContext, Field};
use clodo::flow::announce::{self, Announced, Notice};
use clodo::world::forge::End;
use clodo::world::http::block_on;
use reqwest::Method;
use serde_json::json;

use super::super::stand::Stand;
use super::{ask, github, gitlab, origin};
use crate::forge::SHA;
use crate::http::hasty;

const GITHUB: [(&str, &str); 1] = [("GITHUB_TOKEN", "ghs_t0ken")];
const GITLAB: [(&str, &str); 1] = [("GITLAB_TOKEN", "glpat-t0ken")];

fn context(stand: &Stand, ci: &str) -> CiContext {
    let mut context = CiContext::default();
    let root = origin(stand);
    let (forge, api, repository) = match ci {
        "github-actions" => ("github", format!("{root}/github"), "acme/shop"),
        _ => ("gitlab", format!("{root}/gitlab/api/v4"), "group/sub/shop"),
    };
    for (field, value) in [
        (Field::Ci, ci),
        (Field::Forge, forge),
        (Field::ApiUrl, &api),
        (Field::Repository, repository),
        (Field::HeadSha, SHA),
        (Field::Branch, "feature"),
        (Field::RunId, "1187"),
        (Field::RunUrl, "https://ci.example.com/runs/1187"),
    ] {
        context.set(field, value).expect("a value that fits");
    }
    context
}

fn open(context: &CiContext, variables: &[(&str, &str)], notice: &Notice<'_>) -> Announced {
    let variable = |name: &str| {
        let found = variables.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_owned())
    };
    block_on(announce::open(&hasty(), context, &variable, notice)).expect("a runtime")
}

fn close(announced: Announced, end: End, url: Option<&str>) -> Vec<String> {
    let missed = block_on(announced.close(&hasty(), end, url)).expect("a runtime");
    missed.iter().map(ToString::to_string).collect()
}

fn lines(announced: &Announced) -> Vec<String> {
    announced.notes.iter().map(ToString::to_string).collect()
}

const SERVICES: &[String] = &[];

fn notice(deployment: &'static str, environment: &'static str) -> Notice<'static> {
    Notice { deployment, environment, commit: None, rollback: false, services: SERVICES }
}

#[test]
fn a_deployment_is_shown_on_github_from_its_beginning_to_its_end() {
    let stand = github();
    let context = context(&stand, "github-actions");
    for (deployment, end, state) in [
        ("d-1", End::Success, "success"),
        ("d-2", End::Failure, "failure"),
        ("d-3", End::Error, "error"),
    ] {
        let announced = open(&context, &GITHUB, &notice(deployment, "production"));
        assert_eq!(lines(&announced), [""; 0]);
        let listed = ask(&stand, "", Method::GET, "/deployments", None).body;
        let made = &listed[0];
        assert_eq!(
            (&made["sha"], &made["environment"], &made["production_environment"]),
            (&json!(SHA), &json!("production"), &json!(true))
        );
        let statuses = format!("/deployments/{}/statuses", made["id"]);
        let states = |stand: &Stand| -> Vec<(String, String, String)> {
            let listed = ask(stand, "", Method::GET, &statuses, None).body;
            let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
            let listed = listed.as_array().expect("a list").iter();
            let state = |one: &serde_json::Value| {
                (text(&one["state"]), text(&one["log_url"]), text(&one["environment_url"]))
            };
            listed.map(state).collect()
        };
        let run = "https://ci.example.com/runs/1187".to_owned();
        let begun = ("in_progress".to_owned(), run.clone(), String::new());
        assert_eq!(states(&stand), std::slice::from_ref(&begun));
        let url = "https://shop.example.com";
        assert_eq!(close(announced, end, Some(url)), [""; 0]);
        assert_eq!(states(&stand), [(state.to_owned(), run, url.to_owned()), begun]);
    }
}

#[test]
fn a_run_that_goes_on_finds_its_deployment_again() {
    for (stand, ci, variables) in
        [(github(), "github-actions", &GITHUB), (gitlab(), "gitlab-ci", &GITLAB)]
    {
        let context = context(&stand, ci);
        // It was killed, and closes nothing.
        let killed = open(&context, variables, &notice("d-1", "staging"));
        assert_eq!(lines(&killed), [""; 0]);
        let resumed = open(&context, variables, &notice("d-1", "staging"));
        assert_eq!(close(resumed, End::Success, None), [""; 0]);
        let state = stand.sandbox.state();
        let github = state.github.repositories.values().map(|one| one.deployments.len());
        let gitlab = state.gitlab.projects.values().flat_map(|one| &one.deployments);
        let made = github.sum::<usize>()
            + gitlab.filter(|deployment| deployment.environment == "staging").count();
        assert_eq!(made, 1, "{ci}");
    }
}

#[test]
fn a_job_with_an_environment_gets_no_second_one() {
    let stand = github();
    let waiting = &stand.sandbox.state().github.repositories["acme/shop"].environments;
    let review = json!({
        "environment_ids": [waiting["production"].id], "state": "approved", "comment": "go",
    });
    let approved = ask(
        &stand,
        "ghp_cy",
        Method::POST,
        "/actions/runs/1187/pending_deployments",
        Some(&review),
    );
    assert_eq!(approved.status, 200, "{approved:?}");
    let mut on_main = context(&stand, "github-actions");
    let sha = approved.body[0]["sha"].as_str().expect("a commit").to_owned();
    on_main.set(Field::HeadSha, &sha).expect("a commit");
    // Whatever clodo calls it.
    let announced = open(&on_main, &GITHUB, &notice("d-1", "live"));
    assert_eq!(
        lines(&announced),
        ["no second deployment shown: GitHub shows one, as the job has `environment:`; fix: \
             nothing; `environment: {url: …}` gives it an address"]
    );
    assert!(announced.notes[0].minor);
    assert_eq!(close(announced, End::Success, None), [""; 0]);
    let state = stand.sandbox.state();
    assert_eq!(state.github.repositories["acme/shop"].deployments.len(), 1);

    // The job of another one has ended by then, and this one has none.
    let other = &approved.body[0]["id"];
    let end = json!({ "state": "success", "log_url": log_of(&stand) });
    let path = format!("/deployments/{other}/statuses");
    assert_eq!(ask(&stand, "ghs_t0ken", Method::POST, &path, Some(&end)).status, 201);
    assert_eq!(lines(&open(&on_main, &GITHUB, &notice("d-3", "live"))), [""; 0]);

    // Another run of the same commit is another matter.
    on_main.set(Field::RunId, "1188").expect("a number");
    assert_eq!(lines(&open(&on_main, &GITHUB, &notice("d-2", "live"))), [""; 0]);

    let stand = gitlab();
    let variables = [GITLAB[0], ("CI_ENVIRONMENT_NAME", "staging")];
    let announced = open(&context(&stand, "gitlab-ci"), &variables, &notice("d-1", "staging"));
    assert!(lines(&announced)[0].contains("GitLab shows one"), "{:?}", lines(&announced));
    assert_eq!(stand.sandbox.state().gitlab.projects["group/sub/shop"].deployments.len(), 1);
}

/// Where the newest status of the first deployment says to look.
fn log_of(stand: &Stand) -> String {
    let state = stand.sandbox.state();
    let first = &state.github.repositories["acme/shop"].deployments[0];
    first.statuses.last().expect("a status").log_url.clone()
}

#[test]
fn a_commit_that_the_forge_does_not_have_is_named() {
    let commit = "0123456789abcdef0123456789abcdef01234567";
    let unknown = Notice { commit: Some(commit), ..notice("d-1", "staging") };
    for (stand, ci, variables, forge) in [
        (github(), "github-actions", &GITHUB, "GitHub"),
        (gitlab(), "gitlab-ci", &GITLAB, "GitLab"),
    ] {
        let announced = open(&context(&stand, ci), variables, &unknown);
        assert_eq!(
            lines(&announced),
            [format!(
                "no deployment shown: {forge} does not know the commit 0123456; fix: push it: only \
                 what the forge has can be shown"
            )]
        );
    }
}

#[test]
fn a_deployment_is_shown_on_gitlab_and_gives_the_environment_its_address() {
    let stand = gitlab();
    let context = context(&stand, "gitlab-ci");
    let url = "https://staging.example.com";
    let announced = open(&context, &GITLAB, &notice("d-1", "staging"));
    assert_eq!(close(announced, End::Success, Some(url)), [""; 0]);
    let announced = open(&context, &GITLAB, &notice("d-2", "staging"));
    assert_eq!(close(announced, End::Failure, Some("https://other.example.com")), [""; 0]);
    let state = stand.sandbox.state();
    let project = &state.gitlab.projects["group/sub/shop"];
    let made = project.deployments.iter().filter(|one| one.environment == "staging");
    let ended: Vec<(&str, &str)> =
        made.map(|one| (one.status.as_str(), one.branch.as_str())).collect();
    assert_eq!(ended, [("success", "feature"), ("failed", "feature")]);
    assert_eq!(project.environments["staging"].external_url, url);
}

#[test]
fn a_token_that_may_not_is_a_note_with_the_permission() {
    let stand = github();
    let context = context(&stand, "github-actions");
    let announced = open(&context, &[("GITHUB_TOKEN", "ghs_fork")], &notice("d-1", "production"));
    assert_eq!(
        lines(&announced),
        ["no deployment shown: GitHub does not let the token write deployments (403: Resource \
             not accessible by integration); fix: add `deployments: write` to the permissions of \
             the job; a personal token needs \"Deployments: write\""]
    );
    assert_eq!(close(announced, End::Success, None), [""; 0]);
    let announced = open(&context, &[], &notice("d-1", "production"));
    assert_eq!(
        lines(&announced),
        [
            "no deployment shown: there is no token for GitHub; fix: give the step one in its environment"
        ]
    );
}

#[test]
fn beside_a_pipeline_nobody_is_asked() {
    let announced = open(&CiContext::default(), &GITHUB, &notice("d-1", "production"));
    assert!(announced.notes.iter().all(|missed| missed.minor), "{:?}", lines(&announced));
    assert_eq!(close(announced, End::Success, None), [""; 0]);
}
