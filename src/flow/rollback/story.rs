//! The comment on the pull request whose deployment was taken back says so.

use jiff::Timestamp;

use super::{Tools, Wishes};
use crate::core::report::comment::{TakenBack, taken_back};
use crate::flow::destination::destination;
use crate::flow::publish::Missed;
use crate::world::forge::{self, Destination, ForgeError, credential};
use crate::world::http::Http;

/// Adds a line to the comments that tell of a deployment, by its id and its commit. Beside pipelines
/// nobody is told, and nobody is where the commit is of no pull request. Gives what could not be told.
pub(super) async fn tell(
    http: &Http,
    tools: Tools<'_>,
    wishes: &Wishes,
    environment: &str,
    (deployment, commit): (&str, &str),
) -> Option<Missed> {
    let at = Timestamp::now();
    let to = destination(tools.context, "", at).ok()?;
    let back = TakenBack { deployment, environment, at, reason: wishes.reason.as_deref() };
    let missed = |error: ForgeError| Missed {
        what: "line in the comment",
        why: error.to_string(),
        fix: error.hint(),
        minor: false,
    };
    add(http, tools, to, commit, &back).await.err().map(missed)
}

async fn add(
    http: &Http,
    tools: Tools<'_>,
    to: Destination,
    commit: &str,
    back: &TakenBack<'_>,
) -> Result<(), ForgeError> {
    let Some(credential) = credential(to.forge, &tools.variable) else { return Ok(()) };
    let number = match forge::open(http, &to, &credential).evidence() {
        Some(evidence) => evidence.merged_as(commit).await?,
        None => None,
    };
    if number.is_none() {
        return Ok(());
    }
    let to = Destination { pull_request: number, ..to };
    let forge = forge::open(http, &to, &credential);
    // A token that can write none has written none.
    let Ok(comments) = forge.comments() else { return Ok(()) };
    let there = comments.list().await?;
    let told = there.iter().filter_map(|one| Some((one, taken_back(&one.body, back)?)));
    let told: Vec<_> = told.collect();
    if told.is_empty() {
        return Ok(());
    }
    // Somebody else's is not ours to change, whatever it looks like.
    let me = comments.me().await?;
    for (comment, text) in told.iter().filter(|(comment, _)| comment.author == me) {
        comments.update(&comment.id, text).await?;
    }
    Ok(())
}
