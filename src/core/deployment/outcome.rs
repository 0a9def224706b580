//! What became of a step that changes which version serves: told by what the account shows, and by
//! nothing else.

use super::Marker;
use crate::core::model::account::{Deployment, Share};

/// What the account shows after a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// What served before serves still.
    Unchanged,
    /// What the step made serves.
    Live(Deployment),
    /// Something else serves: somebody deployed at the same time.
    Foreign(Deployment),
}

/// Tells what became of a step. `before` is the deployment that served when it began, `version` the
/// version that the step says it made, where it came to say so.
pub fn outcome(
    before: Option<&str>,
    active: Option<Deployment>,
    marker: &Marker,
    version: Option<&str>,
) -> Outcome {
    let Some(active) = active else { return Outcome::Unchanged };
    if before == Some(active.id.as_str()) {
        return Outcome::Unchanged;
    }
    // The token may be another's of the same deployment: a run that was killed and went on.
    let marked = active.message.as_deref().and_then(Marker::of);
    let is_marked = marked.is_some_and(|mark| mark.deployment == marker.deployment);
    let is_version = version.is_some_and(|version| serves_alone(&active.versions, version));
    if is_marked || is_version { Outcome::Live(active) } else { Outcome::Foreign(active) }
}

/// Whether a version gets all requests.
fn serves_alone(shares: &[Share], version: &str) -> bool {
    let mut served = shares.iter().filter(|share| share.percentage > 0.0);
    served.next().is_some_and(|share| share.version_id == version) && served.next().is_none()
}
