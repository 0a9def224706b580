//! `pnpm-lock.yaml`, versions 5, 6 and 9.
//!
//! pnpm writes it with one key per line and two spaces per level, so a list of the keys that are
//! open is all the YAML that it takes.

use std::collections::HashMap;

use semver::Version;

use super::{WRANGLER, version};

pub(super) fn parse(text: &str) -> HashMap<Box<str>, Version> {
    let mut versions = HashMap::new();
    let mut open: Vec<(usize, &str)> = Vec::new();
    let mut relevant = false;
    for line in text.lines() {
        let content = line.trim_start();
        let indent = line.len() - content.len();
        // Most of the file is `packages:` and `snapshots:`, each line of which is passed over.
        if content.is_empty() || (indent > 0 && !relevant) {
            continue;
        }
        let (key, value) = content.split_once(':').unwrap_or((content, ""));
        let key = unquoted(key);
        if indent == 0 {
            relevant = key == "importers" || is_group(key);
        }
        open.truncate(open.partition_point(|(outer, _)| *outer < indent));
        open.push((indent, key));
        if let Some(folder) = folder(&open)
            && let Some(version) = resolved(unquoted(value))
        {
            versions.entry(folder.into()).or_insert(version);
        }
    }
    versions
}

/// The folder whose version of Wrangler a line holds, if it does hold one.
fn folder<'a>(open: &[(usize, &'a str)]) -> Option<&'a str> {
    let keys: Vec<&str> = open.iter().map(|(_, key)| *key).collect();
    let (folder, rest) = match keys.as_slice() {
        ["importers", folder, rest @ ..] => (if *folder == "." { "" } else { folder }, rest),
        rest => ("", rest),
    };
    match rest {
        [group, WRANGLER] | [group, WRANGLER, "version"] if is_group(group) => Some(folder),
        _ => None,
    }
}

fn is_group(key: &str) -> bool {
    matches!(key, "dependencies" | "devDependencies" | "optionalDependencies")
}

fn unquoted(text: &str) -> &str {
    text.trim().trim_matches(['\'', '"'])
}

/// A version without the peers it was resolved with: `4.1.0(x@1)`, before pnpm 8 `4.1.0_x@1`.
fn resolved(text: &str) -> Option<Version> {
    version(text.split(['(', '_']).next()?)
}

#[cfg(test)]
mod tests {
    use super::super::{Lock, Manager};

    fn version(text: &str, folder: &str) -> Option<String> {
        Lock::parse(Manager::Pnpm, text).version(folder, None).map(ToString::to_string)
    }

    const NINE: &str = "\
lockfileVersion: '9.0'

settings:
  autoInstallPeers: true

importers:

  .:
    devDependencies:
      turbo:
        specifier: ^2.0.0
        version: 2.5.0
      wrangler:
        specifier: 'catalog:'
        version: 4.20.0(@cloudflare/workers-types@4.20250601.0)

  'apps/old':
    dependencies:
      hono:
        specifier: ^4.0.0
        version: 4.7.0
    devDependencies:
      wrangler:
        specifier: ^3.0.0
        version: 3.114.0

  apps/linked:
    devDependencies:
      wrangler:
        specifier: workspace:*
        version: link:../../packages/wrangler

packages:

  wrangler@3.114.0:
    resolution: {integrity: sha512-x}
    version: 9.9.9

snapshots:

  wrangler@3.114.0:
    dependencies:
      wrangler: 9.9.9
";

    #[test]
    fn version_9() {
        assert_eq!(version(NINE, "").as_deref(), Some("4.20.0"));
        assert_eq!(version(NINE, "apps/new").as_deref(), Some("4.20.0"));
        assert_eq!(version(NINE, "apps/old").as_deref(), Some("3.114.0"));
        assert_eq!(version(&NINE.replace('\n', "\r\n"), "apps/old").as_deref(), Some("3.114.0"));
    }

    #[test]
    fn two_documents() {
        let text = format!(
            "---\nlockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    packageManagerDependencies:\n      \
             pnpm:\n        version: 11.0.0\n\n---\n{NINE}"
        );
        assert_eq!(version(&text, "apps/old").as_deref(), Some("3.114.0"));
    }

    #[test]
    fn versions_5_and_6() {
        let five = "lockfileVersion: 5.4\n\nspecifiers:\n  wrangler: ^2.0.0\n\ndevDependencies:\n  \
                    wrangler: 2.20.0_abc@1.0.0\n\npackages:\n\n  /wrangler/2.20.0:\n    dev: true\n";
        assert_eq!(version(five, "").as_deref(), Some("2.20.0"));
        let workspaces = "lockfileVersion: 5.4\n\nimporters:\n\n  apps/api:\n    specifiers:\n      \
                          wrangler: 2.1.0\n    devDependencies:\n      wrangler: 2.1.0\n";
        assert_eq!(version(workspaces, "apps/api").as_deref(), Some("2.1.0"));
        assert_eq!(version(workspaces, "apps"), None);
        let six = "lockfileVersion: '6.0'\n\ndependencies:\n  wrangler:\n    specifier: ^3.0.0\n    \
                   version: 3.1.0(x@1)\n";
        assert_eq!(version(six, "a").as_deref(), Some("3.1.0"));
    }

    #[test]
    fn nonsense_says_nothing() {
        for text in ["", ":", "\t", "importers:\n  x", "devDependencies:\n  wrangler:\n"] {
            assert_eq!(version(text, ""), None, "{text:?}");
        }
    }
}
