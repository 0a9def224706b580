//! `clodo gaps`: read the work tree, look at the account, and say what deployments need.

use super::project::{Project, ProjectError, Request, off};
use super::sight::{self, Looked};
use crate::core::gaps::{ServiceNeeds, needs};
use crate::core::model::Sight;

/// What the services need, and how that is known.
#[derive(Debug)]
pub struct Gaps {
    /// What they need.
    pub services: Vec<ServiceNeeds>,
    /// What was seen of the account, and what could not be; `None` where nobody looked.
    pub sight: Option<Sight>,
    /// How it was looked at.
    pub looked: Option<Looked>,
}

/// What the services need.
pub fn gaps(request: &Request) -> Result<Gaps, ProjectError> {
    let Project { workspace, settings, snapshot, looked, .. } = Project::read(request)?;
    let services =
        needs(&workspace, &request.environments, snapshot.as_ref(), settings.state_database());
    let seen = snapshot.as_ref().zip(looked.as_ref());
    let sight = seen.map(|(snapshot, looked)| sight::describe(snapshot, looked, &off(&settings)));
    Ok(Gaps { services, sight, looked })
}
