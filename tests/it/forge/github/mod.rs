//! GitHub, against a stand-in that remembers.

mod stand_in;

use clodo::core::report::comment::{Marker, Mode, WhenWell};
use clodo::flow::publish::{Done, Options, Status};
use clodo::world::forge::{Kind, Way};
use serde_json::json;
use wiremock::{MockServer, ResponseTemplate};

pub(crate) use stand_in::GitHub;

use super::{Scene, against, lines};
use crate::openapi;
use stand_in::{BOT, NOT_ACCESSIBLE, refused};

fn scene(server: &MockServer) -> Scene {
    Scene::new(Kind::GitHub, server.uri(), "ghs_t0ken")
}

/// Judges all requests that came in. Gives how many bodies were judged.
pub(super) async fn judge(server: &MockServer) -> usize {
    let requests = server.received_requests().await.expect("recorded");
    let judged = requests.iter().filter(|request| {
        let path = request.url.path().trim_start_matches("/api/v3");
        let body = (!request.body.is_empty()).then(|| request.body_json().expect("JSON"));
        !path.ends_with("/graphql")
            && openapi::github::request(request.method.as_str(), path, body.as_ref())
    });
    judged.count()
}

fn test(github: &GitHub, test: impl AsyncFnOnce(&MockServer)) {
    against(github.clone(), async |server| {
        test(server).await;
        judge(server).await;
    });
}

