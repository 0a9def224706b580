//! GitLab by itself: what it knows, what it refuses, and how.

use reqwest::Method;
use serde_json::{Value, json};

use super::super::stand::Stand;
use super::{Answer, ask, gitlab};
use crate::forge::SHA;

fn call(stand: &Stand, token: &str, method: Method, path: &str, body: Option<Value>) -> Answer {
    let path = format!("at:/gitlab/api/v4/projects/group%2Fsub%2Fshop{path}");
    ask(stand, token, method, &path, body.as_ref())
}

fn get(stand: &Stand, path: &str) -> Answer {
    let answer = call(stand, "glpat-cy", Method::GET, path, None);
    assert_eq!(answer.status, 200, "{path}: {answer:?}");
    answer
}

fn post(stand: &Stand, token: &str, path: &str, body: Value) -> Answer {
    call(stand, token, Method::POST, path, Some(body))
}

#[test]
fn whoever_may_not_is_told_as_gitlab_tells_it() {
    let stand = gitlab();
    let status = format!("/statuses/{SHA}");
    let notes = "/merge_requests/42/notes";
    let said = |token: &str, path: &str| {
        let body = json!({ "state": "success", "body": "a" });
        let answer = post(&stand, token, path, body);
        let text = answer.body["message"].as_str().or(answer.body["error"].as_str());
        (answer.status, text.unwrap_or_default().to_owned())
    };
    for (token, path, code, message) in [
        ("glpat-none", &*status, 401, "401 Unauthorized"),
        ("", &status, 404, "404 Project Not Found"),
        ("glpat-mallory", &status, 404, "404 Project Not Found"),
        ("glpat-read", &status, 403, "insufficient_scope"),
        ("glcbt-t0ken", &status, 401, "401 Unauthorized"),
        ("glcbt-t0ken", notes, 401, "401 Unauthorized"),
        ("glpat-ana", "/merge_requests/41/notes", 404, "404 Merge Request Not Found"),
        ("glpat-ana", &format!("/statuses/{}", "0".repeat(40)), 404, "404 Commit Not Found"),
        ("glpat-ana", "/nothing", 404, "404 Not Found"),
    ] {
        assert_eq!(said(token, path), (code, message.to_owned()), "{token} {path}");
    }
    let missing = post(&stand, "glpat-ana", notes, json!({}));
    assert_eq!((missing.status, &missing.body["error"]), (400, &json!("body is missing")));
    assert_eq!(call(&stand, "glcbt-t0ken", Method::GET, notes, None).status, 200);
    let me = ask(&stand, "glpat-t0ken", Method::GET, "at:/gitlab/api/v4/user", None).body;
    assert_eq!((&me["username"], &me["bot"]), (&json!("project_1_bot"), &json!(true)));
    let by_number = format!("at:/gitlab/api/v4/projects/{}", get(&stand, "").body["id"]);
    assert_eq!(ask(&stand, "glpat-ana", Method::GET, &by_number, None).status, 200);
}

#[test]
fn a_status_goes_to_a_pipeline() {
    let stand = gitlab();
    let path = format!("/statuses/{SHA}");
    let say = |state: &str, more: Value| {
        let mut body =
            json!({ "state": state, "name": "clodo", "target_url": "u", "description": "d" });
        if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
            body.extend(more);
        }
        post(&stand, "glpat-t0ken", &path, body)
    };
    let first = say("pending", json!({}));
    assert_eq!((first.status, &first.body["pipeline_id"]), (201, &json!(1187)));
    let again = say("pending", json!({}));
    assert!(
        again.status == 400 && again.message().contains("Cannot transition status via :enqueue")
    );
    assert_eq!(say("running", json!({})).body["id"], first.body["id"], "it is the same one");
    assert_eq!(say("failed", json!({})).body["id"], first.body["id"]);
    // One that has ended stays; another comes after it.
    let other = say("failed", json!({}));
    assert_eq!(other.status, 201);
    assert_ne!(other.body["id"], first.body["id"]);
    assert_eq!(say("success", json!({ "pipeline_id": 1 })).status, 404);
    let external = say("success", json!({ "ref": "main" }));
    assert_eq!(external.status, 201);
    let pipelines = get(&stand, "/pipelines").body;
    assert_eq!(pipelines[0]["source"], "external", "nobody asked for that one");
    assert_eq!(get(&stand, "/pipelines/1187/jobs").body[0]["name"], "deploy:production");
}

#[test]
fn lists_have_pages_with_headers() {
    let stand = gitlab();
    for n in 0..3 {
        post(
            &stand,
            "glpat-ana",
            "/merge_requests/42/notes",
            json!({ "body": format!("note {n}") }),
        );
    }
    let page = get(&stand, "/merge_requests/42/notes?per_page=2");
    assert_eq!(page.body[0]["body"], "note 2", "the newest first");
    for (name, value) in [
        ("x-page", "1"),
        ("x-next-page", "2"),
        ("x-prev-page", ""),
        ("x-total", "3"),
        ("x-total-pages", "2"),
    ] {
        assert_eq!(page.header(name), value, "{name}");
    }
    let last = get(&stand, "/merge_requests/42/notes?per_page=2&page=2&sort=asc");
    assert_eq!(last.body[0]["body"], "note 2");
    assert_eq!((last.header("x-next-page"), last.header("x-prev-page")), ("", "1"));
    assert!(last.header("link").contains("rel=\"prev\""));

    let note = format!("/merge_requests/42/notes/{}", last.body[0]["id"]);
    let edit =
        |token| call(&stand, token, Method::PUT, &note, Some(json!({ "body": "edited" }))).status;
    assert_eq!(["glpat-ben", "glpat-ana", "glpat-cy"].map(edit), [403, 200, 200]);
    assert_eq!(call(&stand, "glpat-ana", Method::DELETE, &note, None).status, 204);
    assert_eq!(get(&stand, "/merge_requests/42/notes").header("x-total"), "2");
}

