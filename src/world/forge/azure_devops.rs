//! Azure Repos: a commit status and a thread on the pull request.
//!
//! The status as in "Statuses - Create" of the REST reference, version 7.1; threads as infracost
//! uses them (`internal/comment/azure_repos.go`).

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::api::{Api, Auth, Call, Need};
use super::{
    Closed, Comment, Comments, Credential, Destination, Forge, ForgeError, Kind, MAX_DESCRIPTION,
    News, Told, Way, shortened,
};
use crate::world::http::segment;
use crate::world::http::{Http, Method};

const VERSION: &str = "api-version=7.1";

/// The oldest name of a version that this preview API goes by.
const PREVIEW: &str = "api-version=7.1-preview.1";

/// The permissions are as Azure's pages are remembered, which is why the words are "try".
const STATUS: Need = Need {
    to: "write commit statuses",
    fix: "try to allow the build service \"Contribute\" on the repository, or use a personal access token with \
          \"Code: Status\"",
};

const THREAD: Need = Need {
    to: "write comments",
    fix: "try to allow the build service \"Contribute to pull requests\" on the repository, or use a personal \
          access token with \"Code: Read & write\"",
};

/// A thread that nobody has to resolve: it does not stand in the way of a merge that wants all
/// comments resolved.
const CLOSED: u8 = 4;

/// The kind of a comment that is text.
const TEXT: u8 = 1;

/// The client.
pub(super) struct Azure<'a> {
    api: Api<'a>,
    to: &'a Destination,
    /// `/project/_apis/git/repositories/name`
    repository: String,
}

/// The body of a commit status.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Status<'a> {
    state: &'static str,
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    target_url: Option<&'a str>,
    context: Context<'a>,
}

#[derive(Serialize)]
struct Context<'a> {
    genre: &'static str,
    name: &'a str,
}

#[derive(Serialize)]
struct NewThread<'a> {
    comments: [Text<'a>; 1],
    status: u8,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Text<'a> {
    content: &'a str,
    parent_comment_id: u8,
    comment_type: u8,
}

impl<'a> Text<'a> {
    fn new(content: &'a str) -> Self {
        Self { content, parent_comment_id: 0, comment_type: TEXT }
    }
}

#[derive(Deserialize)]
struct Threads {
    value: Vec<Thread>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Thread {
    id: u64,
    #[serde(default)]
    is_deleted: bool,
    #[serde(default)]
    comments: Vec<First>,
}

/// The first comment of a thread; the others are answers.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct First {
    id: u64,
    content: Option<String>,
    #[serde(default)]
    is_deleted: bool,
    author: Option<User>,
}

#[derive(Deserialize)]
struct User {
    id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Connection {
    authenticated_user: User,
}

impl<'a> Azure<'a> {
    pub(super) fn new(http: &'a Http, to: &'a Destination, credential: &'a Credential) -> Self {
        let auth = Auth::with_scheme("Bearer", credential);
        let api = Api::new(http, Kind::AzureDevOps, &to.api_url, auth, &[]);
        let (project, name) = to.repository.split_once('/').unwrap_or(("", &to.repository));
        let repository = format!("/{}/_apis/git/repositories/{}", segment(project), segment(name));
        Self { api, to, repository }
    }

    fn threads(&self) -> String {
        let number = self.to.pull_request.unwrap_or_default();
        format!("{}/pullRequests/{number}/threads", self.repository)
    }

    /// A comment by its id: those of its thread and of itself.
    fn one(&self, method: Method, id: &str) -> Call {
        let (thread, comment) = id.split_once(' ').unwrap_or((id, "1"));
        let (thread, comment) = (segment(thread), segment(comment));
        let path = format!("{}/{thread}/comments/{comment}?{VERSION}", self.threads());
        Call::new(method, path, THREAD)
    }

    fn url(&self, thread: u64) -> String {
        let (project, name) = self.to.repository.split_once('/').unwrap_or_default();
        let number = self.to.pull_request.unwrap_or_default();
        let (web, project, name) =
            (self.to.web_url.trim_end_matches('/'), segment(project), segment(name));
        format!("{web}/{project}/_git/{name}/pullrequest/{number}?discussionId={thread}")
    }
}

#[async_trait]
impl Forge for Azure<'_> {
    fn ways(&self) -> [&'static [Way]; 2] {
        [&[Way::Status], &[]]
    }

    async fn tell(&self, _: Way, news: &News<'_>) -> Result<Told, ForgeError> {
        let body = Status {
            state: if news.passes { "succeeded" } else { "failed" },
            description: shortened(&news.title, MAX_DESCRIPTION),
            target_url: self.to.run.url.as_deref(),
            context: Context { genre: "clodo", name: &news.name },
        };
        let sha = segment(&self.to.head_sha);
        let path = format!("{}/commits/{sha}/statuses?{VERSION}", self.repository);
        self.api.ask(Call::new(Method::POST, path, STATUS).json(&body).repeatable()).await?;
        Ok(Told::default())
    }

    fn comments(&self) -> Result<&dyn Comments, Closed> {
        Ok(self)
    }
}

#[async_trait]
impl Comments for Azure<'_> {
    async fn me(&self) -> Result<String, ForgeError> {
        let path = format!("/_apis/connectionData?{PREVIEW}");
        let connection: Connection = self.api.read(Call::new(Method::GET, path, THREAD)).await?;
        Ok(connection.authenticated_user.id)
    }

    async fn list(&self) -> Result<Vec<Comment>, ForgeError> {
        // This list has no pages.
        let call = Call::new(Method::GET, format!("{}?{VERSION}", self.threads()), THREAD);
        let comment = |thread: Thread| {
            let first = thread.comments.into_iter().next()?;
            let is_there = !thread.is_deleted && !first.is_deleted;
            is_there.then(|| Comment {
                id: format!("{} {}", thread.id, first.id),
                body: first.content.unwrap_or_default(),
                author: first.author.map(|author| author.id).unwrap_or_default(),
                url: Some(self.url(thread.id)),
            })
        };
        Ok(self.api.read::<Threads>(call).await?.value.into_iter().filter_map(comment).collect())
    }

    async fn create(&self, body: &str) -> Result<Option<String>, ForgeError> {
        let thread = NewThread { comments: [Text::new(body)], status: CLOSED };
        let path = format!("{}?{VERSION}", self.threads());
        let call = Call::new(Method::POST, path, THREAD).json(&thread);
        Ok(Some(self.url(self.api.read::<Thread>(call).await?.id)))
    }

    async fn update(&self, id: &str, body: &str) -> Result<Option<String>, ForgeError> {
        let call = self.one(Method::PATCH, id).json(&Text::new(body)).repeatable();
        self.api.ask(call).await?;
        let thread = id.split(' ').next().and_then(|thread| thread.parse().ok());
        Ok(thread.map(|thread| self.url(thread)))
    }

    async fn delete(&self, id: &str) -> Result<(), ForgeError> {
        self.api.ask(self.one(Method::DELETE, id)).await.map(|_| ())
    }
}
