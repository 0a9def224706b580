//! `clodo gaps`: read the work tree, and say what its deployments need.

use super::check::{self, CheckError, Request};
use crate::core::gaps::{ServiceNeeds, needs};

/// What the services need.
pub fn gaps(request: &Request) -> Result<Vec<ServiceNeeds>, CheckError> {
    let (settings, _) = check::read_settings(request)?;
    let workspace = check::read_workspace(request, &settings)?;
    Ok(needs(&workspace, &request.environments))
}
