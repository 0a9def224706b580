//! `clodo env`: where this runs.

use std::path::Path;

use crate::core::model::context::{CiContext, Malformed};
use crate::world::{ci, git};

/// What is known of this run; `folder` is the one to work in.
pub fn context(folder: &Path) -> Result<CiContext, Malformed> {
    ci::detect_here(&git::answers(folder))
}
