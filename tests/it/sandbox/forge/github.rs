//! GitHub by itself: what it knows, what it refuses, and how.

use reqwest::Method;
use serde_json::{Value, json};

use super::super::stand::Stand;
use super::{Answer, ask, github};
use crate::forge::SHA;

fn get(stand: &Stand, path: &str) -> Answer {
    let answer = ask(stand, "ghp_ana", Method::GET, path, None);
    assert_eq!(answer.status, 200, "{path}: {answer:?}");
    answer
}

fn post(stand: &Stand, token: &str, path: &str, body: Value) -> Answer {
    ask(stand, token, Method::POST, path, Some(&body))
}

/// The values of a field of a list.
fn each(answer: &Value, pointer: &str) -> Vec<Value> {
    let items = answer.as_array().unwrap_or_else(|| panic!("a list: {answer}"));
    items.iter().map(|item| item.pointer(pointer).cloned().unwrap_or_default()).collect()
}

#[test]
fn whoever_may_not_is_told_as_github_tells_it() {
    let stand = github();
    let status = format!("/statuses/{SHA}");
    let good = json!({ "state": "success" });
    let run = json!({ "name": "a", "head_sha": SHA });
    let refused = |token: &str, path: &str, body: &Value| {
        let answer = ask(&stand, token, Method::POST, path, Some(body));
        assert!(answer.status >= 400, "{token} {path}: {answer:?}");
        (answer.status, answer.message().to_owned())
    };
    for (token, path, body, code, message) in [
        ("ghs_none", &*status, &good, 401, "Bad credentials"),
        ("", &status, &good, 401, "Requires authentication"),
        ("ghs_fork", &status, &good, 403, "Resource not accessible by integration"),
        ("ghs_fork", "/issues/42/comments", &good, 403, "Resource not accessible by integration"),
        ("ghp_mallory", &status, &good, 404, "Not Found"),
        ("ghp_cy", "/check-runs", &run, 403, "You must authenticate via a GitHub App."),
        (
            "github_pat_ana",
            "/deployments",
            &json!({ "ref": "main" }),
            403,
            "Resource not accessible by personal access token",
        ),
    ] {
        assert_eq!(refused(token, path, body), (code, message.to_owned()), "{token} {path}");
    }
    assert_eq!(post(&stand, "github_pat_ana", &status, good.clone()).status, 201);
    let secret = |token| ask(&stand, token, Method::GET, "at:/github/repos/acme/secret", None);
    assert_eq!(["", "ghp_cy", "ghs_fork"].map(|token| secret(token).status), [404, 404, 404]);
    assert_eq!(secret("ghs_t0ken").status, 200);
    let me = |token| ask(&stand, token, Method::GET, "at:/github/user", None);
    assert_eq!((me("ghs_t0ken").status, me("").status), (403, 401));
    assert_eq!(me("ghp_ana").body["login"], "ana");
    assert_eq!(
        get(&stand, "at:/github/orgs/acme/teams/sre/memberships/ben").body["state"],
        "active"
    );
    let members = "at:/github/orgs/acme/teams/sre/members";
    assert_eq!(ask(&stand, "ghs_fork", Method::GET, members, None).status, 403);
    assert_eq!(ask(&stand, "ghp_ana", Method::GET, "/nothing/here", None).status, 404);
    assert_eq!(stand.sandbox.record.not_emulated().len(), 1);
}

