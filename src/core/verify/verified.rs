//! What a look at an environment found.

use super::Outcome;
use crate::core::model::account::Share;
use crate::core::plan::Drift;

/// What was found.
#[derive(Clone, Debug)]
pub struct Verified {
    /// The environment, as people name it.
    pub environment: String,
    /// What runs otherwise than the configuration says.
    pub drift: Drift,
    /// The services, in the order of their configurations' paths.
    pub services: Vec<ServiceState>,
    /// What came of the checks.
    pub checks: Vec<Outcome>,
}

/// What serves of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceState {
    /// The service.
    pub service: String,
    /// Its Worker.
    pub worker: String,
    /// What serves: versions, and their share of the requests.
    pub serves: Vec<Share>,
    /// How that differs from what was recorded, in words. `None` where it does not, or where nothing
    /// was recorded.
    pub differs: Option<String>,
}

impl Verified {
    /// Whether everything is as it should be, as far as it could be seen.
    pub fn is_well(&self) -> bool {
        self.drift.services.iter().all(|service| service.changes.is_empty())
            && self.services.iter().all(|service| service.differs.is_none())
            && self.checks.iter().all(Outcome::passed)
    }
}
