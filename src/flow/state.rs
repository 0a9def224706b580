//! Where clodo keeps what it remembers.

use std::path::Path;

use crate::core::config::clodo_yml::Settings;
use crate::world::git;
use crate::world::store::Place;

/// The file, below the root of the repository.
const FILE: &str = ".clodo/state.db";

/// Where the state of the project in a folder is.
pub fn place(folder: &Path, _settings: &Settings) -> Place {
    let root = git::answers(folder).top;
    let root = root.as_deref().map_or(folder, Path::new);
    Place::Sqlite(root.join(FILE))
}
