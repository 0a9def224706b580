//! The gate in a job of CircleCI.

use serde_json::json;
use wiremock::matchers::{header, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::scene::{BO, Scene};
use crate::deploy::place::{Said, said};
use crate::toolchain::toolchain;

/// A job after an approval job of the workflow `w-1`.
fn job(scene: &Scene, host: &str) -> Said {
    let origin = scene.place.stand.sandbox.api_url.trim_end_matches("/client/v4");
    let mut command = scene.place.command(&["deploy", "-e", "production"]);
    command
        .env("CI", "true")
        .env("CIRCLECI", "true")
        .env("CIRCLE_BRANCH", "main")
        .env("CIRCLE_SHA1", &scene.sha)
        .env("CIRCLE_REPOSITORY_URL", "https://github.com/acme/shop")
        .env("CIRCLE_WORKFLOW_ID", "w-1")
        .env("CIRCLE_TOKEN", "t0k3n-of-circleci")
        .env("CIRCLECI_CLI_HOST", host)
        .env("CLODO_API_URL", format!("{origin}/github"))
        .env("GITHUB_TOKEN", "ghp_robot");
    said(&mut command)
}

async fn answers(server: &MockServer, at: &str, body: serde_json::Value) {
    let mock = Mock::given(path(at)).and(header("circle-token", "t0k3n-of-circleci"));
    mock.respond_with(ResponseTemplate::new(200).set_body_json(body)).mount(server).await;
}

#[test]
fn an_approval_job_is_written_down_and_counts_for_nothing() {
    let Some(toolchain) = toolchain() else { return };
    let scene = Scene::merged(toolchain, BO);
    let runtime = &scene.place.stand.runtime;
    let server = runtime.block_on(MockServer::start());
    // Nobody says who let it go on: that changes nothing.
    let silent = job(&scene, &server.uri());
    assert_eq!(silent.code, Some(4), "{silent:?}");
    assert!(silent.err.contains("cannot be written down"), "{}", silent.err);
    runtime.block_on(async {
        let jobs = json!({ "items": [
            { "name": "check", "type": "build", "status": "success" },
            { "name": "hold-production", "type": "approval", "status": "success", "approved_by": "u-7" },
        ], "next_page_token": null });
        answers(&server, "/api/v2/workflow/w-1/job", jobs).await;
        answers(&server, "/api/v2/user/u-7", json!({ "id": "u-7", "login": "bo", "name": "Bo" })).await;
    });
    // Even where the name is one that the policy asks for.
    let waits = job(&scene, &server.uri());
    assert_eq!(waits.code, Some(4), "{waits:?}");
    let told = "bo let hold-production go on at CircleCI, which is written down and no approval";
    assert!(waits.err.contains(told), "{}", waits.err);
    assert!(!waits.err.contains("t0k3n"), "{}", waits.err);
    scene.comment("bo", &format!("/clodo approve production {}", scene.asked()));
    let deployed = job(&scene, &server.uri());
    assert_eq!(deployed.code, Some(0), "{deployed:?}");
    let decided = scene.decided().pop().expect("a decision");
    assert_eq!(decided["released"], json!([{ "job": "hold-production", "by": "bo" }]), "{decided}");
    assert_eq!(decided["approvals"][0]["method"], "comment", "{decided}");
}