#[test]
fn what_is_sent_wrong_is_refused() {
    let stand = github();
    let as_app = |path: &str, body: Value| post(&stand, "ghs_t0ken", path, body);
    let status = format!("/statuses/{SHA}");
    assert_eq!(as_app(&status, json!({ "state": "successs" })).status, 422);
    assert_eq!(as_app(&status, json!({})).status, 422);
    let long = as_app(&status, json!({ "state": "error", "description": "x".repeat(141) }));
    assert_eq!((long.status, long.message()), (422, "Validation Failed"));
    assert!(long.body["errors"][0]["message"].as_str().is_some_and(|m| m.contains("140")));
    let unknown = as_app(&format!("/statuses/{}", "0".repeat(40)), json!({ "state": "error" }));
    assert!(unknown.status == 422 && unknown.message().starts_with("No commit found for SHA: 0"));

    let annotation = json!({
        "path": "a", "start_line": 1, "end_line": 1, "annotation_level": "notice", "message": "m",
    });
    let run = |annotations: Vec<Value>, summary: &str| {
        let output = json!({ "title": "t", "summary": summary, "annotations": annotations });
        json!({ "name": "c", "head_sha": SHA, "conclusion": "neutral", "output": output })
    };
    let many = as_app("/check-runs", run(vec![annotation.clone(); 51], "s"));
    assert!(many.status == 422 && many.message().contains("51 were supplied"), "{many:?}");
    let long = as_app("/check-runs", run(vec![], &"x".repeat(65_536)));
    assert!(long.status == 422 && long.message().contains("65535"), "{long:?}");
    let mut columns = annotation.clone();
    (columns["end_line"], columns["start_column"]) = (json!(2), json!(1));
    assert_eq!(as_app("/check-runs", run(vec![columns], "s")).status, 422);
    assert_eq!(as_app("/check-runs", run(vec![annotation], "s")).status, 201);

    for body in ["", " ", &"x".repeat(65_537)] {
        assert_eq!(as_app("/issues/42/comments", json!({ "body": body })).status, 422);
    }
    assert_eq!(as_app("/issues/41/comments", json!({ "body": "a" })).status, 404);
    assert!(stand.sandbox.state().github.repositories["acme/shop"].comments.is_empty());
}

#[test]
fn lists_have_pages_with_links() {
    let stand = github();
    for n in 0..5 {
        post(&stand, "ghp_ana", "/issues/42/comments", json!({ "body": format!("remark {n}") }));
    }
    let page = get(&stand, "/issues/42/comments?per_page=2");
    assert_eq!(each(&page.body, "/body"), ["remark 0", "remark 1"]);
    let links = page.header("link").to_owned();
    assert!(links.contains("page=2&per_page=2>; rel=\"next\""), "{links}");
    assert!(links.contains("page=3&per_page=2>; rel=\"last\"") && !links.contains("prev"));
    let last = get(&stand, "/issues/42/comments?page=3&per_page=2");
    assert_eq!(each(&last.body, "/body"), ["remark 4"]);
    assert!(!last.header("link").contains("next") && last.header("link").contains("prev"));
    assert_eq!(get(&stand, "/issues/42/comments?page=9").body, json!([]));

    // Who wrote one changes and removes it, and so does whoever pushes; others do not.
    let path = format!("/issues/comments/{}", page.body[0]["id"]);
    let text = json!({ "body": "edited" });
    let edit = |token| ask(&stand, token, Method::PATCH, &path, Some(&text)).status;
    assert_eq!(["ghp_mallory", "ghp_ana", "ghp_cy"].map(edit), [403, 200, 200]);
    assert_eq!(get(&stand, &path).body["body"], "edited");
    assert_eq!(ask(&stand, "ghp_ana", Method::DELETE, &path, None).status, 204);
    assert_eq!(ask(&stand, "ghp_ana", Method::GET, &path, None).status, 404);
}

#[test]
fn pull_requests_have_their_commits_and_files() {
    let stand = github();
    assert_eq!(each(&get(&stand, "/pulls").body, "/number"), [43, 42]);
    assert_eq!(each(&get(&stand, "/pulls?head=mallory:patch-1").body, "/number"), [43]);
    assert_eq!(each(&get(&stand, &format!("/commits/{SHA}/pulls")).body, "/number"), [42]);
    let pull = get(&stand, "/pulls/42").body;
    assert_eq!((&pull["head"]["sha"], &pull["commits"]), (&json!(SHA), &json!(1)));
    assert_eq!(pull["changed_files"], 2);
    assert_eq!(each(&get(&stand, "/pulls/42/files").body, "/filename"), ["old.ts", "src/index.ts"]);
    assert_eq!(each(&get(&stand, "/pulls/42/commits").body, "/sha"), [SHA]);
    let fork = get(&stand, "/pulls/43").body;
    assert_eq!(fork["head"]["repo"]["full_name"], "mallory/shop");
    assert_eq!(fork["head"]["repo"]["fork"], true);
    let compared = get(&stand, "/compare/main...feature").body;
    let of = |name: &str| compared[name].clone();
    assert_eq!(
        [of("status"), of("ahead_by"), of("behind_by")],
        [json!("diverged"), json!(1), json!(1)]
    );
    assert_eq!(get(&stand, "/commits/feature").body["files"][1]["status"], "modified");
    assert_eq!(get(&stand, "/branches/main").body["protected"], true);
    let path = "/branches/main/protection";
    let rules = ["ghp_ana", "ghs_t0ken"].map(|token| ask(&stand, token, Method::GET, path, None));
    assert_eq!(rules[0].status, 404, "for administrators");
    let rules = &rules[1].body;
    assert_eq!(rules["required_pull_request_reviews"]["required_approving_review_count"], 1);
    for (login, permission, role) in [
        ("acme", "admin", "admin"),
        ("ana", "write", "maintain"),
        ("cy", "write", "write"),
        ("mallory", "read", "read"),
    ] {
        let path = format!("/collaborators/{login}/permission");
        let body = get(&stand, &path).body;
        assert_eq!((&body["permission"], &body["role_name"]), (&json!(permission), &json!(role)));
    }
}

