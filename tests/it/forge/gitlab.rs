//! GitLab, against a stand-in that remembers.

use std::sync::{Arc, Mutex};

use clodo::core::report::comment::Mode;
use clodo::flow::publish::Done;
use clodo::world::forge::{Credential, Kind, Way};
use serde_json::{Value, json};
use wiremock::{MockServer, Request, Respond, ResponseTemplate};

use super::{Scene, against, lines, secret};
use crate::openapi::gitlab;

#[derive(Clone, Default)]
struct GitLab(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    notes: Vec<(u64, u64, String)>,
    statuses: Vec<Value>,
    next: u64,
}

/// The user that the tests' token belongs to.
const ME: u64 = 8;

fn author(id: u64) -> Value {
    json!({
        "id": id, "name": "clodo", "username": "clodo", "state": "active",
        "avatar_url": "https://gitlab.example.com/a.png", "web_url": "https://gitlab.example.com/clodo",
    })
}

fn note((id, by, body): &(u64, u64, String)) -> Value {
    let note = json!({
        "id": id, "body": body, "author": author(*by), "attachment": null, "system": false,
        "noteable_id": 1, "noteable_iid": 42, "noteable_type": "MergeRequest", "project_id": 1,
        "resolvable": false, "created_at": "2026-11-22T12:00:00Z", "updated_at": "2026-11-22T12:00:00Z",
    });
    gitlab::answer("MergeRequestNote", &note);
    note
}

const PROJECT: &str = "/api/v4/projects/group%2Fsub%2Fshop";

impl Respond for GitLab {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let mut state = self.0.lock().expect("one at a time");
        let body: Value = request.body_json().unwrap_or(Value::Null);
        let is_job = request.headers.contains_key("job-token");
        if !is_job {
            assert_eq!(request.headers["private-token"], "glpat-t0ken");
        }
        let text = body["body"].as_str().unwrap_or_default().to_owned();
        let path = request.url.path();
        let rest = path.strip_prefix(PROJECT).unwrap_or(path);
        let id = rest.rsplit('/').next().and_then(|id| id.parse::<u64>().ok());
        if !body.is_null() && rest.contains("/notes") {
            gitlab::body("MergeRequestNote", &body);
        }
        let (status, answer) = match (request.method.as_str(), rest) {
            ("GET", "/api/v4/user") => (200, json!({ "id": ME })),
            ("GET", "/merge_requests/42/notes") => (200, state.notes.iter().map(note).collect()),
            ("POST", "/merge_requests/42/notes") => {
                state.next += 1;
                let new = (state.next, ME, text);
                state.notes.push(new.clone());
                (201, note(&new))
            }
            ("PUT", _) => {
                let known = state.notes.iter_mut().find(|(known, ..)| Some(*known) == id);
                let known = known.expect("it is there");
                known.2 = text;
                (200, note(known))
            }
            ("DELETE", _) => {
                state.notes.retain(|(known, ..)| Some(*known) != id);
                (204, Value::Null)
            }
            ("POST", rest) if rest == format!("/statuses/{}", super::SHA) => {
                gitlab::body("CommitStatus", &body);
                // As is told of it: a status that stays the same is refused.
                let same = state.statuses.iter().any(|known| known["state"] == body["state"]);
                state.statuses.push(body.clone());
                let status = json!({
                    "id": 1, "sha": super::SHA, "ref": "main", "status": body["state"],
                    "name": body["name"], "target_url": body["target_url"], "allow_failure": false,
                    "description": body["description"], "created_at": "2026-11-22T12:00:00Z",
                    "author": author(ME),
                });
                gitlab::answer("CommitStatus", &status);
                let message = "Cannot transition status via :drop from :failed";
                if same { (400, json!({ "message": message })) } else { (201, status) }
            }
            other => panic!("the stand-in does not know {other:?}"),
        };
        let template = ResponseTemplate::new(status);
        if answer.is_null() { template } else { template.set_body_json(answer) }
    }
}

fn scene(server: &MockServer) -> Scene {
    let mut scene = Scene::new(Kind::GitLab, format!("{}/api/v4", server.uri()), "glpat-t0ken");
    scene.to.repository = "group/sub/shop".into();
    scene.to.web_url = "https://gitlab.example.com/".into();
    scene.to.gitlab_pipeline = Some(1187);
    scene
}

#[test]
fn a_status_and_a_note_that_is_edited() {
    let gitlab = GitLab::default();
    against(gitlab.clone(), async |server| {
        let (published, sent) = scene(server).publish().await;
        assert_eq!(lines(&published), [""; 0]);
        assert_eq!(published.told[0].0, Way::Status);
        let url = "https://gitlab.example.com/group/sub/shop/-/merge_requests/42#note_1";
        assert_eq!(published.comment_url(), Some(url));
        assert_eq!(sent.len(), 3);

        let (published, sent) = scene(server).later(1).publish().await;
        assert_eq!(published.comment.expect("a note").done, Done::Unchanged);
        let note = published.told[0].1.note.as_deref();
        assert_eq!(note, Some("GitLab keeps the status that the commit has already"));
        assert_eq!(sent.len(), 3, "list, who, status");

        let (published, sent) = scene(server).later(2).clean().publish().await;
        assert_eq!(published.comment.expect("a note").done, Done::Updated);
        assert_eq!(sent.len(), 4);
    });
    let state = gitlab.0.lock().expect("one at a time");
    assert_eq!(state.notes.len(), 1);
    insta::assert_json_snapshot!(state.statuses[0], @r#"
    {
      "state": "failed",
      "name": "clodo/shop",
      "description": "not ready for top level (api), staging (api, web), production (api), the project: 3 errors, 1 warning, 1 note",
      "target_url": "https://ci.example.com/runs/1187",
      "pipeline_id": 1187
    }
    "#);
    assert_eq!(state.statuses[2]["state"], "success");
}

#[test]
fn notes_cannot_be_folded_so_one_is_edited() {
    let gitlab = GitLab::default();
    against(gitlab.clone(), async |server| {
        let mut scene = scene(server);
        scene.options.comment = Mode::HideAndNew;
        scene.publish().await;
        let (published, _) = scene.later(1).errors(1).publish().await;
        assert_eq!(published.comment.as_ref().expect("a note").done, Done::Updated);
        insta::assert_snapshot!(lines(&published).join("\n"), @"no fold of the old comment: this forge cannot fold comments, so there is one that is edited; fix: use the comment mode update or delete-and-new");
        scene.options.comment = Mode::DeleteAndNew;
        let (published, _) = scene.later(2).errors(2).publish().await;
        assert_eq!(published.comment.as_ref().expect("a note").done, Done::Created);
    });
    assert_eq!(gitlab.0.lock().expect("one at a time").notes.len(), 1);
}

#[test]
fn a_job_token_is_not_even_tried() {
    let gitlab = GitLab::default();
    against(gitlab, async |server| {
        let mut scene = scene(server);
        scene.credential = Some(Credential::Job(secret("glcbt-t0ken")));
        let (published, sent) = scene.publish().await;
        assert!(sent.is_empty() && published.told.is_empty());
        insta::assert_snapshot!(lines(&published).join("\n"), @r#"
        no commit status: CI_JOB_TOKEN may not write any; the job says the same; fix: use a project access token with the scope `api` and the role Developer
        no comment: CI_JOB_TOKEN may read the notes of a merge request, and not write any; fix: use a project access token with the scope `api` and the role Reporter or higher
        "#);
    });
}
