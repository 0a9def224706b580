//! `bun.lock`: JSON with comments.
//!
//! `packages` has the shared version under `wrangler`, and one that a workspace has for itself
//! under the workspace's package name: `shop-api/wrangler`.

use std::collections::HashMap;

use semver::Version;

use super::{WRANGLER, version};
use crate::core::config::jsonc;
use crate::core::model::{Object, Value};

pub(super) fn parse(text: &str) -> HashMap<Box<str>, Version> {
    let Ok(root) = jsonc::parse(text) else { return HashMap::new() };
    let table = |key| root.get(key).and_then(Value::as_object).map(|o: &Object| &*o.entries);
    let workspaces: HashMap<&str, &str> = table("workspaces")
        .unwrap_or_default()
        .iter()
        .filter_map(|entry| Some((entry.value.get("name")?.as_str()?, &*entry.key)))
        .collect();
    let packages = table("packages").unwrap_or_default().iter();
    packages
        .filter_map(|entry| {
            let folder = match &*entry.key {
                WRANGLER => "",
                key => workspaces.get(key.strip_suffix("/wrangler")?)?,
            };
            let resolved = entry.value.items().first()?.as_str()?.strip_prefix("wrangler@")?;
            Some((folder.into(), version(resolved)?))
        })
        .collect()
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
    "": { "name": "shop", "devDependencies": { "wrangler": "^4.0.0", }, },
    "apps/old": { "name": "@shop/old", "devDependencies": { "wrangler": "^3.0.0", }, },
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
    }

    #[test]
    fn nonsense_says_nothing() {
        for text in ["", "{", "[]", r#"{"packages":{"wrangler":[]}}"#] {
            assert_eq!(version(text, ""), None, "{text}");
        }
    }
}
