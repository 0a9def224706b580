//! A GitHub that remembers what it is told, and judges what it answers.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use wiremock::{Request, Respond, ResponseTemplate};

use crate::openapi;

/// What is on the pull request, and how GitHub behaves.
#[derive(Default)]
pub(super) struct State {
    pub(super) comments: Vec<Listed>,
    pub(super) check_runs: Vec<Value>,
    pub(super) annotations: Vec<Value>,
    pub(super) statuses: Vec<Value>,
    next: u64,
    /// Answers in place of what would have been done, by method and the end of the path; each is
    /// given so many times.
    instead: HashMap<&'static str, (u32, ResponseTemplate)>,
    /// The longest body that it takes.
    pub(super) longest: Option<usize>,
}

pub(super) struct Listed {
    id: u64,
    author: String,
    body: String,
    pub(super) hidden: bool,
}

#[derive(Clone, Default)]
pub(crate) struct GitHub(pub(super) Arc<Mutex<State>>);

pub(super) const BOT: &str = "github-actions[bot]";

impl GitHub {
    pub(super) fn comment(&self, author: &str, body: &str) {
        let mut state = self.0.lock().expect("one at a time");
        state.next += 1;
        let (id, author, body) = (state.next, author.into(), body.into());
        state.comments.push(Listed { id, author, body, hidden: false });
    }

    pub(super) fn instead(self, what: &'static str, times: u32, answer: ResponseTemplate) -> Self {
        self.0.lock().expect("one at a time").instead.insert(what, (times, answer));
        self
    }

    /// The bodies of the comments, and who wrote each.
    pub(crate) fn comments(&self) -> Vec<(String, String)> {
        let state = self.0.lock().expect("one at a time");
        state.comments.iter().map(|c| (c.author.clone(), c.body.clone())).collect()
    }

    pub(super) fn with<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.0.lock().expect("one at a time"))
    }
}

pub(super) fn refused(status: u16, message: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_json(json!({ "message": message }))
}

pub(super) const NOT_ACCESSIBLE: &str = "Resource not accessible by integration";

fn user(login: &str) -> Value {
    let url = format!("https://api.github.com/users/{login}");
    let mut user = json!({
        "login": login, "id": 1, "node_id": "U_1", "avatar_url": url, "gravatar_id": null,
        "type": "Bot", "site_admin": false,
    });
    for name in [
        "url",
        "html_url",
        "followers_url",
        "following_url",
        "gists_url",
        "starred_url",
        "subscriptions_url",
        "organizations_url",
        "repos_url",
        "events_url",
        "received_events_url",
    ] {
        user[name] = json!(url);
    }
    user
}

impl Listed {
    fn json(&self) -> Value {
        let url = format!("https://github.com/acme/shop/pull/42#issuecomment-{}", self.id);
        json!({
            "id": self.id, "node_id": format!("IC_{}", self.id), "url": url, "html_url": url,
            "issue_url": url, "body": self.body, "user": user(&self.author),
            "created_at": "2026-11-22T12:00:00Z", "updated_at": "2026-11-22T12:00:00Z",
            "author_association": "NONE",
        })
    }
}

