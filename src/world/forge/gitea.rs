//! Gitea and Forgejo: a commit status and a comment. Their API looks much like GitHub's, and has no
//! check runs (`modules/structs` of go-gitea/gitea).

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::api::{Api, Auth, Call, Need};
use super::{
    Closed, Comment, Comments, Credential, Destination, Forge, ForgeError, Kind, MAX_DESCRIPTION,
    News, Told, Way, shortened,
};
use crate::world::http::{Http, Method};
use crate::world::http::{segment, segments};

/// The scopes are as Gitea's documentation is remembered, which is why the words are "try".
const STATUS: Need = Need {
    to: "write commit statuses",
    fix: "try a token with the scope `write:repository`, of a user who may write to the repository",
};

const COMMENT: Need =
    Need { to: "write comments", fix: "try a token with the scopes `write:issue` and `read:user`" };

/// The client.
pub(super) struct Gitea<'a> {
    api: Api<'a>,
    to: &'a Destination,
    /// `/repos/owner/name`
    repository: String,
}

/// The body of a commit status.
#[derive(Serialize)]
struct Status<'a> {
    state: &'static str,
    target_url: &'a str,
    description: String,
    context: &'a str,
}

#[derive(Serialize)]
struct Body<'a> {
    body: &'a str,
}

#[derive(Deserialize)]
struct Listed {
    id: u64,
    body: String,
    html_url: Option<String>,
    user: Option<User>,
}

#[derive(Deserialize)]
struct User {
    login: String,
}

impl<'a> Gitea<'a> {
    pub(super) fn new(http: &'a Http, to: &'a Destination, credential: &'a Credential) -> Self {
        let auth = Auth::with_scheme("token", credential);
        let api = Api::new(http, Kind::Gitea, &to.api_url, auth, &[]);
        Self { api, to, repository: format!("/repos/{}", segments(&to.repository)) }
    }

    fn of_pull_request(&self) -> String {
        let number = self.to.pull_request.unwrap_or_default();
        format!("{}/issues/{number}/comments", self.repository)
    }

    fn one(&self, method: Method, id: &str) -> Call {
        Call::new(method, format!("{}/issues/comments/{}", self.repository, segment(id)), COMMENT)
    }
}

#[async_trait]
impl Forge for Gitea<'_> {
    fn ways(&self) -> [&'static [Way]; 2] {
        [&[Way::Status], &[]]
    }

    async fn tell(&self, _: Way, news: &News<'_>) -> Result<Told, ForgeError> {
        let body = Status {
            state: if news.passes { "success" } else { "failure" },
            target_url: self.to.run.url.as_deref().unwrap_or_default(),
            description: shortened(&news.title, MAX_DESCRIPTION),
            context: &news.name,
        };
        let path = format!("{}/statuses/{}", self.repository, segment(&self.to.head_sha));
        self.api.ask(Call::new(Method::POST, path, STATUS).json(&body).repeatable()).await?;
        Ok(Told::default())
    }

    fn comments(&self) -> Result<&dyn Comments, Closed> {
        Ok(self)
    }
}

#[async_trait]
impl Comments for Gitea<'_> {
    async fn me(&self) -> Result<String, ForgeError> {
        let user: User = self.api.read(Call::new(Method::GET, "/user", COMMENT)).await?;
        Ok(user.login)
    }

    async fn list(&self) -> Result<Vec<Comment>, ForgeError> {
        // This list has no pages.
        let call = Call::new(Method::GET, self.of_pull_request(), COMMENT);
        let comment = |listed: Listed| Comment {
            id: listed.id.to_string(),
            body: listed.body,
            author: listed.user.map(|user| user.login).unwrap_or_default(),
            url: listed.html_url,
        };
        Ok(self.api.read::<Vec<Listed>>(call).await?.into_iter().map(comment).collect())
    }

    async fn create(&self, body: &str) -> Result<Option<String>, ForgeError> {
        let call = Call::new(Method::POST, self.of_pull_request(), COMMENT).json(&Body { body });
        Ok(self.api.read::<Listed>(call).await?.html_url)
    }

    async fn update(&self, id: &str, body: &str) -> Result<Option<String>, ForgeError> {
        let call = self.one(Method::PATCH, id).json(&Body { body }).repeatable();
        Ok(self.api.read::<Listed>(call).await?.html_url)
    }

    async fn delete(&self, id: &str) -> Result<(), ForgeError> {
        self.api.ask(self.one(Method::DELETE, id)).await.map(|_| ())
    }
}
