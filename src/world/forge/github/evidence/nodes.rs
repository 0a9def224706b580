//! What REST does not tell of things that it has told of: asked by their ids, in GraphQL.

use std::collections::HashSet;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::answers::{Listed, ListedComment};
use super::{PULL, refused};
use crate::core::gate::{Command, Hand};
use crate::world::forge::ForgeError;
use crate::world::forge::evidence::Commit;
use crate::world::forge::github::GitHub;

/// When a comment was changed ("Comment.lastEditedAt" in GitHub's GraphQL reference). REST tells the
/// times to the second, so that what is changed within the same second looks as it was written.
const EDITS: &str =
    "query($ids: [ID!]!) { nodes(ids: $ids) { ... on IssueComment { id lastEditedAt } } }";

/// Who wrote a commit, those of its `Co-authored-by` lines among them ("Commit.authors"). Of these
/// REST tells nothing. Git's own author comes first.
const AUTHORS: &str = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Commit { id authors(first: 100) { \
                       nodes { email user { databaseId login } } } } } }";

/// How many things one query asks for ("Rate limits and query limits for the GraphQL API": 1 to 100).
const PER_QUERY: usize = 100;

#[derive(Deserialize)]
struct Answer<T> {
    data: Nodes<T>,
}

#[derive(Deserialize)]
struct Nodes<T> {
    /// `null` stands for what is gone.
    nodes: Vec<Option<T>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Edit {
    id: String,
    last_edited_at: Option<String>,
}

#[derive(Deserialize)]
struct Authored {
    id: String,
    authors: Nodes<Author>,
}

#[derive(Deserialize)]
struct Author {
    email: Option<String>,
    user: Option<Known>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Known {
    database_id: Option<u64>,
    login: String,
}

impl GitHub<'_> {
    async fn nodes<T: DeserializeOwned>(
        &self,
        query: &str,
        ids: &[&str],
    ) -> Result<Vec<T>, ForgeError> {
        let mut all = Vec::new();
        for ids in ids.chunks(PER_QUERY) {
            let body = json!({ "query": query, "variables": { "ids": ids } });
            let answer = self.graphql(body, PULL).await?;
            let answer: Answer<T> =
                serde_json::from_value(answer).map_err(|error| refused(PULL, error.to_string()))?;
            all.extend(answer.data.nodes.into_iter().flatten());
        }
        Ok(all)
    }

    /// Those of the commands among comments that are not, or not any more, what their author wrote.
    /// It is asked about those alone of which something would follow.
    pub(super) async fn edited(
        &self,
        comments: &[ListedComment],
    ) -> Result<HashSet<String>, ForgeError> {
        let is_command = |comment: &&ListedComment| {
            let text = comment.body.as_deref().unwrap_or_default();
            Command::of(text).is_some_and(|command| command.is_ok())
                && comment.updated_at == comment.created_at
        };
        let ids = comments.iter().filter(is_command).map(|comment| comment.node_id.as_str());
        let ids: Vec<&str> = ids.collect();
        let mut edited: HashSet<String> = ids.iter().map(|id| (*id).to_owned()).collect();
        for edit in self.nodes::<Edit>(EDITS, &ids).await? {
            if edit.last_edited_at.is_none() {
                edited.remove(&edit.id);
            }
        }
        Ok(edited)
    }

    /// Commits, with the accounts behind the addresses in their messages.
    pub(super) async fn commits(&self, listed: Vec<Listed>) -> Result<Vec<Commit>, ForgeError> {
        let (ids, mut commits): (Vec<String>, Vec<Commit>) =
            listed.into_iter().map(|one| (one.node_id.clone(), Commit::from(one))).unzip();
        let unknown = |commit: &Commit| commit.co_authors.iter().any(|hand| hand.login.is_none());
        let asked = ids.iter().zip(&commits).filter(|(_, commit)| unknown(commit));
        let asked: Vec<&str> = asked.map(|(id, _)| id.as_str()).collect();
        let answers = self.nodes::<Authored>(AUTHORS, &asked).await?;
        if answers.len() < asked.len() {
            return Err(refused(PULL, "a commit is gone"));
        }
        for answer in answers {
            let found = ids.iter().position(|id| *id == answer.id);
            if let Some(commit) = found.and_then(|index| commits.get_mut(index)) {
                commit
                    .co_authors
                    .extend(answer.authors.nodes.into_iter().flatten().map(Hand::from));
            }
        }
        Ok(commits)
    }
}

impl From<Author> for Hand {
    fn from(Author { email, user }: Author) -> Self {
        let (id, login) = user.map(|user| (user.database_id, user.login)).unzip();
        Self { id: id.flatten().map(|id| id.to_string()), login, email }
    }
}
