//! clodo's own clients, and `clodo ci` and `clodo report`, against the forges.

use clodo::core::report::comment::Mode;
use clodo::flow::publish::Done;
use clodo::world::forge::{Credential, Kind, Way};
use clodo::world::http::block_on;
use reqwest::Method;
use serde_json::json;

use super::super::stand::Stand;
use super::{ask, github, gitlab, origin};
use crate::forge::command::{Job, bad};
use crate::forge::{SHA, Scene, lines, secret};

fn on_github(stand: &Stand, token: &str) -> Scene {
    Scene::new(Kind::GitHub, format!("{}/github", origin(stand)), token)
}

fn on_gitlab(stand: &Stand) -> Scene {
    let address = format!("{}/gitlab/api/v4", origin(stand));
    let mut scene = Scene::new(Kind::GitLab, address, "glpat-t0ken");
    scene.to.repository = "group/sub/shop".into();
    scene.to.gitlab_pipeline = Some(1187);
    scene
}

#[test]
fn a_check_run_with_its_annotations_and_a_comment_that_is_edited() {
    let stand = github();
    let (published, _) =
        block_on(on_github(&stand, "ghs_t0ken").errors(120).publish()).expect("a runtime");
    assert_eq!(lines(&published), [""; 0]);
    assert_eq!(published.told[0].0, Way::CheckRun);
    let runs = ask(&stand, "", Method::GET, &format!("/commits/{SHA}/check-runs"), None);
    let run = &runs.body["check_runs"][0];
    assert_eq!((&run["name"], &run["conclusion"]), (&json!("clodo/shop"), &json!("failure")));
    assert_eq!(run["output"]["annotations_count"], 120, "50, 50 and 20");
    assert_eq!(run["pull_requests"][0]["number"], 42);
    let comments = ask(&stand, "", Method::GET, "/issues/42/comments", None);
    assert_eq!(comments.body[0]["user"]["login"], "github-actions[bot]");

    for (later, errors, expected) in
        [(1, 120, Done::Unchanged), (2, 3, Done::Updated), (3, 0, Done::Updated)]
    {
        let run = on_github(&stand, "ghs_t0ken").later(later);
        let run = if errors > 0 { run.errors(errors) } else { run.clean() };
        let (published, _) = block_on(run.publish()).expect("a runtime");
        assert_eq!(lines(&published), [""; 0]);
        assert_eq!(published.comment.expect("a comment").done, expected);
    }
    let comments = ask(&stand, "", Method::GET, "/issues/42/comments", None);
    assert_eq!(comments.body.as_array().map(Vec::len), Some(1));
    assert!(comments.body[0]["body"].as_str().is_some_and(|body| body.contains("clodo: ready")));
    let runs = ask(&stand, "", Method::GET, &format!("/commits/{SHA}/check-runs"), None);
    assert_eq!(runs.body["total_count"], 1, "the newest of a name");
    assert_eq!(runs.body["check_runs"][0]["conclusion"], "success");
}

#[test]
fn an_old_comment_is_folded() {
    let stand = github();
    let mut scene = on_github(&stand, "ghs_t0ken");
    scene.options.comment = Mode::HideAndNew;
    block_on(scene.publish()).expect("a runtime");
    let (published, _) = block_on(scene.later(1).errors(1).publish()).expect("a runtime");
    assert_eq!(lines(&published), [""; 0]);
    let state = stand.sandbox.state();
    let comments = &state.github.repositories["acme/shop"].comments;
    let hidden: Vec<_> = comments.iter().map(|comment| comment.hidden.as_deref()).collect();
    assert_eq!(hidden, [Some("OUTDATED"), None]);
}

#[test]
fn a_token_of_a_person_says_it_in_a_status() {
    let stand = github();
    let (published, _) = block_on(on_github(&stand, "ghp_cy").publish()).expect("a runtime");
    assert_eq!(published.told[0].0, Way::Status);
    let status = ask(&stand, "", Method::GET, "/commits/feature/status", None);
    assert_eq!((&status.body["state"], &status.body["sha"]), (&json!("failure"), &json!(SHA)));
    assert_eq!(status.body["statuses"][0]["context"], "clodo/shop");
}

