//! The Node that runs a Wrangler.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use semver::{Version, VersionReq};

use super::WranglerError;

/// Names the Node to use, whatever `PATH` has.
pub(super) const VARIABLE: &str = "CLODO_NODE";

/// A Node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The program.
    pub path: PathBuf,
    /// Its version.
    pub version: Version,
}

impl Node {
    /// The Node of `CLODO_NODE`, else that of `PATH`; `None` where there is neither.
    pub(super) fn find(
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Option<Self>, WranglerError> {
        if let Some(named) = variable(VARIABLE).filter(|path| !path.is_empty()) {
            let path = PathBuf::from(named);
            return match version(&path) {
                Some(version) => Ok(Some(Self { path, version })),
                None => Err(WranglerError::BadNode(path)),
            };
        }
        let found = on_path("node", variable("PATH").as_deref());
        Ok(found.and_then(|path| Some(Self { version: version(&path)?, path })))
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
