//! Where clodo keeps what it remembers.

use std::path::Path;

use super::project::{ProjectError, Request, read_settings};
use crate::world::git;
use crate::world::store::Place;

/// The file, below the root of the repository.
const FILE: &str = ".clodo/state.db";

/// Where the state of a project is.
///
/// # Errors
/// Where `clodo.yml` cannot be used.
pub fn place(request: &Request) -> Result<Place, ProjectError> {
    read_settings(request)?;
    let root = git::answers(&request.root).top;
    let root = root.as_deref().map_or(&*request.root, Path::new);
    Ok(Place::Sqlite(root.join(FILE)))
}
