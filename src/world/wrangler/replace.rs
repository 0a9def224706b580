//! Being Wrangler: a run in the place of this process.

use std::ffi::OsStr;
use std::path::Path;
use std::process::ExitStatus;

use super::{Wrangler, WranglerError};

impl Wrangler {
    /// Becomes Wrangler: on Unix the same process, with its terminal, its signals and its whole
    /// environment, in which nothing of clodo is left to come between. That does not return.
    /// Elsewhere it is a child with the same console, and how it ended is returned.
    ///
    /// # Errors
    /// Where it cannot be started.
    pub fn replace(
        &self,
        folder: &Path,
        arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
    ) -> Result<ExitStatus, WranglerError> {
        let mut command = self.command();
        command.args(arguments).current_dir(folder);
        #[cfg(unix)]
        return Err(std::os::unix::process::CommandExt::exec(&mut command).into());
        #[cfg(not(unix))]
        return Ok(command.status()?);
    }
}