#[test]
fn the_token_of_a_fork_is_refused_and_the_fix_is_named() {
    let stand = github();
    let (published, _) = block_on(on_github(&stand, "ghs_fork").publish()).expect("a runtime");
    assert!(published.told.is_empty() && published.comment.is_none());
    insta::assert_snapshot!(lines(&published).join("\n"), @r#"
    no check run: GitHub does not let the token write check runs (403: Resource not accessible by integration); fix: add `checks: write` to the permissions of the job, or "Checks: write" to the GitHub App
    no commit status: GitHub does not let the token write commit statuses (403: Resource not accessible by integration); fix: add `statuses: write` to the permissions of the job; a personal token needs "Commit statuses: write"
    no comment: GitHub does not let the token write comments (403: Resource not accessible by integration); fix: add `pull-requests: write` to the permissions of the job; a personal token needs "Pull requests: write"
    "#);
    let state = stand.sandbox.state();
    let repository = &state.github.repositories["acme/shop"];
    assert!(repository.comments.is_empty() && repository.check_runs.is_empty());
    assert!(repository.statuses.is_empty());
}

#[test]
fn a_limit_is_waited_out() {
    let stand = Stand::seeded(&format!(
        "
faults:
  - {{ method: POST, path: /github/repos/acme/shop/check-runs, times: 1, what: {{ rate-limit: {{ retry_after: 1 }} }} }}
github:
  repositories:
    - name: acme/shop
      commits: [{{ branch: feature, sha: {SHA} }}, {{}}]
      pulls: [{{ number: 42, author: cy, head: feature }}]
"
    ));
    let token = stand.sandbox.state().github.tokens[0].value.clone();
    let (published, sent) = block_on(on_github(&stand, &token).publish()).expect("a runtime");
    assert_eq!(published.told[0].0, Way::CheckRun, "{:?}", lines(&published));
    assert!(sent.iter().any(|sent| sent.status == Some(429)), "{sent:?}");
}

#[test]
fn a_status_and_a_note_on_gitlab() {
    let stand = gitlab();
    let (published, _) = block_on(on_gitlab(&stand).publish()).expect("a runtime");
    assert_eq!(lines(&published), [""; 0]);
    let (published, _) = block_on(on_gitlab(&stand).later(1).clean().publish()).expect("a runtime");
    assert_eq!(published.comment.expect("a note").done, Done::Updated);
    let project = "at:/gitlab/api/v4/projects/group%2Fsub%2Fshop";
    let notes = format!("{project}/merge_requests/42/notes");
    let notes = ask(&stand, "glcbt-t0ken", Method::GET, &notes, None);
    assert_eq!(notes.body.as_array().map(Vec::len), Some(1), "{notes:?}");
    assert_eq!(notes.body[0]["author"]["username"], "project_1_bot");
    let statuses = format!("{project}/repository/commits/{SHA}/statuses?all=true");
    let statuses = ask(&stand, "glpat-ana", Method::GET, &statuses, None);
    let said: Vec<_> = statuses.body.as_array().expect("a list").iter().collect();
    assert_eq!(said.iter().map(|one| &one["status"]).collect::<Vec<_>>(), ["success", "failed"]);
    assert!(said.iter().all(|one| one["pipeline_id"] == 1187));

    // A job's token is not let in by GitLab either, were it tried.
    let mut scene = on_gitlab(&stand);
    scene.credential = Some(Credential::Job(secret("glcbt-t0ken")));
    let (published, sent) = block_on(scene.publish()).expect("a runtime");
    assert!(published.told.is_empty() && sent.is_empty());
    let status = json!({ "state": "success" });
    let path = format!("{project}/statuses/{SHA}");
    assert_eq!(ask(&stand, "glcbt-t0ken", Method::POST, &path, Some(&status)).status, 401);
}

#[test]
fn clodo_ci_and_clodo_report_in_a_job() {
    let stand = github();
    let api = format!("{}/github", origin(&stand));
    let job = Job::new(bad(), &api).with("INPUT_COMMENT-KEY", "shop");
    let step = job.step(&["ci", "-v"]);
    assert_eq!(step.code, 1, "{step:?}");
    assert!(step.err.contains("3 requests to the forge"), "{}", step.err);
    let url = step.output("comment-url");
    assert!(url.starts_with(&format!("{}/acme/shop/pull/42#issuecomment-", origin(&stand))));

    // From a fork: the first run may only read, and saves what it found; the second one tells it.
    let step = job.with("GITHUB_TOKEN", "ghs_fork").step(&["ci", "--write", "report=r.json"]);
    assert_eq!(step.code, 1, "{step:?}");
    assert!(step.err.contains("Resource not accessible by integration"), "{}", step.err);

    let head = stand.sandbox.state().github.repositories["acme/shop"].pulls[1].head.clone();
    let event = json!({
        "action": "completed",
        "workflow_run": { "id": 7, "event": "pull_request", "head_sha": head.sha,
            "head_branch": head.branch, "pull_requests": [],
            "head_repository": { "id": 2, "full_name": head.repository } },
        "repository": { "id": 1, "full_name": "acme/shop", "default_branch": "main" },
    });
    let job = Job::new(bad(), &api).with("GITHUB_TOKEN", "");
    job.step(&["ci", "--write", "report=r.json"]);
    job.tree.write(".runner/event.json", event.to_string());
    let job = job.with("GITHUB_EVENT_NAME", "workflow_run").with("GITHUB_TOKEN", "ghs_t0ken");
    let step = job.step(&["report", "--from", "r.json", "-v"]);
    assert_eq!(step.code, 0, "{step:?}");
    let comments = ask(&stand, "", Method::GET, "/issues/43/comments", None);
    assert_eq!(comments.body.as_array().map(Vec::len), Some(1), "{step:?}");
}
