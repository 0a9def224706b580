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
    /// Parts of the account about which Cloudflare gave no usable answer, in words.
    pub unseen: Vec<String>,
    /// What came of the checks.
    pub checks: Vec<Outcome>,
}

/// What a look comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Everything is as it should be.
    Well,
    /// Something is not.
    NotWell,
    /// Nothing is known to be wrong; but Cloudflare did not tell all of it.
    Unseen,
}

/// What serves of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceState {
    /// The service.
    pub service: String,
    /// Its Worker.
    pub worker: String,
    /// What serves: versions, and their share of the requests; else why nobody could see it.
    pub serves: Result<Vec<Share>, String>,
    /// How that differs from what was recorded, in words. `None` where it does not, or where nothing
    /// was recorded.
    pub differs: Option<String>,
}

impl Verified {
    /// What it comes to. What the token may not see of the rest counts for nothing; but without
    /// knowing what serves nobody can say that it is well.
    pub fn condition(&self) -> Condition {
        let is_well = self.drift.services.iter().all(|service| service.changes.is_empty())
            && self.services.iter().all(|service| service.differs.is_none())
            && self.checks.iter().all(Outcome::passed);
        let is_seen =
            self.unseen.is_empty() && self.services.iter().all(|service| service.serves.is_ok());
        match (is_well, is_seen) {
            (false, _) => Condition::NotWell,
            (true, false) => Condition::Unseen,
            (true, true) => Condition::Well,
        }
    }
}
