//! The forges beside the account: a GitHub and a GitLab.

mod announce;
mod clients;
mod clodo;
pub(crate) mod evidence;
mod github;
mod gitlab;
mod judge;
mod protection;

pub(super) use judge::{is_one, judge};

use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::Value;

use super::stand::Stand;
use crate::forge::SHA;

/// A GitHub with a pull request from a branch (42) and one from a fork (43), a run that waits, and a
/// token of every kind.
fn github() -> Stand {
    Stand::seeded(&format!(
        "
github:
  teams: {{ acme/sre: [ana, ben] }}
  tokens:
    - {{ value: ghs_t0ken }}
    - value: ghs_fork
      permissions: {{ contents: read, issues: read, pull-requests: read, checks: read, statuses: read }}
      repositories: [acme/shop]
    - {{ value: ghp_ana, login: ana }}
    - {{ value: ghp_cy, login: cy }}
    - {{ value: ghp_mallory, login: mallory }}
    - {{ value: github_pat_ana, login: ana, permissions: {{ statuses: write }} }}
  repositories:
    - name: acme/shop
      collaborators: {{ cy: write }}
      teams: {{ acme/sre: maintain }}
      protection: {{ main: {{ approvals: 1, contexts: [clodo/shop] }} }}
      commits:
        - {{ message: Begin, files: {{ wrangler.toml: added }} }}
        - {{ branch: feature, sha: {SHA}, author: cy, files: {{ src/index.ts: modified, old.ts: removed }} }}
        - {{ message: Go on, sha: 5be21c7b9d0e4f5a6b7c8d9e0f1a2b3c4d5e6f70 }}
      pulls:
        - {{ number: 42, author: cy, head: feature }}
        - {{ number: 43, author: mallory, head: patch-1, from: mallory/shop }}
      environments:
        production:
          reviewers: [{{ team: acme/sre }}, {{ user: cy }}]
          prevent-self-review: true
          wait-timer: 5
          branches: {{ custom: [main, release/*] }}
        staging: {{ branches: protected }}
      runs:
        - {{ id: 1187, branch: main, actor: ana, waiting: [production] }}
    - name: mallory/shop
      fork-of: acme/shop
      commits: [{{ branch: patch-1, author: mallory, files: {{ README.md: modified }} }}]
    - {{ name: acme/secret, private: true }}
"
    ))
}

/// A GitLab with a merge request from a branch (42) and one from a fork (43), and a deployment that
/// is blocked.
fn gitlab() -> Stand {
    Stand::seeded(&format!(
        "
gitlab:
  groups: {{ group/sre: {{ ana: developer, ben: developer }} }}
  tokens:
    - {{ value: glpat-t0ken, username: project_1_bot }}
    - {{ value: glpat-read, username: ana, scopes: [read_api] }}
    - {{ value: glpat-ana, username: ana }}
    - {{ value: glpat-ben, username: ben }}
    - {{ value: glpat-cy, username: cy }}
    - {{ value: glpat-mallory, username: mallory }}
    - {{ value: glcbt-t0ken, username: cy, job: true }}
  projects:
    - path: group/sub/shop
      private: true
      members: {{ project_1_bot: developer, ana: developer, ben: developer, cy: maintainer }}
      protected-branches: [main]
      commits:
        - {{ files: {{ wrangler.toml: added }} }}
        - {{ branch: feature, sha: {SHA}, author: cy, files: {{ src/index.ts: modified }} }}
      merge-requests:
        - {{ iid: 42, author: cy, source: feature, reviewers: [ana] }}
      approval-rules:
        - {{ name: SRE, required: 2, groups: [group/sre] }}
        - {{ name: Anyone, required: 1 }}
      pipelines:
        - id: 1187
          branch: feature
          source: merge_request_event
          user: cy
          jobs: [{{ name: 'deploy:production', stage: deploy, status: manual }}]
      environments:
        production:
          url: https://shop.example.com
          deployers: [{{ level: maintainer }}]
          approvals: [{{ of: {{ group: group/sre }}, required: 2 }}]
        staging: {{}}
      deployments:
        - {{ environment: production, branch: feature, status: blocked, user: cy }}
      freeze-periods: [{{ start: 0 18 * * 5, end: 0 8 * * 1, timezone: Europe/Berlin }}]
"
    ))
}

/// An answer of a forge.
#[derive(Debug)]
struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Value,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    fn message(&self) -> &str {
        self.body["message"].as_str().unwrap_or_default()
    }
}

/// Asks GitHub below `/repos/acme/shop`, or at an address that begins with `/`.
fn ask(stand: &Stand, token: &str, method: Method, path: &str, body: Option<&Value>) -> Answer {
    let path = match path.strip_prefix("at:") {
        Some(path) => path.to_owned(),
        None => format!("/github/repos/acme/shop{path}"),
    };
    let url = format!("{}{path}", origin(stand));
    let mut request = stand.client.request(method, url);
    if token.starts_with("gl") {
        let name = if token.starts_with("glcbt") { "job-token" } else { "private-token" };
        request = request.header(name, token);
    } else if !token.is_empty() {
        request = request.bearer_auth(token);
    }
    if let Some(body) = body {
        request = request.json(body);
    }
    stand.runtime.block_on(async {
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await.expect("a body");
        Answer { status, headers, body: serde_json::from_slice(&bytes).unwrap_or_default() }
    })
}

fn origin(stand: &Stand) -> &str {
    stand.sandbox.api_url.trim_end_matches("/client/v4")
}

#[test]
fn the_documented_seed_is_one() {
    let page = include_str!("../../../../docs/sandbox.md");
    let seed = page.split("```").find_map(|block| block.strip_prefix("yaml\ngithub:"));
    let stand = Stand::seeded(&format!("github:{}", seed.expect("a seed")));
    let variables = stand.sandbox.environment();
    let of = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, v)| &**v);
    assert_eq!(of("GITHUB_API_URL"), Some(&*format!("{}/github", origin(&stand))));
    assert_eq!(of("CI_API_V4_URL"), Some(&*format!("{}/gitlab/api/v4", origin(&stand))));
    assert_eq!((of("GITHUB_TOKEN"), of("GITLAB_TOKEN")), (Some("ghs_job"), Some("glpat-bot")));
    let state = stand.sandbox.state();
    assert_eq!(state.github.repositories["acme/shop"].pulls.len(), 2);
    assert_eq!(state.gitlab.projects["acme/web/shop"].deployments[0].status, "blocked");
}

#[test]
fn a_fault_speaks_as_the_forge_does() {
    use ::clodo::server::sandbox::faults::{Fault, What};
    let stand = Stand::seeded("github: { repositories: [{ name: acme/shop }] }");
    let strike = |what, path: &str| {
        stand.sandbox.faults.add(Fault::always(what).once());
        ask(&stand, "", Method::GET, path, None)
    };
    for path in ["at:/github/repos/acme/shop", "at:/gitlab/api/v4/projects/1"] {
        let answer = strike(What::Error { status: 503, code: 10013 }, path);
        assert_eq!((answer.status, answer.message()), (503, "An error that was asked for."));
        assert!(answer.body.get("errors").is_none(), "{answer:?}");
        let answer = strike(What::RateLimit { retry_after: 7 }, path);
        assert_eq!((answer.status, answer.header("retry-after")), (429, "7"));
        assert!(!answer.message().is_empty() && answer.header("cf-ray").is_empty(), "{answer:?}");
        let answer = strike(What::Malformed { status: 502 }, path);
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (502, "text/html; charset=utf-8")
        );
    }
}

#[test]
fn without_a_seed_nothing_is_said_of_forges() {
    let stand = Stand::new();
    let names: Vec<_> = stand.sandbox.environment().into_iter().map(|(name, _)| name).collect();
    assert!(names.iter().all(|name| !name.contains("GITHUB") && !name.starts_with("CI_")));
    assert_eq!(ask(&stand, "", Method::GET, "", None).status, 404);
}
