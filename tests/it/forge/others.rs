//! Bitbucket, Azure DevOps and Gitea, each against answers as their clients expect them. There is no
//! published description at hand to hold these against, and no independent stand-in.

use clodo::flow::publish::Done;
use clodo::world::forge::{Credential, Kind, Way};
use serde_json::{Value, json};
use wiremock::matchers::{header, method, path, path_regex, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::{Scene, lines, secret};
use clodo::world::http::block_on;

async fn on(server: &MockServer, verb: &str, at: &str, status: u16, answer: Value) {
    let given = Mock::given(method(verb)).and(path_regex(format!("^{at}$")));
    let answer = ResponseTemplate::new(status).set_body_json(answer);
    given.respond_with(answer).mount(server).await;
}

/// The bodies that were sent with a method to an address that ends so.
async fn bodies(server: &MockServer, verb: &str, end: &str) -> Vec<Value> {
    let requests = server.received_requests().await.expect("recorded");
    let meant =
        requests.iter().filter(|r| r.method.as_str() == verb && r.url.path().ends_with(end));
    meant.map(|request| request.body_json().expect("JSON")).collect()
}

fn test(test: impl AsyncFnOnce(&MockServer)) {
    block_on(async { test(&MockServer::start().await).await }).expect("a runtime");
}

#[test]
fn bitbucket_gets_a_report_and_a_build_status() {
    test(async |server| {
        let commit = format!("/2.0/repositories/acme/shop/commit/{}", super::SHA);
        on(server, "PUT", &format!("{commit}/reports/clodo-shop"), 200, json!({})).await;
        on(server, "POST", &format!("{commit}/reports/clodo-shop/annotations"), 200, json!([]))
            .await;
        on(server, "POST", &format!("{commit}/statuses/build"), 201, json!({})).await;
        let mut scene = Scene::new(Kind::Bitbucket, format!("{}/2.0", server.uri()), "t0ken");
        let (published, sent) = scene.errors(120).publish().await;
        let ways: Vec<_> = published.told.iter().map(|(way, _)| *way).collect();
        assert_eq!(ways, [Way::Insights, Way::Status]);
        assert_eq!(sent.len(), 4);
        assert!(lines(&published)[0].starts_with("no comment: "), "{:?}", lines(&published));
        let annotations = bodies(server, "POST", "/annotations").await;
        let counts: Vec<_> = annotations.iter().map(|a| a.as_array().map_or(0, Vec::len)).collect();
        assert_eq!(counts, [100, 20]);
        insta::assert_json_snapshot!(bodies(server, "PUT", "clodo-shop").await[0], @r#"
        {
          "title": "clodo/shop",
          "details": "not ready for the project: 120 errors, 0 warnings",
          "report_type": "BUG",
          "reporter": "clodo",
          "result": "FAILED",
          "link": "https://ci.example.com/runs/1187"
        }
        "#);
        insta::assert_json_snapshot!(bodies(server, "POST", "build").await[0], @r#"
        {
          "key": "clodo/shop",
          "state": "FAILED",
          "name": "clodo/shop",
          "description": "not ready for the project: 120 errors, 0 warnings",
          "url": "https://ci.example.com/runs/1187"
        }
        "#);
        let mut first = annotations[0][0].clone();
        assert_eq!(first["external_id"].take().as_str().map(str::len), Some(32));
        insta::assert_json_snapshot!(first, @r#"
        {
          "external_id": null,
          "annotation_type": "BUG",
          "severity": "HIGH",
          "path": "clodo.yml",
          "line": 1,
          "summary": "number 0",
          "details": "number 0\nwrangler: says nothing",
          "link": "https://github.com/tamyla/clodo-orchestration/blob/main/docs/rules/config/wrong-type.md"
        }
        "#);

        // In a pipeline the proxy on the way says who we are, for reports only.
        scene.credential = Some(Credential::Anonymous);
        let (published, sent) = scene.publish().await;
        let ways: Vec<_> = published.told.iter().map(|(way, _)| *way).collect();
        assert_eq!((ways, sent.len()), (vec![Way::Insights], 2));
    });
}

#[test]
fn azure_gets_a_status_and_a_thread() {
    test(async |server| {
        let repository = "/acme/web%20shop/_apis/git/repositories/shop";
        let threads = format!("{repository}/pullRequests/42/threads");
        let thread = |body: &str| {
            let author = json!({ "id": "me", "displayName": "Build Service" });
            let comment = json!({ "id": 1, "content": body, "author": author, "isDeleted": false });
            json!({ "id": 5, "isDeleted": false, "comments": [comment] })
        };
        on(
            server,
            "POST",
            &format!("{repository}/commits/{}/statuses", super::SHA),
            200,
            json!({}),
        )
        .await;
        on(server, "POST", &threads, 200, thread("")).await;
        Mock::given(method("GET"))
            .and(path(&threads))
            .and(query_param("api-version", "7.1"))
            .respond_with(ResponseTemplate::new(200).set_body_json(json!({ "value": [] })))
            .up_to_n_times(1)
            .mount(server)
            .await;
        let mut scene = Scene::new(Kind::AzureDevOps, format!("{}/acme", server.uri()), "t0ken");
        scene.to.repository = "web shop/shop".into();
        scene.to.web_url = "https://dev.azure.com/acme".into();
        let (published, sent) = scene.publish().await;
        assert_eq!(lines(&published), [""; 0]);
        assert_eq!((published.told[0].0, sent.len()), (Way::Status, 3));
        let url = "https://dev.azure.com/acme/web%20shop/_git/shop/pullrequest/42?discussionId=5";
        assert_eq!(published.comment_url(), Some(url));
        insta::assert_json_snapshot!(bodies(server, "POST", "/statuses").await[0], @r#"
        {
          "state": "failed",
          "description": "not ready for top level (api), staging (api, web), production (api), the project: 3 errors, 1 warning, 1 note",
          "targetUrl": "https://ci.example.com/runs/1187",
          "context": {
            "genre": "clodo",
            "name": "clodo/shop"
          }
        }
        "#);
        let created = bodies(server, "POST", "/threads").await.remove(0);
        assert_eq!(created["status"], 4);

        let body = created["comments"][0]["content"].as_str().expect("text");
        on(server, "GET", &threads, 200, json!({ "value": [thread(body)] })).await;
        let who = json!({ "authenticatedUser": { "id": "me" } });
        on(server, "GET", "/acme/_apis/connectionData", 200, who).await;
        on(server, "PATCH", &format!("{threads}/5/comments/1"), 200, json!({})).await;
        let (published, sent) = scene.later(1).errors(1).publish().await;
        assert_eq!(published.comment.as_ref().expect("a comment").done, Done::Updated);
        assert_eq!((published.comment_url(), sent.len()), (Some(url), 4));
    });
}

#[test]
fn gitea_gets_a_status_and_a_comment() {
    test(async |server| {
        let repository = "/api/v1/repos/acme/shop";
        let comment = |body: &str| {
            let url = "https://codeberg.org/acme/shop/pulls/42#issuecomment-5";
            json!({ "id": 5, "body": body, "html_url": url, "user": { "login": "clodo" } })
        };
        Mock::given(method("POST"))
            .and(path(format!("{repository}/statuses/{}", super::SHA)))
            .and(header("authorization", "token t0ken"))
            .respond_with(ResponseTemplate::new(201).set_body_json(json!({})))
            .mount(server)
            .await;
        let comments = format!("{repository}/issues/42/comments");
        on(server, "POST", &comments, 201, comment("")).await;
        Mock::given(method("GET"))
            .and(path(&comments))
            .respond_with(ResponseTemplate::new(200).set_body_json(json!([])))
            .up_to_n_times(1)
            .mount(server)
            .await;
        let mut scene = Scene::new(Kind::Gitea, format!("{}/api/v1", server.uri()), "t0ken");
        scene.credential = Some(Credential::Token(secret("t0ken")));
        let (published, sent) = scene.publish().await;
        assert_eq!(lines(&published), [""; 0]);
        assert_eq!((published.told[0].0, sent.len()), (Way::Status, 3));
        assert!(published.comment_url().is_some());
        insta::assert_json_snapshot!(bodies(server, "POST", super::SHA).await[0], @r#"
        {
          "state": "failure",
          "target_url": "https://ci.example.com/runs/1187",
          "description": "not ready for top level (api), staging (api, web), production (api), the project: 3 errors, 1 warning, 1 note",
          "context": "clodo/shop"
        }
        "#);

        let body = bodies(server, "POST", "/comments").await.remove(0);
        let body = body["body"].as_str().expect("text");
        on(server, "GET", &comments, 200, json!([comment(body)])).await;
        on(server, "GET", "/api/v1/user", 200, json!({ "login": "clodo" })).await;
        let edited = format!("{repository}/issues/comments/5");
        on(server, "PATCH", &edited, 200, comment("")).await;
        let (published, sent) = scene.later(1).errors(1).publish().await;
        assert_eq!(published.comment.expect("a comment").done, Done::Updated);
        assert_eq!(sent.len(), 4);
    });
}
