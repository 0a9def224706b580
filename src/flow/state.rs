//! Where a project's state is kept.

use std::path::Path;

use crate::core::config::clodo_yml::Settings;
use crate::world::store::Place;

/// The place.
pub fn place(root: &Path, _settings: &Settings) -> Place {
    Place::Sqlite(root.join(".clodo/state.db"))
}
