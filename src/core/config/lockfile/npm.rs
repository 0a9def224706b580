//! `package-lock.json` and `npm-shrinkwrap.json`, versions 1 to 3.

use std::collections::HashMap;
use std::fmt;

use semver::Version;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

use super::version;

/// Where npm puts the package, below the folder that it is for.
const INSTALLED: &str = "node_modules/wrangler";

pub(super) fn parse(text: &str) -> HashMap<Box<str>, Version> {
    let file: File = serde_json::from_str(text).unwrap_or_default();
    let Packages(mut versions) = file.packages;
    // Version 1 has this alone; version 2 repeats it for old readers.
    if let Some(top) = file.dependencies.wrangler.and_then(Package::version) {
        versions.entry("".into()).or_insert(top);
    }
    versions
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct File {
    packages: Packages,
    dependencies: Top,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Top {
    wrangler: Option<Package>,
}

#[derive(Deserialize)]
struct Package {
    /// Absent for a link to a workspace package.
    version: Option<String>,
}

impl Package {
    fn version(self) -> Option<Version> {
        version(&self.version?)
    }
}

/// The versions of Wrangler by folder; every other package is passed over.
#[derive(Default)]
struct Packages(HashMap<Box<str>, Version>);

impl<'de> Deserialize<'de> for Packages {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Paths;
        impl<'de> Visitor<'de> for Paths {
            type Value = Packages;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("packages by path")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Packages, M::Error> {
                let mut versions = HashMap::new();
                while let Some(path) = map.next_key::<String>()? {
                    match path.strip_suffix(INSTALLED).map(|folder| folder.trim_end_matches('/')) {
                        // One that is installed for another package is not for a folder of ours.
                        Some(folder) if !folder.contains("node_modules") => {
                            if let Some(version) = map.next_value::<Package>()?.version() {
                                versions.insert(folder.into(), version);
                            }
                        }
                        _ => drop(map.next_value::<IgnoredAny>()?),
                    }
                }
                Ok(Packages(versions))
            }
        }
        deserializer.deserialize_map(Paths)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Lock, Manager};

    fn version(text: &str, folder: &str) -> Option<String> {
        Lock::parse(Manager::Npm, text).version(folder, None).map(ToString::to_string)
    }

    #[test]
    fn version_3_with_workspaces() {
        let text = r#"{ "name": "shop", "lockfileVersion": 3, "packages": {
            "": { "workspaces": ["apps/*"] },
            "apps/old": { "devDependencies": { "wrangler": "^3" } },
            "apps/old/node_modules/wrangler": { "version": "3.114.0", "dev": true },
            "node_modules/@x/wrangler": { "version": "9.0.0" },
            "node_modules/pool/node_modules/wrangler": { "version": "8.0.0" },
            "node_modules/wrangler": { "version": "4.20.0", "bin": { "wrangler": "x" } }
        } }"#;
        assert_eq!(version(text, "").as_deref(), Some("4.20.0"));
        assert_eq!(version(text, "apps/new").as_deref(), Some("4.20.0"));
        assert_eq!(version(text, "apps/old").as_deref(), Some("3.114.0"));
        assert_eq!(version(text, "apps/old/worker").as_deref(), Some("3.114.0"));
    }

    #[test]
    fn versions_1_and_2() {
        let one = r#"{ "lockfileVersion": 1, "dependencies": {
            "a": { "version": "1.0.0", "dependencies": { "wrangler": { "version": "2.0.0" } } },
            "wrangler": { "version": "2.20.0", "requires": { "esbuild": "0.16.3" } } } }"#;
        assert_eq!(version(one, "x").as_deref(), Some("2.20.0"));
        let two = r#"{ "lockfileVersion": 2,
            "packages": { "node_modules/wrangler": { "version": "3.0.0" } },
            "dependencies": { "wrangler": { "version": "3.0.0" } } }"#;
        assert_eq!(version(two, "x").as_deref(), Some("3.0.0"));
    }

    #[test]
    fn links_and_nonsense_say_nothing() {
        let link = r#"{ "packages": { "node_modules/wrangler": { "link": true } } }"#;
        for text in [link, "", "[]", "{", r#"{ "packages": 7 }"#] {
            assert_eq!(version(text, ""), None, "{text}");
        }
    }
}