impl State {
    fn answer(
        &mut self,
        me: &str,
        method: &str,
        path: &str,
        query: &str,
        body: &Value,
    ) -> (u16, Value) {
        let text = body["body"].as_str().unwrap_or_default();
        let too_long = self.longest.is_some_and(|longest| {
            text.len().max(body["output"]["summary"].as_str().map_or(0, str::len)) > longest
        });
        if too_long {
            let message = "Validation Failed: body is too long (maximum is 65536 characters)";
            return (422, json!({ "message": message }));
        }
        let of_id = |comment: &Listed| path.ends_with(&format!("/comments/{}", comment.id));
        match (method, path) {
            ("GET", path) if path.ends_with("/issues/42/comments") => {
                let page = query.rsplit_once("page=").and_then(|(_, page)| page.parse().ok());
                let start = (page.unwrap_or(1) - 1) * 100;
                let page = self.comments.iter().skip(start).take(100);
                (200, page.map(Listed::json).collect())
            }
            // No branch has a clodo.yml.
            ("GET", path) if path.contains("/contents/") => {
                (404, json!({ "message": "Not Found" }))
            }
            ("POST", path) if path.ends_with("/issues/42/comments") => {
                self.next += 1;
                let comment =
                    Listed { id: self.next, author: me.into(), body: text.into(), hidden: false };
                self.comments.push(comment);
                (201, self.comments.last().expect("just written").json())
            }
            ("PATCH", path) if path.contains("/issues/comments/") => {
                let comment = self.comments.iter_mut().find(|c| of_id(c)).expect("it is there");
                comment.body = text.into();
                (200, comment.json())
            }
            ("DELETE", path) if path.contains("/issues/comments/") => {
                self.comments.retain(|comment| !of_id(comment));
                (204, Value::Null)
            }
            ("POST", path) if path.ends_with("/check-runs") => {
                self.check_runs.push(body.clone());
                self.add(body);
                (201, json!({ "id": 7, "html_url": "https://github.com/acme/shop/runs/7" }))
            }
            ("PATCH", path) if path.ends_with("/check-runs/7") => {
                self.add(body);
                (200, json!({ "id": 7 }))
            }
            ("POST", path) if path.contains("/statuses/") => {
                self.statuses.push(body.clone());
                (201, json!({ "id": 1 }))
            }
            ("GET", path) if path.ends_with("/pulls") => {
                let pull = |number: u64, state: &str, sha: &str| json!({ "number": number, "state": state, "head": { "sha": sha } });
                (
                    200,
                    json!([
                        pull(7, "closed", crate::forge::SHA),
                        pull(42, "open", crate::forge::SHA)
                    ]),
                )
            }
            ("GET", path) if path.contains("/branches/") => {
                (200, json!({ "name": "main", "commit": { "sha": crate::forge::SHA } }))
            }
            // The branch is there, and so the file is not.
            ("GET", path) if path.contains("/commits/") => {
                (200, json!({ "sha": crate::forge::SHA }))
            }
            ("GET", path) if path.ends_with("/user") => (200, user(me)),
            ("POST", path) if path.ends_with("/graphql") => {
                let node = body["variables"]["id"].as_str();
                let of_node = |c: &&mut Listed| node == Some(&format!("IC_{}", c.id));
                self.comments.iter_mut().filter(of_node).for_each(|c| c.hidden = true);
                (200, json!({ "data": { "viewer": { "login": BOT } } }))
            }
            other => panic!("the stand-in does not know {other:?}"),
        }
    }

    fn add(&mut self, body: &Value) {
        let annotations = body["output"]["annotations"].as_array().expect("annotations");
        self.annotations.extend(annotations.iter().cloned());
    }
}

impl Respond for GitHub {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let mut state = self.0.lock().expect("one at a time");
        let (method, path) = (request.method.as_str(), request.url.path());
        let what = format!("{method} {path}");
        let planned = state.instead.iter_mut().find(|(end, _)| what.ends_with(**end));
        if let Some((_, (times, answer))) = planned
            && *times > 0
        {
            *times -= 1;
            return answer.clone();
        }
        let body = request.body_json().unwrap_or(Value::Null);
        let query = request.url.query().unwrap_or_default();
        let is_app = request.headers["authorization"].to_str().is_ok_and(|t| t.contains("ghs_"));
        let me = if is_app { BOT } else { "ana" };
        let (status, answer) = state.answer(me, method, path, query, &body);
        if path.contains("/comments") && status < 300 {
            openapi::github::answer(method, path.trim_start_matches("/api/v3"), status, &answer);
        }
        let template = ResponseTemplate::new(status);
        if answer.is_null() { template } else { template.set_body_json(answer) }
    }
}
