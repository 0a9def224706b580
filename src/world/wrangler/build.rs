//! Building a Worker without deploying it: `wrangler deploy --dry-run`, which asks no account.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io, thread};

use super::compile_cache::CompileCache;
use super::environment::Access;
use super::run::{Call, Ran};
use super::{Wrangler, WranglerError};
use crate::core::plan::{bundle_digest, bundle_stack};

/// How long a build may take: as long as the build of a large application does.
const LIMIT: Duration = Duration::from_secs(15 * 60);

/// What to build.
#[derive(Clone, Debug)]
pub struct Source<'a> {
    /// The folder of the service.
    pub folder: &'a Path,
    /// Its configuration.
    pub config: &'a Path,
    /// The environment to choose; `""` is the top level. `None`: there is nothing to choose from.
    pub environment: Option<&'a str>,
    /// What builds beside it share.
    pub cache: &'a CompileCache,
}

/// What a build left.
#[derive(Clone, Debug)]
pub struct Output {
    /// How Wrangler ended, and what it said.
    pub ran: Ran,
    /// The files that it wrote, by their paths.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Output {
    /// What a run left in a folder.
    ///
    /// # Errors
    /// Where that cannot be read.
    pub fn of(ran: Ran, folder: &Path) -> io::Result<Self> {
        Ok(Self { ran, files: files(folder)? })
    }

    /// The digest of the code that would be uploaded; `None` where there is none.
    pub fn digest(&self) -> Option<String> {
        /// What reading takes beside the levels of the code.
        const SPARE: usize = 1024 * 1024;
        let stack = bundle_stack(&self.files);
        thread::scope(|scope| {
            let builder = thread::Builder::new().stack_size(stack + SPARE);
            let started = builder.spawn_scoped(scope, || bundle_digest(&self.files, stack));
            started.ok().and_then(|thread| thread.join().ok())
        })
        .unwrap_or_else(|| bundle_digest(&self.files, 0))
    }

    /// What Wrangler noted of what it built: with a deployment, or with an upload alone.
    fn event(&self) -> Option<&serde_json::Value> {
        self.ran.event("deploy").or_else(|| self.ran.event("version-upload"))
    }

    /// A size that Wrangler noted: `raw_bytes` or `gzip_bytes`.
    pub fn bytes(&self, key: &str) -> Option<u64> {
        self.event()?.get("bundle_size")?.get(key)?.as_u64()
    }
}

impl Wrangler {
    /// Builds what a deployment would upload. No credential reaches the build.
    ///
    /// # Errors
    /// Where Wrangler cannot be run. That the build fails is no error of this.
    pub async fn build(&self, source: &Source<'_>) -> Result<Output, WranglerError> {
        let folder = tempfile::tempdir()?;
        let mut arguments: Vec<OsString> =
            ["deploy", "--dry-run", "--outdir"].map(OsString::from).into();
        arguments.push(folder.path().into());
        arguments.push("--config".into());
        arguments.push(source.config.into());
        if let Some(environment) = source.environment {
            arguments.push(format!("--env={environment}").into());
        }
        let call = Call {
            folder: source.folder,
            arguments,
            access: Access::Files,
            variables: source.cache.variables(),
            timeout: LIMIT,
        };
        let ran = self.run(&call).await?;
        Ok(Output::of(ran, folder.path())?)
    }
}

/// Every file below a folder, by its path with `/` between the parts.
fn files(root: &Path) -> io::Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    let mut folders: Vec<(PathBuf, String)> = vec![(root.to_owned(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
            match entry.file_type()?.is_dir() {
                true => folders.push((entry.path(), format!("{path}/"))),
                false => drop(files.insert(path, fs::read(entry.path())?)),
            }
        }
    }
    Ok(files)
}
