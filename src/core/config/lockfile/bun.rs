//! `bun.lock`: JSON with trailing commas, of which Bun writes one entry per line and two spaces
//! per level.
//!
//! `packages` has the shared version under `wrangler`, and one that a workspace has for itself
//! under the workspace's package name: `shop-api/wrangler`.

use std::collections::HashMap;

use semver::Version;

use super::{WRANGLER, version};

pub(super) fn parse(text: &str) -> HashMap<Box<str>, Version> {
    let mut versions = HashMap::new();
    // The folders of the workspaces by the names of their packages.
    let mut folders: HashMap<&str, &str> = HashMap::new();
    let (mut section, mut folder) = ("", "");
    for line in text.lines() {
        let content = line.trim_start();
        let Some((key, value)) = content.split_once("\": ") else { continue };
        let key = key.trim_start_matches('"');
        match (line.len() - content.len(), section) {
            (2, _) => section = key,
            (4, "workspaces") => folder = key,
            (6, "workspaces") if key == "name" => {
                folders.insert(value.trim_matches(['"', ',']), folder);
            }
            (4, "packages") => {
                let for_folder = match key {
                    WRANGLER => Some(&""),
                    key => key.strip_suffix("/wrangler").and_then(|name| folders.get(name)),
                };
                if let Some(folder) = for_folder
                    && let Some(version) = resolved(value)
                {
                    versions.insert((*folder).into(), version);
                }
            }
            _ => {}
        }
    }
    versions
}

/// The version in `["wrangler@4.20.0", …`.
fn resolved(value: &str) -> Option<Version> {
    version(value.strip_prefix("[\"wrangler@")?.split('"').next()?)
}

#[cfg(test)]
mod tests {
    use super::super::{Lock, Manager};

    fn version(text: &str, folder: &str) -> Option<String> {
        Lock::parse(Manager::Bun, text).version(folder, None).map(ToString::to_string)
    }

    #[test]
    fn shared_and_own_versions() {
        let text = r#"{
  "lockfileVersion": 1,
  "workspaces": {
    "": {
      "name": "shop",
    },
    "apps/old": {
      "name": "@shop/old",
      "devDependencies": {
        "wrangler": "^3.0.0",
      },
    },
  },
  "packages": {
    "@shop/old": ["@shop/old@workspace:apps/old"],

    "wrangler": ["wrangler@4.20.0", "", { "bin": { "wrangler": "x" } }, "sha512-x"],

    "@shop/old/wrangler": ["wrangler@3.114.0", "", {}, "sha512-x"],

    "pool/wrangler": ["wrangler@9.0.0", "", {}, "sha512-x"],
  }
}"#;
        assert_eq!(version(text, "").as_deref(), Some("4.20.0"));
        assert_eq!(version(text, "apps/new").as_deref(), Some("4.20.0"));
        assert_eq!(version(text, "apps/old").as_deref(), Some("3.114.0"));
        assert_eq!(version(&text.replace('\n', "\r\n"), "apps/old").as_deref(), Some("3.114.0"));
    }

    #[test]
    fn nonsense_says_nothing() {
        for text in ["", "{", "[]", "  \"packages\": {\n    \"wrangler\": [],\n", "\": \n\"\": "] {
            assert_eq!(version(text, ""), None, "{text}");
        }
    }
}
