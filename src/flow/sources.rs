//! The sources of a service, by which a deployment tells that it has to be built again, before anything
//! is built.

use std::path::Path;

use crate::core::canonical::{digest_of, sha256};
use crate::core::config::wrangler::Environment;
use crate::core::model::path::parent;
use crate::core::model::{FileId, Workspace};
use crate::core::source::{ImportFact, Module, Specifier};
use crate::world::files;

/// What stands for the modules that people wrote of a service, as they are now, as 64 hexadecimal
/// digits. The same can give another bundle, by another package or setting; another seldom gives the
/// same. `None` where a tool makes its code, and where it may be that it does not build.
pub(super) fn sources(
    root: &Path,
    workspace: &Workspace,
    environment: &Environment<'_>,
) -> Option<String> {
    let facts = workspace.sources.handwritten(environment)?;
    let is_there = |import: &ImportFact| is_installed(root, workspace, import);
    if environment.has_build_command() || !facts.is_whole() || !facts.packages.iter().all(is_there)
    {
        return None;
    }
    let digest = |file: &FileId| {
        let path = &workspace.file(*file).path;
        let text = files::read_text(&root.join(path)).ok()?;
        Some(sha256(Module::essence(path, &text).as_bytes()))
    };
    let mut digests = facts.bundled.iter().map(digest).collect::<Option<Vec<String>>>()?;
    digests.sort_unstable();
    Some(digest_of(&serde_json::json!(digests)))
}

/// Whether a package lies where Node looks for it: in the folder of the module that asks for it, or in
/// one above.
fn is_installed(root: &Path, workspace: &Workspace, import: &ImportFact) -> bool {
    let Specifier::Package(package) = Specifier::of(&import.specifier) else { return false };
    let folder = root.join(parent(&workspace.file(import.place.file).path));
    let installed = Path::new("node_modules").join(package.name);
    folder.ancestors().any(|above| above.join(&installed).is_dir())
}
