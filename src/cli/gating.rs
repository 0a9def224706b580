//! What `clodo deploy` and `clodo gate` have in common.

use clap::Args;

use crate::core::gate::ClaimKind;
use crate::flow::gate::Plea;

/// What is claimed of the gate.
#[derive(Debug, Args)]
pub(super) struct Exception {
    /// Pass the gate in an emergency, if clodo.yml lets you: somebody must look at it within 24 hours
    #[arg(long, requires = "reason", requires = "incident")]
    emergency: bool,

    /// Deploy outside of the windows and in a freeze, if clodo.yml lets you
    #[arg(long = "override", requires = "reason", conflicts_with = "emergency")]
    exception: bool,

    /// The incident that it is about
    #[arg(long, value_name = "ID")]
    incident: Option<String>,
}

impl Exception {
    /// The claim, with its reason.
    pub(super) fn plea(&self, reason: Option<&str>) -> Option<Plea> {
        let kind = match (self.emergency, self.exception) {
            (true, _) => ClaimKind::Emergency,
            (false, true) => ClaimKind::Override,
            (false, false) => return None,
        };
        let reason = reason.unwrap_or_default().to_owned();
        Some(Plea { kind, reason, incident: self.incident.clone() })
    }
}