#[test]
fn a_first_run_writes_a_check_run_and_a_comment() {
    let github = GitHub::default();
    test(&github, async |server| {
        let (published, sent) = scene(server).publish().await;
        assert_eq!(lines(&published), [""; 0]);
        assert_eq!(published.told[0].0, Way::CheckRun);
        let url = published.told[0].1.url.as_deref();
        assert_eq!(url, Some("https://github.com/acme/shop/runs/7"));
        let comment = published.comment.as_ref().expect("a comment");
        assert_eq!(comment.done, Done::Created);
        let url = "https://github.com/acme/shop/pull/42#issuecomment-1";
        assert_eq!(published.comment_url(), Some(url));
        assert_eq!(sent.len(), 3, "{sent:#?}");

        let requests = server.received_requests().await.expect("recorded");
        assert!(requests.iter().all(|r| r.headers["authorization"] == "Bearer ghs_t0ken"));
        let judged = judge(server).await;
        assert!(judged == 2 || std::env::var_os("CLODO_OPENAPI_DIR").is_none(), "{judged}");
    });
    let mut check_run = github.with(|state| state.check_runs[0].clone());
    let output = &mut check_run["output"];
    assert!(output["summary"].take().as_str().is_some_and(|text| text.contains("run [1187](")));
    assert_eq!(output["annotations"].as_array().map(Vec::len), Some(5));
    output["annotations"] = output["annotations"][1].take();
    insta::assert_json_snapshot!(check_run, @r#"
    {
      "name": "clodo/shop",
      "head_sha": "4be21c7b9d0e4f5a6b7c8d9e0f1a2b3c4d5e6f70",
      "external_id": "1187.1",
      "details_url": "https://ci.example.com/runs/1187",
      "started_at": "2026-11-22T12:04:00Z",
      "status": "completed",
      "conclusion": "failure",
      "output": {
        "title": "not ready for top level (api), staging (api, web), production (api), the project: 3 errors, 1 warning, 1 note",
        "summary": null,
        "annotations": {
          "path": "apps/api/wrangler.jsonc",
          "start_line": 3,
          "end_line": 3,
          "start_column": 24,
          "end_column": 32,
          "annotation_level": "failure",
          "title": "config/wrong-type",
          "message": "`compatibility_date` must be a string, not a number\nwrangler: rejects it\nfix: write\n  \"compatibility_date\": \"2026-01-31\""
        }
      }
    }
    "#);
    let (author, body) = github.comments().remove(0);
    assert_eq!(author, BOT);
    assert_eq!(Marker::parse(&body).expect("a marker").sha, super::SHA);
}

#[test]
fn an_unchanged_rerun_touches_nothing_and_asks_three_times() {
    let github = GitHub::default();
    test(&github, async |server| {
        scene(server).publish().await;
        let before = github.comments();
        let (published, sent) = scene(server).later(5).publish().await;
        assert_eq!(published.comment.as_ref().expect("a comment").done, Done::Unchanged);
        assert!(published.comment_url().is_some());
        assert_eq!(github.comments(), before);
        assert_eq!(sent.len(), 3, "list, who, check run: {sent:#?}");
    });
}

#[test]
fn there_is_one_comment_whatever_happens() {
    let github = GitHub::default();
    test(&github, async |server| {
        let first = scene(server);
        for (later, errors, expected) in [
            (0, 2, Done::Created),
            (5, 3, Done::Updated),
            (3, 1, Done::Outrun),
            (6, 0, Done::Updated),
            (7, 0, Done::Unchanged),
        ] {
            let run = first.later(later);
            let run = if errors > 0 { run.errors(errors) } else { run.clean() };
            let (published, sent) = run.publish().await;
            assert_eq!(published.comment.expect("a comment").done, expected, "after {later} min");
            assert!(sent.len() <= 4, "{sent:#?}");
        }
        assert_eq!(github.comments().len(), 1);
        assert!(github.comments()[0].1.contains("ready — nothing to say"));
    });
}

#[test]
fn all_is_well_needs_no_first_comment() {
    let github = GitHub::default();
    test(&github, async |server| {
        let (published, sent) = scene(server).clean().publish().await;
        assert_eq!(published.comment.expect("thought about").done, Done::NotNeeded);
        assert_eq!(sent.len(), 2);
        assert_eq!(github.with(|state| state.check_runs[0]["conclusion"].clone()), "success");
    });
    assert!(github.comments().is_empty());
}

#[test]
fn a_pasted_marker_is_not_ours() {
    let github = GitHub::default();
    let pasted = "<!-- clodo:v1 key=shop sha=4be21c7 run=1.1 at=2030-01-01T00:00:00Z -->\nready";
    github.comment("mallory", pasted);
    // A name that a person can have, where the bot's ends with what no name can hold.
    github.comment("github-actions", pasted);
    test(&github, async |server| {
        let (published, _) = scene(server).publish().await;
        assert_eq!(published.comment.expect("a comment").done, Done::Created);
    });
    let comments = github.comments();
    assert_eq!(comments.len(), 3);
    assert!(comments[..2].iter().all(|(_, body)| body == pasted));
}

#[test]
fn our_comment_is_found_on_the_second_page() {
    let github = GitHub::default();
    (0..130).for_each(|n| github.comment("ana", &format!("remark {n}")));
    test(&github, async |server| {
        scene(server).publish().await;
        let (published, _) = scene(server).later(1).errors(1).publish().await;
        assert_eq!(published.comment.expect("a comment").done, Done::Updated);
    });
    assert_eq!(github.comments().len(), 131);
}

#[test]
fn modes_that_replace() {
    for (mode, comments, hidden) in
        [(Mode::New, 2, 0), (Mode::HideAndNew, 2, 1), (Mode::DeleteAndNew, 1, 0), (Mode::Off, 0, 0)]
    {
        let github = GitHub::default();
        test(&github, async |server| {
            let mut scene = scene(server);
            scene.options.comment = mode;
            scene.publish().await;
            let (published, _) = scene.later(1).errors(1).publish().await;
            assert_eq!(lines(&published), [""; 0]);
        });
        assert_eq!(github.comments().len(), comments, "{mode:?}");
        assert_eq!(github.with(|s| s.comments.iter().filter(|c| c.hidden).count()), hidden);
        assert!(github.with(|s| s.comments.last().is_none_or(|c| !c.hidden)));
    }
}

#[test]
fn a_comment_can_go_when_all_is_well() {
    let github = GitHub::default();
    test(&github, async |server| {
        let mut scene = scene(server);
        scene.options.when_well = WhenWell::Delete;
        scene.publish().await;
        let (published, _) = scene.later(1).clean().publish().await;
        assert_eq!(published.comment.expect("a comment").done, Done::Deleted);
    });
    assert!(github.comments().is_empty());
}

#[test]
fn annotations_come_in_chunks_of_fifty() {
    let github = GitHub::default();
    test(&github, async |server| {
        let (published, sent) = scene(server).errors(120).publish().await;
        assert_eq!(published.told[0].1.note, None);
        let check_runs = sent.iter().filter(|sent| sent.url.contains("/check-runs")).count();
        assert_eq!(check_runs, 3);
        let (published, _) = scene(server).errors(620).publish().await;
        let note = published.told[0].1.note.as_deref();
        assert_eq!(note, Some("500 of 620 annotations written"));
    });
    github.with(|state| {
        assert_eq!(state.annotations.len(), 620);
        assert_eq!(state.annotations[119]["message"], "number 119\nwrangler: says nothing");
    });
}

#[test]
fn an_update_that_fails_leaves_what_was_written() {
    let github =
        GitHub::default().instead("PATCH /repos/acme/shop/check-runs/7", 9, refused(500, "no"));
    test(&github, async |server| {
        let (published, sent) = scene(server).errors(120).publish().await;
        let note = published.told[0].1.note.as_deref().expect("a note");
        assert!(note.starts_with("50 of 120 annotations written: "), "{note}");
        // An update adds to what is there, so that it is not sent twice.
        assert_eq!(sent.iter().filter(|sent| sent.method == "PATCH").count(), 1);
    });
}

#[test]
fn other_tokens_write_a_commit_status() {
    for token in ["ghp_t0ken", "github_pat_t0ken", "t0ken"] {
        let github = GitHub::default();
        test(&github, async |server| {
            let mut scene = scene(server);
            scene.credential = Some(clodo::world::forge::Credential::Token(super::secret(token)));
            let (published, sent) = scene.publish().await;
            assert_eq!(published.told[0].0, Way::Status);
            assert!(published.missed.iter().all(|missed| missed.minor));
            assert_eq!(sent.len(), 3);
            let (published, sent) = scene.later(1).errors(1).publish().await;
            assert_eq!(published.comment.expect("a comment").done, Done::Updated);
            assert_eq!(sent.len(), 4, "list, who, comment, status");
        });
        insta::allow_duplicates! {
            insta::assert_json_snapshot!(github.with(|state| state.statuses[0].clone()), @r#"
            {
              "state": "failure",
              "target_url": "https://ci.example.com/runs/1187",
              "description": "not ready for top level (api), staging (api, web), production (api), the project: 3 errors, 1 warning, 1 note",
              "context": "clodo/shop"
            }
            "#);
        }
    }
}

#[test]
fn each_step_down_names_the_permission() {
    let denied = || refused(403, NOT_ACCESSIBLE);
    let github = GitHub::default().instead("POST /repos/acme/shop/check-runs", 9, denied());
    test(&github, async |server| {
        let (published, _) = scene(server).publish().await;
        assert_eq!(published.told[0].0, Way::Status);
        insta::assert_snapshot!(lines(&published).join("\n"), @r#"no check run: GitHub does not let the token write check runs (403: Resource not accessible by integration); fix: add `checks: write` to the permissions of the job, or "Checks: write" to the GitHub App"#);
    });
    let status = "POST /repos/acme/shop/statuses/4be21c7b9d0e4f5a6b7c8d9e0f1a2b3c4d5e6f70";
    let github = GitHub::default()
        .instead("POST /repos/acme/shop/check-runs", 9, denied())
        .instead(status, 9, refused(404, "Not Found"))
        .instead("POST /repos/acme/shop/issues/42/comments", 9, denied());
    test(&github, async |server| {
        let (published, _) = scene(server).publish().await;
        assert!(published.told.is_empty() && published.comment.is_none());
        insta::assert_snapshot!(lines(&published).join("\n"), @r#"
        no check run: GitHub does not let the token write check runs (403: Resource not accessible by integration); fix: add `checks: write` to the permissions of the job, or "Checks: write" to the GitHub App
        no commit status: GitHub does not let the token write commit statuses (404: Not Found); fix: add `statuses: write` to the permissions of the job; a personal token needs "Commit statuses: write"; or correct the repository or the number
        no comment: GitHub does not let the token write comments (403: Resource not accessible by integration); fix: add `pull-requests: write` to the permissions of the job; a personal token needs "Pull requests: write"
        "#);
    });
    let github = GitHub::default().instead("GET /repos/acme/shop/issues/42/comments", 9, denied());
    test(&github, async |server| {
        let (published, _) = scene(server).publish().await;
        insta::assert_snapshot!(lines(&published).join("\n"), @"no comment: GitHub does not let the token read the pull request (403: Resource not accessible by integration); fix: add `pull-requests: write` to the permissions of the job");
    });
}

#[test]
fn only_what_is_asked_for_is_written() {
    for (status, expected) in [
        (Status::CheckRun, Some(Way::CheckRun)),
        (Status::CommitStatus, Some(Way::Status)),
        (Status::Off, None),
    ] {
        let github = GitHub::default();
        test(&github, async |server| {
            let mut scene = scene(server);
            scene.options = Options { status, comment: Mode::Off, ..Options::default() };
            let (published, sent) = scene.publish().await;
            assert_eq!(published.told.first().map(|(way, _)| *way), expected);
            assert_eq!(sent.len(), usize::from(expected.is_some()));
            scene.to.pull_request = None;
            scene.options.comment = Mode::Update;
            assert_eq!(scene.publish().await.0.comment, None);
        });
    }
}

#[test]
fn what_is_too_long_is_shortened_once() {
    let github = GitHub::default();
    github.0.lock().expect("one at a time").longest = Some(40_000);
    test(&github, async |server| {
        let (published, sent) = scene(server).errors(400).publish().await;
        assert_eq!(published.told[0].0, Way::CheckRun);
        assert_eq!(published.comment.expect("a comment").done, Done::Created);
        assert_eq!(sent.iter().filter(|sent| sent.status == Some(422)).count(), 2);
    });
    let (_, body) = github.comments().remove(0);
    assert!(body.len() <= 32_768 && body.contains("left out here"), "{}", body.len());

    let github = GitHub::default();
    github.0.lock().expect("one at a time").longest = Some(100);
    test(&github, async |server| {
        let (published, sent) = scene(server).errors(400).publish().await;
        // No check run that short, so a status; and no comment.
        assert_eq!(published.told[0].0, Way::Status);
        assert_eq!(published.comment, None);
        assert_eq!(sent.iter().filter(|sent| sent.status == Some(422)).count(), 4);
    });
}

#[test]
fn limits_and_outages_are_waited_out() {
    let secondary = refused(403, "You have exceeded a secondary rate limit.");
    let github = GitHub::default()
        .instead("POST /repos/acme/shop/check-runs", 1, secondary.insert_header("retry-after", "1"))
        .instead("GET /repos/acme/shop/issues/42/comments", 2, refused(502, "Server Error"));
    test(&github, async |server| {
        let (published, _) = scene(server).publish().await;
        assert_eq!(published.told[0].0, Way::CheckRun);
        assert_eq!(published.comment.expect("a comment").done, Done::Created);
    });
}

#[test]
fn a_comment_whose_answer_was_lost_is_not_written_twice() {
    let github = GitHub::default().instead(
        "POST /repos/acme/shop/issues/42/comments",
        9,
        refused(502, "Server Error"),
    );
    test(&github, async |server| {
        let (published, sent) = scene(server).publish().await;
        assert_eq!(published.comment, None);
        assert_eq!(published.told[0].0, Way::CheckRun, "the rest is not touched by that");
        assert_eq!(
            sent.iter().filter(|s| s.method == "POST" && s.url.contains("comments")).count(),
            1
        );
    });
}

#[test]
fn who_we_are_must_be_known() {
    let errors = json!({ "errors": [{ "message": "Something", "type": "FORBIDDEN" }] });
    let nobody = json!({ "data": { "viewer": { "login": "" } } });
    for answer in [errors, nobody] {
        let answer = ResponseTemplate::new(200).set_body_json(answer);
        let github = GitHub::default().instead("POST /graphql", 9, answer);
        test(&github, async |server| {
            scene(server).publish().await;
            let (published, _) = scene(server).later(1).errors(1).publish().await;
            assert_eq!(published.comment, None, "better none than one more in each run");
        });
        assert_eq!(github.comments().len(), 1);
    }
}

#[test]
fn github_enterprise_has_its_api_elsewhere() {
    let github = GitHub::default();
    test(&github, async |server| {
        let mut scene = scene(server);
        scene.to.api_url = format!("{}/api/v3/", server.uri());
        scene.options.comment = Mode::HideAndNew;
        scene.publish().await;
        let (published, sent) = scene.later(1).errors(1).publish().await;
        assert_eq!(lines(&published), [""; 0]);
        assert!(
            sent.iter().all(|sent| sent.url.contains("/api/v3/repos/acme/shop/")
                || sent.url.ends_with("/api/graphql")),
            "{sent:#?}"
        );
    });
}
