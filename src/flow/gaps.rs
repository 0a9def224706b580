//! `clodo gaps`: read the work tree, and say what its deployments need.

use super::project::{Project, ProjectError, Request};
use crate::core::gaps::{ServiceNeeds, needs};

/// What the services need.
pub fn gaps(request: &Request) -> Result<Vec<ServiceNeeds>, ProjectError> {
    let project = Project::read(request)?;
    Ok(needs(&project.workspace, &request.environments, project.snapshot.as_ref()))
}