#[test]
fn reviews_count_for_a_commit() {
    let stand = github();
    let approve = json!({ "event": "APPROVE" });
    let review = |token: &str, body: &Value| post(&stand, token, "/pulls/42/reviews", body.clone());
    let own = review("ghp_cy", &approve);
    assert_eq!(own.body["errors"][0], "Can not approve your own pull request");
    let actions = review("ghs_t0ken", &approve);
    assert!(actions.body["errors"][0].as_str().is_some_and(|e| e.contains("not permitted")));
    assert_eq!(review("ghp_ana", &json!({ "event": "REQUEST_CHANGES" })).status, 422);
    assert_eq!(get(&stand, "/pulls/42").body["mergeable_state"], "blocked");

    let asked = json!({ "reviewers": ["ana"], "team_reviewers": ["sre"] });
    let asked = post(&stand, "ghp_cy", "/pulls/42/requested_reviewers", asked);
    assert_eq!((asked.status, &asked.body["requested_teams"][0]["slug"]), (201, &json!("sre")));
    let given = review("ghp_ana", &approve);
    assert_eq!((given.status, &given.body["commit_id"]), (200, &json!(SHA)));
    assert_eq!(get(&stand, "/pulls/42/requested_reviewers").body["users"], json!([]));
    // Somebody who may not push approves as well, which counts for nothing.
    assert_eq!(review("ghp_mallory", &approve).status, 200);
    post(
        &stand,
        "ghs_t0ken",
        &format!("/statuses/{SHA}"),
        json!({ "state": "success", "context": "clodo/shop" }),
    );
    assert_eq!(get(&stand, "/pulls/42").body["mergeable_state"], "clean");

    let path = format!("/pulls/42/reviews/{}/dismissals", given.body["id"]);
    let why = json!({ "message": "a new push" });
    assert_eq!(ask(&stand, "ghp_cy", Method::PUT, &path, Some(&why)).body["state"], "DISMISSED");
    assert_eq!(ask(&stand, "ghp_cy", Method::PUT, &path, Some(&why)).status, 422);
    assert_eq!(get(&stand, "/pulls/42").body["mergeable_state"], "blocked");
    let states = each(&get(&stand, "/pulls/42/reviews").body, "/state");
    assert_eq!(states, ["DISMISSED", "APPROVED"]);
}

