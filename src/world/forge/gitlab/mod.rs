//! GitLab: a commit status and a note on the merge request.
//!
//! `CI_JOB_TOKEN` may read notes and write neither (`doc/ci/jobs/ci_job_token.md` of GitLab), so that
//! both need a project access token with the scope `api`.

mod deployments;
mod evidence;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::api::{Api, Auth, Call, JOB_TOKEN, Need, PER_PAGE};
use super::{
    Closed, Comment, Comments, Credential, Deployments, Destination, Evidence, Forge, ForgeError,
    Kind, MAX_DESCRIPTION, News, Stands, Told, Way, shortened,
};
use crate::world::http::segment;
use crate::world::http::{Http, Method};

const STATUS: Need = Need {
    to: "write commit statuses",
    fix: "use a project access token with the scope `api` and the role Developer",
};

const NOTE: Need = Need {
    to: "write notes on the merge request",
    fix: "use a project access token with the scope `api` and the role Reporter or higher",
};

/// How GitLab says that a status is final. That it does so for one that stays the same is known from
/// reports only.
const FINAL: &str = "Cannot transition status";

/// The client.
pub(super) struct GitLab<'a> {
    api: Api<'a>,
    to: &'a Destination,
    /// `/projects/group%2Fname`
    project: String,
    is_job: bool,
}

/// The body of a commit status.
#[derive(Serialize)]
struct Status<'a> {
    state: &'static str,
    name: &'a str,
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    target_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pipeline_id: Option<u64>,
}

#[derive(Serialize)]
struct Body<'a> {
    body: &'a str,
}

#[derive(Deserialize)]
struct Note {
    id: u64,
    body: String,
    author: User,
}

#[derive(Deserialize)]
struct User {
    id: u64,
}

impl<'a> GitLab<'a> {
    pub(super) fn new(http: &'a Http, to: &'a Destination, credential: &'a Credential) -> Self {
        let auth = match credential {
            Credential::Token(token) => Auth::Header("private-token", token.clone()),
            Credential::Job(token) => Auth::Header(JOB_TOKEN, token.clone()),
            other => Auth::with_scheme("Bearer", other),
        };
        let api = Api::new(http, Kind::GitLab, &to.api_url, auth, &[]);
        let is_job = matches!(credential, Credential::Job(_));
        Self { api, to, project: format!("/projects/{}", segment(&to.repository)), is_job }
    }

    fn notes(&self) -> String {
        let number = self.to.pull_request.unwrap_or_default();
        format!("{}/merge_requests/{number}/notes", self.project)
    }

    fn one(&self, method: Method, id: &str) -> Call {
        Call::new(method, format!("{}/{}", self.notes(), segment(id)), NOTE)
    }

    fn url(&self, id: u64) -> String {
        let number = self.to.pull_request.unwrap_or_default();
        let web = self.to.web_url.trim_end_matches('/');
        format!("{web}/{}/-/merge_requests/{number}#note_{id}", self.to.repository)
    }
}

#[async_trait]
impl Forge for GitLab<'_> {
    fn ways(&self) -> [&'static [Way]; 2] {
        [&[Way::Status], &[]]
    }

    fn closed(&self, _: Way) -> Option<Closed> {
        self.is_job.then_some(Closed {
            why: "CI_JOB_TOKEN may not write any; the job says the same",
            fix: STATUS.fix,
        })
    }

    async fn tell(&self, _: Way, news: &News<'_>) -> Result<Told, ForgeError> {
        let stands = if news.passes { Stands::Passes } else { Stands::Fails };
        self.stand(&news.name, stands, &news.title).await
    }

    async fn stand(&self, name: &str, at: Stands, title: &str) -> Result<Told, ForgeError> {
        let body = Status {
            state: match at {
                Stands::Waits => "pending",
                Stands::Passes => "success",
                Stands::Fails => "failed",
            },
            name,
            description: shortened(title, MAX_DESCRIPTION),
            target_url: self.to.run.url.as_deref(),
            pipeline_id: self.to.gitlab_pipeline,
        };
        let path = format!("{}/statuses/{}", self.project, segment(&self.to.head_sha));
        let call = Call::new(Method::POST, path, STATUS).json(&body).repeatable();
        match self.api.ask(call).await {
            Ok(_) => Ok(Told::default()),
            Err(ForgeError::Refused { message, .. }) if message.contains(FINAL) => {
                let note = "GitLab keeps the status that the commit has already".to_owned();
                Ok(Told { url: None, note: Some(note) })
            }
            Err(error) => Err(error),
        }
    }

    fn comments(&self) -> Result<&dyn Comments, Closed> {
        if self.is_job {
            let why = "CI_JOB_TOKEN may read the notes of a merge request, and not write any";
            return Err(Closed { why, fix: NOTE.fix });
        }
        Ok(self)
    }

    fn deployments(&self) -> Option<&dyn Deployments> {
        Some(self)
    }

    fn evidence(&self) -> Option<&dyn Evidence> {
        Some(self)
    }
}

#[async_trait]
impl Comments for GitLab<'_> {
    async fn me(&self) -> Result<String, ForgeError> {
        let user: User = self.api.read(Call::new(Method::GET, "/user", NOTE)).await?;
        Ok(user.id.to_string())
    }

    async fn list(&self) -> Result<Vec<Comment>, ForgeError> {
        let page = |number| {
            let path = format!("{}?sort=asc&per_page={PER_PAGE}&page={number}", self.notes());
            self.api.read::<Vec<Note>>(Call::new(Method::GET, path, NOTE))
        };
        let comment = |note: Note| Comment {
            id: note.id.to_string(),
            url: Some(self.url(note.id)),
            body: note.body,
            author: note.author.id.to_string(),
        };
        Ok(self.api.pages(page).await?.into_iter().map(comment).collect())
    }

    async fn create(&self, body: &str) -> Result<Option<String>, ForgeError> {
        let call = Call::new(Method::POST, self.notes(), NOTE).json(&Body { body });
        Ok(Some(self.url(self.api.read::<Note>(call).await?.id)))
    }

    async fn update(&self, id: &str, body: &str) -> Result<Option<String>, ForgeError> {
        let call = self.one(Method::PUT, id).json(&Body { body });
        Ok(Some(self.url(self.api.read::<Note>(call).await?.id)))
    }

    async fn delete(&self, id: &str) -> Result<(), ForgeError> {
        self.api.ask(self.one(Method::DELETE, id)).await.map(|_| ())
    }
}
