//! Comments on a pull request, which GitHub keeps as those of an issue.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::GitHub;
use crate::world::forge::api::{Call, Need, PER_PAGE};
use crate::world::forge::{Comment, Comments, ForgeError, Kind};
use crate::world::http::Method;
use crate::world::http::segment;

const READ: Need = Need {
    to: "read the pull request",
    fix: "add `pull-requests: write` to the permissions of the job",
};

const WRITE: Need = Need {
    to: "write comments",
    fix: "add `pull-requests: write` to the permissions of the job; a personal token needs \"Pull \
          requests: write\"",
};

/// What a bot's name ends with in REST, and not always in GraphQL: the action
/// marocchino/sticky-pull-request-comment takes it off before it compares.
const BOT: &str = "[bot]";

const WHO: &str = "query { viewer { login } }";

const HIDE: &str = "mutation($id: ID!) { minimizeComment(input: {subjectId: $id, classifier: OUTDATED}) { \
                    clientMutationId } }";

#[derive(Deserialize)]
struct Listed {
    id: u64,
    node_id: String,
    body: Option<String>,
    html_url: Option<String>,
    user: Option<User>,
}

#[derive(Deserialize)]
struct User {
    login: String,
}

#[derive(Serialize)]
struct Body<'a> {
    body: &'a str,
}

impl From<Listed> for Comment {
    fn from(listed: Listed) -> Self {
        Self {
            // REST wants the first, GraphQL the second.
            id: format!("{} {}", listed.id, listed.node_id),
            body: listed.body.unwrap_or_default(),
            author: listed.user.map(|user| user.login).unwrap_or_default(),
            url: listed.html_url,
        }
    }
}

impl GitHub<'_> {
    fn of_pull_request(&self) -> String {
        format!("/issues/{}/comments", self.to.pull_request.unwrap_or_default())
    }

    fn one(&self, method: Method, id: &str) -> Call {
        let number = id.split(' ').next().unwrap_or_default();
        self.call(method, &format!("/issues/comments/{}", segment(number)), WRITE)
    }

    pub(super) async fn graphql(&self, body: Value, need: Need) -> Result<Value, ForgeError> {
        // `https://ghe.example.com/api/v3` has it at `/api/graphql`.
        let base = self.to.api_url.trim_end_matches('/');
        let url = format!("{}/graphql", base.strip_suffix("/v3").unwrap_or(base));
        let answer: Value =
            self.api.read(Call::new(Method::POST, url, need).json(&body).repeatable()).await?;
        match answer.pointer("/errors/0/message").and_then(Value::as_str) {
            Some(message) => Err(ForgeError::Denied {
                forge: Kind::GitHub,
                to: need.to,
                fix: need.fix.to_owned(),
                status: 200,
                message: message.to_owned(),
            }),
            None => Ok(answer),
        }
    }
}

#[async_trait]
impl Comments for GitHub<'_> {
    fn can_hide(&self) -> bool {
        true
    }

    async fn me(&self) -> Result<String, ForgeError> {
        if !self.is_app {
            let user: User = self.api.read(Call::new(Method::GET, "/user", READ)).await?;
            return Ok(user.login);
        }
        // That address is closed to the tokens of Apps.
        let answer = self.graphql(json!({ "query": WHO }), READ).await?;
        let login =
            answer.pointer("/data/viewer/login").and_then(Value::as_str).unwrap_or_default();
        if login.is_empty() {
            // An author that was deleted has no name either; that must not be taken for ours.
            let (forge, to, message) = (Kind::GitHub, "say who we are", "no name".to_owned());
            return Err(ForgeError::Refused { forge, to, status: 200, message });
        }
        Ok(format!("{}{BOT}", login.strip_suffix(BOT).unwrap_or(login)))
    }

    async fn list(&self) -> Result<Vec<Comment>, ForgeError> {
        let page = |number| {
            let path = format!("{}?per_page={PER_PAGE}&page={number}", self.of_pull_request());
            self.api.read::<Vec<Listed>>(self.call(Method::GET, &path, READ))
        };
        Ok(self.api.pages(page).await?.into_iter().map(Comment::from).collect())
    }

    async fn create(&self, body: &str) -> Result<Option<String>, ForgeError> {
        let call = self.call(Method::POST, &self.of_pull_request(), WRITE).json(&Body { body });
        Ok(self.api.read::<Listed>(call).await?.html_url)
    }

    async fn update(&self, id: &str, body: &str) -> Result<Option<String>, ForgeError> {
        let call = self.one(Method::PATCH, id).json(&Body { body }).repeatable();
        Ok(self.api.read::<Listed>(call).await?.html_url)
    }

    async fn delete(&self, id: &str) -> Result<(), ForgeError> {
        self.api.ask(self.one(Method::DELETE, id)).await.map(|_| ())
    }

    async fn hide(&self, id: &str) -> Result<(), ForgeError> {
        let node = id.split(' ').nth(1).unwrap_or_default();
        let body = json!({ "query": HIDE, "variables": { "id": node } });
        self.graphql(body, WRITE).await.map(|_| ())
    }
}
