//! Lock files: which version of Wrangler a package manager installs for a folder.
//!
//! A lock file may have 50,000 lines of which three matter, so none is turned into a whole tree
//! where that can be avoided.

mod bun;
mod npm;
mod pnpm;
mod yarn;

use std::collections::HashMap;

use semver::{Version, VersionReq};
use serde::Deserialize;

use crate::core::model::path::ancestors;

/// The package that is looked for.
const WRANGLER: &str = "wrangler";

/// Who wrote a lock file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manager {
    /// npm: `package-lock.json`, `npm-shrinkwrap.json`.
    Npm,
    /// pnpm: `pnpm-lock.yaml`.
    Pnpm,
    /// Yarn, classic and berry: `yarn.lock`.
    Yarn,
    /// Bun: `bun.lock`. Its binary predecessor `bun.lockb` is not read.
    Bun,
}

/// The lock files by name.
pub const NAMES: [(&str, Manager); 5] = [
    ("bun.lock", Manager::Bun),
    ("npm-shrinkwrap.json", Manager::Npm),
    ("package-lock.json", Manager::Npm),
    ("pnpm-lock.yaml", Manager::Pnpm),
    ("yarn.lock", Manager::Yarn),
];

/// What a lock file says about Wrangler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lock {
    /// The version by folder, relative to the lock file's own, which is the empty text.
    ByFolder(HashMap<Box<str>, Version>),
    /// The version by the range that `package.json` asks for.
    ByRange(Vec<(Box<str>, Version)>),
}

impl Lock {
    /// Reads a lock file. One that cannot be understood says nothing.
    pub fn parse(manager: Manager, text: &str) -> Self {
        match manager {
            Manager::Npm => Self::ByFolder(npm::parse(text)),
            Manager::Pnpm => Self::ByFolder(pnpm::parse(text)),
            Manager::Bun => Self::ByFolder(bun::parse(text)),
            Manager::Yarn => Self::ByRange(yarn::parse(text)),
        }
    }

    /// The version that a folder gets, as Node looks for it: its own, else the one of the nearest
    /// folder above. `range` is what the folder's manifest asks for, where one does.
    pub fn version(&self, folder: &str, range: Option<&str>) -> Option<&Version> {
        match self {
            Self::ByFolder(versions) => ancestors(folder).find_map(|folder| versions.get(folder)),
            Self::ByRange(versions) => {
                let asked = versions.iter().find(|(known, _)| Some(&**known) == range);
                let (_, first) = asked.or(versions.first())?;
                let only = versions.iter().all(|(_, version)| version == first);
                (asked.is_some() || only).then_some(first)
            }
        }
    }
}

/// The range in which a `package.json` asks for Wrangler, if it mentions it.
pub fn range(package_json: &str) -> Option<Box<str>> {
    #[derive(Default, Deserialize)]
    #[serde(default, rename_all = "camelCase")]
    struct Manifest {
        dependencies: Dependencies,
        dev_dependencies: Dependencies,
        optional_dependencies: Dependencies,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Dependencies {
        wrangler: Option<Box<str>>,
    }
    let manifest: Manifest = serde_json::from_str(package_json).ok()?;
    let fields = [manifest.dependencies, manifest.dev_dependencies, manifest.optional_dependencies];
    fields.into_iter().find_map(|field| field.wrangler)
}

/// The version of a range that allows just one: `4.20.0`.
pub fn exact(range: &str) -> Option<Version> {
    version(range.trim().trim_start_matches(['=', 'v']))
}

/// Whether a range surely excludes a version. Ranges in words that only npm knows exclude nothing.
pub fn excludes(range: &str, version: &Version) -> bool {
    exact(range).is_some_and(|exact| exact != *version)
        || VersionReq::parse(range).is_ok_and(|range| !range.matches(version))
}

/// A version of Wrangler. The numbers of previews of pull requests (`0.0.0-…`) and of workspace
/// packages (`0.0.0-use.local`) say nothing about what it can do.
fn version(text: &str) -> Option<Version> {
    let version = Version::parse(text).ok()?;
    (version.major > 0).then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_above() {
        assert_eq!(ancestors("a/b").collect::<Vec<_>>(), ["a/b", "a", ""]);
        assert_eq!(ancestors("").collect::<Vec<_>>(), [""]);
    }

    #[test]
    fn ranges() {
        let range = |text| range(text).as_deref().map(str::to_owned);
        assert_eq!(range(r#"{"devDependencies":{"a":"1","wrangler":"^4"}}"#), Some("^4".into()));
        assert_eq!(range(r#"{"dependencies":{"wrangler":"4.1.0"}}"#), Some("4.1.0".into()));
        assert_eq!(range(r#"{"name":"x","dependencies":{}}"#), None);
        assert_eq!(range("{"), None);
        assert_eq!(exact("4.20.0"), Some(Version::new(4, 20, 0)));
        assert_eq!(exact("=v4.20.0"), Some(Version::new(4, 20, 0)));
        assert_eq!(exact("^4.20.0"), None);
        assert_eq!(exact("0.0.0-1234"), None);
    }

    #[test]
    fn only_what_is_certain_is_excluded() {
        let v4 = Version::new(4, 20, 0);
        assert!(excludes("^3.0.0", &v4) && excludes("4.19.0", &v4));
        for range in ["^4.0.0", "4.20.0", "4", "*", "latest", "^3 || ^4", "catalog:", "workspace:*"]
        {
            assert!(!excludes(range, &v4), "{range}");
        }
    }
}
