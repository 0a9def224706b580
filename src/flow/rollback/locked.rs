//! The lock, and what was found without it looked at again.

use super::known::Known;
use super::obstacles::refuse_blocked;
use super::route::{find, is_past};
use super::{Errand, News, RollbackError};
use crate::core::model::journal::Fence;
use crate::core::model::lock::{self, Info, Mode};
use crate::core::rollback::Route;
use crate::flow::turn::{self, Manner};
use crate::world::store::{Claim, Held, new_op};

/// What will be done, and what the record said when that was found.
pub(super) struct Found {
    pub(super) route: Route,
    pub(super) known: Known,
}

/// Finds out what will be done.
pub(super) async fn look(errand: Errand<'_>) -> Result<Found, RollbackError> {
    let Errand { ground, store, wishes, .. } = errand;
    let known = Known::read(ground, store).await?;
    Ok(Found { route: find(ground, store, wishes, &known).await?, known })
}

/// Says what will be done, unless something or somebody stands in the way.
pub(super) fn agreed(errand: Errand<'_>, route: &Route) -> Result<(), RollbackError> {
    let Errand { wishes, tools, .. } = errand;
    (tools.tell)(News::Route(route));
    if wishes.emergency {
        return Ok(());
    }
    refuse_blocked(route, wishes.force)?;
    if (tools.agree)(route) { Ok(()) } else { Err(RollbackError::NotAgreed) }
}

/// Takes the lock of the environment.
pub(super) async fn take(errand: Errand<'_>) -> Result<(Held, Fence), RollbackError> {
    let Errand { ground, store, wishes, tools } = errand;
    let key = lock::key(&ground.account, &ground.environment.name, None);
    let run_url = tools.context.run_url.as_ref().map(|url| url.value.to_string());
    let claim = Claim {
        keys: vec![key.clone()],
        op: new_op(),
        holder: tools.actor.id.clone(),
        info: Info { run_url },
    };
    let manner = Manner { mode: Mode::Fifo, wait: wishes.wait, ..Manner::default() };
    let held = turn::take(store, &claim, manner, &|wait| (tools.tell)(News::Waiting(wait))).await?;
    let Some(fence) = held.fence(&key) else { return Err(RollbackError::NotAgreed) };
    (tools.tell)(News::Locked(&key, fence.token));
    Ok((held, fence))
}

/// What will be done, now that nobody else does anything: whoever had the lock before may have
/// brought something else live, or taken the same back. `None`: there is nothing left to do.
pub(super) async fn look_again(
    errand: Errand<'_>,
    before: Found,
) -> Result<Option<Found>, RollbackError> {
    let Errand { ground, store, wishes, tools } = errand;
    let known = Known::read(ground, store).await?;
    if known == before.known {
        return Ok(Some(before));
    }
    let route = find(ground, store, wishes, &known).await?;
    if route.is_empty() || is_past(&before.route, &route, &known) {
        return Ok(None);
    }
    if route != before.route {
        (tools.tell)(News::Changed);
        agreed(errand, &route)?;
    }
    Ok(Some(Found { route, known }))
}
