//! Where the policy comes from.

use std::path::Path;

use crate::core::config::clodo_yml::Gate;
use crate::core::model::context::CiContext;
use crate::exit::Exit;
use crate::flow::project::{ProjectError, Request, settings};
use crate::world::forge::Evidence;

/// Why there is no policy.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// It cannot be read.
    #[error(transparent)]
    Project(#[from] ProjectError),
}

impl PolicyError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        let Self::Project(error) = self;
        error.hint().into_owned()
    }

    /// How a command ends with it.
    pub fn exit(&self) -> Exit {
        Exit::Denied
    }
}

/// The gate of an environment.
///
/// # Errors
/// Where it cannot be read.
pub async fn policy(
    _root: &Path,
    request: &Request,
    _context: &CiContext,
    _forge: Option<&dyn Evidence>,
    environment: &str,
) -> Result<Option<Gate>, PolicyError> {
    Ok(settings(request)?.environment(environment).and_then(|one| one.gate.clone()))
}
