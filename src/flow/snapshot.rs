//! `clodo snapshot`: a picture of the accounts that the services of a work tree deploy to.

use super::project::{Project, ProjectError, Request};
use super::sight::{self, Looked};
use crate::core::model::Sight;
use crate::core::model::account::Snapshot;

/// A picture, and what there is to say of it.
#[derive(Debug)]
pub struct Taken {
    /// The picture.
    pub snapshot: Snapshot,
    /// What was seen, and what could not be.
    pub sight: Sight,
    /// How it was looked at.
    pub looked: Looked,
}

/// Takes the picture. `None` where there is no service.
pub fn take(request: &Request) -> Result<Option<Taken>, ProjectError> {
    let project = Project::read(request)?;
    let off = super::project::off(&project.settings);
    let seen = project.snapshot.zip(project.looked);
    Ok(seen.map(|(snapshot, looked)| {
        let sight = sight::describe(&snapshot, &looked, &off);
        Taken { snapshot, sight, looked }
    }))
}
