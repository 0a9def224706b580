//! GitHub and GitHub Enterprise, over plain REST, and GraphQL where REST has no way.
//!
//! Not with octocrab: what is needed are eight calls, most of which it takes raw as well, and it
//! would bring 27 more crates and a second policy of when to try again.
//!
//! Permissions as in "Permissions required for GitHub Apps" and the REST reference of GitHub's
//! documentation.

mod check_run;
mod comments;
mod deployments;
mod evidence;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::api::{Api, Auth, Call, Need};
use super::{
    Closed, Comments, Credential, Deployments, Destination, Evidence, Forge, ForgeError, Kind,
    MAX_DESCRIPTION, News, Stands, Told, Way, shortened,
};
use crate::world::http::{Http, Method};
use crate::world::http::{segment, segments};

/// What the tokens of GitHub Apps begin with, `GITHUB_TOKEN` among them ("Behind GitHub's new
/// authentication token formats", 2021). Others may not write check runs.
const APP_TOKEN: &str = "ghs_";

const HEADERS: &[(&str, &str)] =
    &[("accept", "application/vnd.github+json"), ("x-github-api-version", "2022-11-28")];

const STATUS: Need = Need {
    to: "write commit statuses",
    fix: "add `statuses: write` to the permissions of the job; a personal token needs \"Commit statuses: \
          write\"",
};

/// The client.
pub(super) struct GitHub<'a> {
    api: Api<'a>,
    to: &'a Destination,
    /// `/repos/owner/name`
    repository: String,
    is_app: bool,
}

const PULLS: Need = Need {
    to: "find the pull request of a commit",
    fix: "add `pull-requests: write` and `contents: read` to the permissions of the job, or set CLODO_PR",
};

/// A pull request, as `GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls` lists it.
#[derive(Deserialize)]
struct Pull {
    number: u64,
    state: String,
    head: Head,
}

#[derive(Deserialize)]
struct Head {
    sha: String,
}

/// The body of a commit status.
#[derive(Serialize)]
struct Status<'a> {
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    target_url: Option<&'a str>,
    description: String,
    context: &'a str,
}

impl<'a> GitHub<'a> {
    pub(super) fn new(http: &'a Http, to: &'a Destination, credential: &'a Credential) -> Self {
        let is_app = match credential {
            Credential::Token(token) | Credential::Job(token) => {
                token.expose().starts_with(APP_TOKEN)
            }
            Credential::Basic { .. } | Credential::Anonymous => false,
        };
        let auth = Auth::with_scheme("Bearer", credential);
        let api = Api::new(http, Kind::GitHub, &to.api_url, auth, HEADERS);
        Self { api, to, repository: format!("/repos/{}", segments(&to.repository)), is_app }
    }

    /// A call of an address below the repository's.
    fn call(&self, method: Method, path: &str, need: Need) -> Call {
        Call::new(method, format!("{}{path}", self.repository), need)
    }
}

#[async_trait]
impl Forge for GitHub<'_> {
    fn ways(&self) -> [&'static [Way]; 2] {
        [&[Way::CheckRun, Way::Status], &[]]
    }

    fn closed(&self, way: Way) -> Option<Closed> {
        (way == Way::CheckRun && !self.is_app).then_some(Closed {
            why: "only GITHUB_TOKEN and the tokens of GitHub Apps can write them",
            fix: "use the GITHUB_TOKEN of a job with `checks: write`",
        })
    }

    async fn tell(&self, way: Way, news: &News<'_>) -> Result<Told, ForgeError> {
        match way {
            Way::CheckRun => self.check_run(news).await,
            _ => {
                let stands = if news.passes { Stands::Passes } else { Stands::Fails };
                self.stand(&news.name, stands, &news.title).await
            }
        }
    }

    async fn stand(&self, name: &str, at: Stands, title: &str) -> Result<Told, ForgeError> {
        let body = Status {
            state: match at {
                Stands::Waits => "pending",
                Stands::Passes => "success",
                Stands::Fails => "failure",
            },
            target_url: self.to.run.url.as_deref(),
            description: shortened(title, MAX_DESCRIPTION),
            context: name,
        };
        let path = format!("/statuses/{}", segment(&self.to.head_sha));
        // A second status of the same context takes the place of the first.
        self.api.ask(self.call(Method::POST, &path, STATUS).json(&body).repeatable()).await?;
        Ok(Told::default())
    }

    async fn pull_request_of(&self, head_sha: &str) -> Result<Option<u64>, ForgeError> {
        let path = format!("/commits/{}/pulls", segment(head_sha));
        let pulls: Vec<Pull> = self.api.read(self.call(Method::GET, &path, PULLS)).await?;
        let mut open = pulls.iter().filter(|p| p.state == "open" && p.head.sha == head_sha);
        let first = open.next().map(|pull| pull.number);
        // Of two with one head nobody knows which is meant.
        Ok(first.filter(|_| open.next().is_none()))
    }

    fn comments(&self) -> Result<&dyn Comments, Closed> {
        Ok(self)
    }

    fn deployments(&self) -> Option<&dyn Deployments> {
        Some(self)
    }

    fn evidence(&self) -> Option<&dyn Evidence> {
        Some(self)
    }
}