#[test]
fn a_deployment_goes_its_way() {
    let stand = github();
    let deploy = |body: Value| post(&stand, "ghs_t0ken", "/deployments", body);
    let none = deploy(json!({ "ref": "nowhere" }));
    assert_eq!((none.status, none.message()), (422, "No ref found for: nowhere"));
    post(&stand, "ghs_t0ken", &format!("/statuses/{SHA}"), json!({ "state": "pending" }));
    let conflict = deploy(json!({ "ref": SHA }));
    assert_eq!(conflict.status, 409, "{conflict:?}");
    let ours = json!({
        "ref": SHA, "auto_merge": false, "required_contexts": [], "environment": "staging",
        "payload": { "plan": "9f3c41d07b2a" },
    });
    let (first, second) = (deploy(ours.clone()), deploy(ours));
    assert_eq!((first.status, &first.body["payload"]["plan"]), (201, &json!("9f3c41d07b2a")));
    let statuses = |one: &Answer| format!("/deployments/{}/statuses", one.body["id"]);
    for one in [&first, &second] {
        for state in ["in_progress", "success"] {
            let body = json!({ "state": state, "log_url": "https://ci.example.com/1" });
            assert_eq!(post(&stand, "ghs_t0ken", &statuses(one), body).status, 201);
        }
    }
    let states = |one| each(&get(&stand, &statuses(one)).body, "/state");
    assert_eq!(states(&second), ["success", "in_progress"]);
    assert_eq!(states(&first), ["inactive", "success", "in_progress"]);
    let found = get(&stand, "/deployments?environment=staging").body;
    assert_eq!(each(&found, "/id"), [second.body["id"].clone(), first.body["id"].clone()]);

    // By default GitHub merges the default branch into one that lacks it, and deploys nothing.
    let merged = deploy(json!({ "ref": "feature", "required_contexts": [] }));
    assert_eq!(
        (merged.status, merged.message()),
        (202, "Auto-merged main into feature on deployment.")
    );
    let commit = get(&stand, "/commits/feature").body;
    assert_eq!(commit["parents"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_run_waits_for_those_who_may_approve() {
    let stand = github();
    let environment = get(&stand, "/environments/production").body;
    let rules = each(&environment["protection_rules"], "/type");
    assert_eq!(rules, ["wait_timer", "required_reviewers", "branch_policy"]);
    assert_eq!(get(&stand, "/environments").body["total_count"], 2);
    let policies = get(&stand, "/environments/production/deployment-branch-policies").body;
    assert_eq!(each(&policies["branch_policies"], "/name"), ["main", "release/*"]);
    assert_eq!(get(&stand, "/actions/runs/1187").body["status"], "waiting");

    let path = "/actions/runs/1187/pending_deployments";
    let pending = |token| ask(&stand, token, Method::GET, path, None).body[0].clone();
    assert_eq!(pending("ghp_ana")["current_user_can_approve"], false, "ana started it");
    assert_eq!(pending("ghp_cy")["current_user_can_approve"], true);
    let decide = |token: &str| {
        let ids = json!([environment["id"]]);
        let body = json!({ "environment_ids": ids, "state": "approved", "comment": "go" });
        post(&stand, token, path, body)
    };
    let refused = ["ghs_t0ken", "ghp_ana", "ghp_mallory"].map(|token| decide(token).status);
    assert_eq!(refused, [403, 403, 403]);
    let given = decide("ghp_cy");
    assert_eq!((given.status, &given.body[0]["environment"]), (200, &json!("production")));
    assert_eq!(decide("ghp_cy").status, 422, "it waits no longer");
    let approvals = get(&stand, "/actions/runs/1187/approvals").body;
    assert_eq!(each(&approvals, "/user/login"), ["cy"]);
    assert_eq!(get(&stand, "/actions/runs/1187").body["status"], "queued");
}

#[test]
fn limits_are_told_and_kept() {
    let stand = Stand::seeded(
        "
github:
  limits: { requests: 6, creations: 2 }
  tokens: [{ value: ghp_ana, login: ana }]
  repositories: [{ name: ana/shop, commits: [{ sha: 4be21c7b9d0e4f5a6b7c8d9e0f1a2b3c4d5e6f70 }] }]
",
    );
    let status = |_| {
        let path = format!("at:/github/repos/ana/shop/statuses/{SHA}");
        post(&stand, "ghp_ana", &path, json!({ "state": "success" }))
    };
    let answers = [0, 1, 2].map(status);
    assert_eq!(answers.each_ref().map(|answer| answer.status), [201, 201, 403]);
    let [_, second, third] = answers;
    assert_eq!(
        (second.header("x-ratelimit-remaining"), second.header("x-ratelimit-used")),
        ("4", "2")
    );
    assert!(third.message().contains("secondary rate limit"));
    assert!(third.header("retry-after").parse::<u32>().is_ok_and(|wait| (1..=61).contains(&wait)));
    let read = || ask(&stand, "ghp_ana", Method::GET, "at:/github/repos/ana/shop", None);
    let left = ask(&stand, "ghp_ana", Method::GET, "at:/github/rate_limit", None);
    assert_eq!(left.body["rate"]["remaining"], 3, "asking costs nothing");
    assert_eq!([read(), read(), read()].map(|answer| answer.status), [200, 200, 200]);
    let over = read();
    assert_eq!((over.status, over.header("x-ratelimit-remaining")), (403, "0"));
    // Others have limits of their own.
    assert_eq!(ask(&stand, "", Method::GET, "at:/github/repos/ana/shop", None).status, 200);
}
