//! `clodo check --staged`: the same check, of what a commit would hold.

use std::path::Path;

use super::check::{self, Checked};
use super::project::{ProjectError, Request};
use crate::world::git::Index;

/// Checks the index of the repository in which the root lies. Paths are shown as they are in the
/// work tree.
pub fn check(request: &Request) -> Result<Checked, ProjectError> {
    let index = Index::copy(&request.root)?;
    let inside = |path: &Path| index.inside(path);
    check::check(&Request {
        root: index.root().to_owned(),
        paths: request.paths.iter().map(|path| inside(path)).collect(),
        account: request.account.as_deref().map(|path| request.root.join(path)),
        config: request.config.as_deref().map(inside),
        baseline: request.baseline.as_deref().map(inside),
        ..request.clone()
    })
}
