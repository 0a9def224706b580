//! What serves was deployed by clodo, and the state knows nothing of it: somebody put an old copy of
//! the state back, or deployed from another state. Nothing that the state tells of the time since
//! then is to be believed: what is newer, what must not come back, what was good.
//!
//! Locks do not suffer from it: their tokens never come twice (`world::store::locks`).

use super::{DeployError, News, Stage};
use crate::core::deployment::Marker;
use crate::world::store::Store;

impl Stage<'_> {
    /// Says of what serves, by the marks that it has, which of it is not recorded, and writes that
    /// down.
    pub(super) async fn note_unrecorded(&self, store: &Store) -> Result<(), DeployError> {
        for (service, seen) in &self.seen {
            let message = seen.active.as_ref().and_then(|active| active.message.as_deref());
            let Some(Marker { deployment, .. }) = message.and_then(Marker::of) else { continue };
            if store.deployment(&deployment).await?.is_some() {
                continue;
            }
            (self.tools.tell)(News::Unrecorded(service, &deployment));
            let what = format!("{deployment} serves, and is not recorded here");
            self.record.external(service, &what).await?;
        }
        Ok(())
    }
}
