//! Whether a comment was changed since it was written.
//!
//! REST tells the times to the second, so that what is changed within the same second looks as it was
//! written. GraphQL tells of every change ("Comment.lastEditedAt" in GitHub's GraphQL reference). It
//! is asked about those comments alone of which something would follow.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::json;

use super::PULL;
use super::answers::ListedComment;
use crate::core::gate::Command;
use crate::world::forge::github::GitHub;
use crate::world::forge::{ForgeError, Kind};

const EDITS: &str =
    "query($ids: [ID!]!) { nodes(ids: $ids) { ... on IssueComment { id lastEditedAt } } }";

/// How many things one query asks for ("Rate limits and query limits for the GraphQL API": 1 to 100).
const PER_QUERY: usize = 100;

#[derive(Deserialize)]
struct Answer {
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    /// `null` stands for what is gone.
    nodes: Vec<Option<Node>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Node {
    id: String,
    last_edited_at: Option<String>,
}

impl GitHub<'_> {
    /// Those of the commands among comments that are not, or not any more, what their author wrote.
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
        for ids in ids.chunks(PER_QUERY) {
            let body = json!({ "query": EDITS, "variables": { "ids": ids } });
            let answer = self.graphql(body, PULL).await?;
            let answer: Answer = serde_json::from_value(answer).map_err(|error| {
                let (forge, to, message) = (Kind::GitHub, PULL.to, error.to_string());
                ForgeError::Refused { forge, to, status: 200, message }
            })?;
            for node in answer.data.nodes.into_iter().flatten() {
                if node.last_edited_at.is_none() {
                    edited.remove(&node.id);
                }
            }
        }
        Ok(edited)
    }
}
