//! Who let a run go on at a CI system that knows no account of the forge.

use super::Ground;
use crate::core::model::context::CiSystem;
use crate::core::model::gate::Released;
use crate::world::circleci;
use crate::world::http::Token;

/// Who let the workflow go on at CircleCI, where people are asked and a token lets it be told. It is
/// written down and decides nothing: whoever may push can let it go on, and nothing tells what the
/// person had seen.
///
/// # Errors
/// Why it is not known, where it could be.
pub(super) async fn released(ground: &Ground<'_>, asks: bool) -> Result<Vec<Released>, String> {
    let Ground { context, http, variable, .. } = *ground;
    let is_circleci = context.ci.as_ref().is_some_and(|ci| ci.value == CiSystem::CircleCi);
    let workflow = context.run_id.as_ref().filter(|_| is_circleci && asks);
    let token = variable(circleci::TOKEN).and_then(|token| Token::new(&token));
    let (Some(workflow), Some(token)) = (workflow, token) else { return Ok(Vec::new()) };
    let host = variable(circleci::HOST).filter(|host| !host.is_empty());
    let host = host.as_deref().unwrap_or(circleci::PUBLIC_HOST);
    let released = circleci::released(http, host, &token, &workflow.value).await;
    released.map_err(|error| {
        format!("who let the workflow go on at CircleCI cannot be written down: {error}")
    })
}