#[test]
fn approvals_follow_the_rules() {
    let stand = gitlab();
    let path = "/merge_requests/42/approve";
    let approve = |token: &str, sha: &str| post(&stand, token, path, json!({ "sha": sha })).status;
    assert_eq!(approve("glpat-cy", SHA), 401, "one's own");
    assert_eq!(approve("glpat-ana", &"0".repeat(40)), 409);
    assert_eq!(get(&stand, "/merge_requests/42").body["detailed_merge_status"], "not_approved");
    assert_eq!(approve("glpat-ana", SHA), 201);
    assert_eq!(approve("glpat-ana", SHA), 401, "twice");
    let rules = get(&stand, "/merge_requests/42/approval_state").body["rules"].clone();
    assert_eq!([&rules[0]["approved"], &rules[1]["approved"]], [false, true]);
    assert_eq!(get(&stand, "/merge_requests/42/approvals").body["approvals_left"], 1);
    assert_eq!(approve("glpat-ben", SHA), 201);
    assert_eq!(get(&stand, "/merge_requests/42").body["detailed_merge_status"], "mergeable");
    assert_eq!(post(&stand, "glpat-ana", "/merge_requests/42/unapprove", json!({})).status, 201);
    assert_eq!(get(&stand, "/merge_requests/42/approvals").body["approved"], false);
    assert_eq!(get(&stand, "/merge_requests?state=opened").body[0]["iid"], 42);
    let of_commit = format!("/repository/commits/{SHA}/merge_requests");
    assert_eq!(get(&stand, &of_commit).body[0]["iid"], 42);
    assert_eq!(get(&stand, "/merge_requests/42/diffs").body[0]["new_path"], "src/index.ts");
    assert_eq!(get(&stand, "/approval_rules").body[1]["rule_type"], "any_approver");
}

#[test]
fn a_deployment_waits_for_its_approvals() {
    let stand = gitlab();
    let blocked = get(&stand, "/deployments?environment=production").body[0].clone();
    assert_eq!(
        (&blocked["status"], &blocked["deployable"]["name"]),
        (&json!("blocked"), &json!("deploy:production"))
    );
    let path = format!("/deployments/{}", blocked["id"]);
    let decide = |token: &str| {
        let body = json!({ "status": "approved", "comment": "go" });
        post(&stand, token, &format!("{path}/approval"), body)
    };
    assert!(decide("glpat-cy").message().contains("your own deployment"));
    assert!(decide("glpat-t0ken").message().contains("permission"));
    assert_eq!(
        (decide("glpat-ana").status, decide("glpat-ana").status),
        (201, 201),
        "it counts once"
    );
    let one = get(&stand, &path).body;
    assert_eq!((&one["pending_approval_count"], &one["status"]), (&json!(1), &json!("blocked")));
    let rule = &one["approval_summary"]["rules"][0];
    assert_eq!(rule["deployment_approvals"].as_array().map(Vec::len), Some(1));
    assert_eq!(decide("glpat-ben").status, 201);
    assert_eq!(get(&stand, &path).body["status"], "created", "somebody still has to start it");
    assert_eq!(decide("glpat-ben").status, 400);

    let protected = get(&stand, "/protected_environments/production").body;
    assert_eq!(protected["approval_rules"][0]["required_approvals"], 2);
    let rules = call(&stand, "glpat-ana", Method::GET, "/protected_environments", None);
    assert_eq!(rules.status, 403, "for those who manage the project");
    assert_eq!(get(&stand, "/freeze_periods").body[0]["freeze_end"], "0 8 * * 1");
    let members = get(&stand, "/members/all").body;
    let of_cy = members.as_array().and_then(|all| all.iter().find(|one| one["username"] == "cy"));
    assert_eq!(of_cy.expect("cy")["access_level"], 40);

    let new = |environment: &str| json!({ "environment": environment, "sha": SHA, "ref": "feature", "tag": false, "status": "running" });
    assert_eq!(post(&stand, "glpat-ana", "/deployments", new("production")).status, 403);
    // A job's token may deploy, as its user may.
    let review = post(&stand, "glcbt-t0ken", "/deployments", new("review/feature"));
    assert_eq!((review.status, &review.body["environment"]["tier"]), (201, &json!("development")));
    let path = format!("/deployments/{}", review.body["id"]);
    let done =
        call(&stand, "glcbt-t0ken", Method::PUT, &path, Some(json!({ "status": "success" })));
    assert_eq!(done.body["status"], "success");
    let environment = get(&stand, "/environments?name=review%2Ffeature").body[0]["id"].clone();
    let environment = get(&stand, &format!("/environments/{environment}")).body;
    assert_eq!(environment["last_deployment"]["id"], review.body["id"]);
}

#[test]
fn limits_are_told_and_kept() {
    let stand = Stand::seeded(
        "
gitlab:
  limits: { requests: 2 }
  tokens: [{ value: glpat-ana, username: ana }]
  projects: [{ path: group/sub/shop }]
",
    );
    let answers = [(); 3].map(|()| call(&stand, "glpat-ana", Method::GET, "", None));
    assert_eq!(answers.each_ref().map(|answer| answer.status), [200, 200, 429]);
    assert_eq!(answers[1].header("ratelimit-remaining"), "0");
    assert!(answers[2].header("retry-after").parse::<u32>().is_ok());
}
