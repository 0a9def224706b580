//! Whether a service is as it would be, so that it need not be deployed.

use crate::core::model::deployment::Progress;
use crate::core::plan::{Aspect, Built, Change, ServicePlan, Sign};

/// Whether a deployment would change nothing of a service. The account tells no digest of what is
/// live; the record does, as long as the version that it speaks of gets all requests.
pub fn is_unchanged(service: &ServicePlan, built: &Built, recorded: Option<&Progress>) -> bool {
    let Some(recorded) = recorded else { return false };
    let [only] = service.base.as_slice() else { return false };
    let serves = recorded.version.as_ref() == Some(&only.version_id) && only.percentage >= 100.0;
    let code = recorded.code.as_ref().map(|code| code.digest.as_str());
    let same = code.is_some() && code == built.digest().as_deref();
    // Of code and assets the plan can only say that it does not know.
    let told = |change: &Change| {
        change.sign == Sign::Unknown && matches!(change.aspect, Aspect::Code | Aspect::Assets)
    };
    let else_changes = service.changes.iter().any(|change| change.is_effective() && !told(change));
    serves && same && !else_changes && service.unknown().next().is_none()
}
