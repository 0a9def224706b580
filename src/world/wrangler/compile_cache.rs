//! What Node made of Wrangler's code, kept from one run to the next.

use std::env;
use std::ffi::OsString;

use tempfile::TempDir;

/// Names the folder; Node has it since 22.1.0, and one that is older looks past it
/// (<https://nodejs.org/api/module.html#module-compile-cache>).
const VARIABLE: &str = "NODE_COMPILE_CACHE";

/// A folder for the runs of one command, removed with this. Wrangler is one file of 15 MB, of which a
/// run spends a seventh of its time on compiling (docs/performance.md).
///
/// It is never longer kept: whoever can write into it says what Wrangler does. Within one command
/// those are the builds of the project, which stand beside Wrangler anyway.
#[derive(Debug)]
pub struct CompileCache(Option<TempDir>);

impl CompileCache {
    /// For so many runs. Of a single one there is nothing to keep, and where the user keeps it,
    /// it is the user's.
    pub fn for_runs(count: usize) -> Self {
        let is_wanted = count > 1 && env::var_os(VARIABLE).is_none();
        // Without one it is slower, and nothing else.
        Self(is_wanted.then(|| tempfile::tempdir().ok()).flatten())
    }

    /// What a run gets of it.
    pub fn variables(&self) -> Vec<(String, OsString)> {
        let folder = self.0.iter().map(|folder| folder.path().into());
        folder.map(|folder| (VARIABLE.to_owned(), folder)).collect()
    }
}
