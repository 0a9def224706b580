//! Requests go to other versions: read, compare, write, look.
//!
//! Cloudflare has no compare-and-swap for deployments, and an answer can be lost. So the deployment
//! that serves is read before and after, and what decides is what is seen there. The same goes for a
//! Pages project, of which whole deployments serve.

use std::time::Duration;

use super::{Place, RestoreError};
use crate::core::deployment::{Marker, same};
use crate::core::model::Kind;
use crate::core::model::account::{Deployment, Share};
use crate::core::verify::state::difference;
use crate::flow::fail_point::{When, reach};
use crate::world::cloudflare::{CloudflareError, SECRETS_CHANGED};

/// How often, and how far apart, it is looked for a deployment whose answer was lost: two minutes
/// in all, since a request may be carried out long after its connection broke.
const LOOKS: u32 = 24;
const PAUSE: Duration = Duration::from_secs(5);

/// The first looks follow quickly: most often the answer alone was lost.
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// Which versions shall serve.
#[derive(Clone, Copy, Debug)]
pub struct Shift<'a> {
    /// The versions, and their shares.
    pub shares: &'a [Share],
    /// What Cloudflare's record says: it begins with a [`Marker`].
    pub message: &'a str,
    /// The deployment that must be active when it is done; `None` where any may be.
    pub expected: Option<&'a str>,
    /// Whether secrets that were changed since do not stand in the way.
    pub force: bool,
}

/// Gives versions their shares of the requests, unless they have exactly these: a share of 0 % that
/// nobody wants goes too. Answers the deployment that it made, `None` where none was needed.
///
/// # Errors
/// Where they do not serve, nobody knows, or somebody else deployed.
pub async fn shift(place: Place<'_>, wish: &Shift<'_>) -> Result<Option<String>, RestoreError> {
    let before = active(place).await.map_err(RestoreError::Traffic)?;
    if before.as_ref().is_some_and(|before| same(wish.shares, &before.versions)) {
        return Ok(None);
    }
    let before = before.map(|deployment| deployment.id);
    if let (Some(expected), Some(found)) = (wish.expected, &before)
        && expected != found
    {
        return Err(RestoreError::Foreign(found.clone()));
    }
    reach(When::Before, "cloudflare restore versions");
    let sent = send(place, wish).await;
    reach(When::After, "cloudflare restore versions");
    let made = match sent {
        Ok(made) => made,
        Err(error @ CloudflareError::Unsettled(_)) => {
            found(place, wish, before.as_deref(), error).await?
        }
        Err(error) => return Err(RestoreError::Traffic(error)),
    };
    match active(place).await.map_err(RestoreError::Unknown)? {
        Some(now) if now.id == made.id => Ok(Some(made.id)),
        Some(other) => Err(RestoreError::Foreign(other.id)),
        None => Err(RestoreError::Foreign("none".to_owned())),
    }
}

/// The deployment that serves.
///
/// # Errors
/// Where the account cannot be looked at.
pub async fn active(place: Place<'_>) -> Result<Option<Deployment>, CloudflareError> {
    let Place { cloudflare, account, worker, kind } = place;
    match kind {
        Kind::Worker => cloudflare.active_deployment(account, worker).await,
        Kind::Pages => cloudflare.active_pages_deployment(account, worker).await,
    }
}

async fn send(place: Place<'_>, wish: &Shift<'_>) -> Result<Deployment, CloudflareError> {
    let Place { cloudflare, account, worker, kind } = place;
    let Shift { shares, message, .. } = *wish;
    if let (Kind::Pages, [deployment]) = (kind, shares) {
        return cloudflare.roll_back_pages(account, worker, &deployment.version_id).await;
    }
    let sent = cloudflare.deploy_versions(account, worker, shares, message).await;
    match sent {
        Err(error) if wish.force && error.has_code(SECRETS_CHANGED) => {
            cloudflare.force_versions(account, worker, shares, message).await
        }
        sent => sent,
    }
}

/// Looks for a deployment whose answer was lost. Where it does not come, nobody knows.
async fn found(
    place: Place<'_>,
    wish: &Shift<'_>,
    before: Option<&str>,
    error: CloudflareError,
) -> Result<Deployment, RestoreError> {
    let marker = Marker::of(wish.message);
    let is_ours = |found: &Deployment| match place.kind {
        Kind::Worker => marker.is_some() && found.message.as_deref().and_then(Marker::of) == marker,
        // It serves again under the id and with the message of before.
        Kind::Pages => difference(wish.shares, Some(found)).is_none(),
    };
    for look in 0..LOOKS {
        match active(place).await {
            Ok(Some(found)) if is_ours(&found) => return Ok(found),
            Ok(Some(found)) if Some(found.id.as_str()) != before => {
                return Err(RestoreError::Foreign(found.id));
            }
            // It is not there yet, or the account cannot be looked at: again.
            Ok(_) | Err(_) => {}
        }
        tokio::time::sleep(FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(look)).min(PAUSE)).await;
    }
    Err(RestoreError::Unknown(error))
}
