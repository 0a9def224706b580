//! Which Wrangler a service gets, in the layouts of every package manager.

use super::WorkTree;

/// The version and its source, by service.
fn versions(tree: &WorkTree) -> Vec<Option<String>> {
    let workspace = tree.read();
    let pinned = |service| workspace.wrangler_of(service);
    let words = |pinned: &clodo::core::model::WranglerVersion| {
        format!("{} by {}", pinned.version, pinned.source)
    };
    workspace.services.iter().map(|service| pinned(service).map(words)).collect()
}

fn known(versions: &[&str]) -> Vec<Option<String>> {
    versions.iter().map(|version| Some(version.to_string())).collect()
}

const NPM: &str = r#"{ "lockfileVersion": 3, "packages": { "": { "workspaces": ["apps/*"] },
    "apps/old/node_modules/wrangler": { "version": "3.114.0" },
    "node_modules/wrangler": { "version": "4.20.0" } } }"#;

const PNPM: &str = "lockfileVersion: '9.0'\n\nimporters:\n\n  .: {}\n\n  apps/new:\n    devDependencies:\n      \
    wrangler:\n        specifier: ^4.0.0\n        version: 4.20.0(x@1)\n\n  apps/old:\n    devDependencies:\n      \
    wrangler:\n        specifier: ^3.0.0\n        version: 3.114.0\n\npackages:\n";

const YARN: &str = "# yarn lockfile v1\n\nwrangler@^3.0.0:\n  version \"3.114.0\"\n\n\
    wrangler@^4.0.0:\n  version \"4.20.0\"\n";

const BERRY: &str = "__metadata:\n  version: 8\n\n\"wrangler@npm:^3.0.0\":\n  version: 3.114.0\n\n\
    \"wrangler@npm:^4.0.0\":\n  version: 4.20.0\n";

const BUN: &str = r#"{
  "lockfileVersion": 1,
  "workspaces": {
    "": {
      "name": "shop",
    },
    "apps/old": {
      "name": "old",
      "devDependencies": {
        "wrangler": "^3.0.0",
      },
    },
  },
  "packages": {
    "wrangler": ["wrangler@4.20.0", "", {}, "sha512-x"],

    "old/wrangler": ["wrangler@3.114.0", "", {}, "sha512-x"],
  }
}
"#;

/// A monorepo with a service on each major version, and the marks of its build system.
fn monorepo(lock: &str, text: &str, extra: &[(&str, &str)]) -> WorkTree {
    let tree = WorkTree::services(&["apps/new", "apps/old"]);
    tree.write("package.json", r#"{ "name": "shop", "private": true, "workspaces": ["apps/*"] }"#);
    for (app, range) in [("new", "^4.0.0"), ("old", "^3.0.0")] {
        let manifest =
            format!(r#"{{ "name": "{app}", "devDependencies": {{ "wrangler": "{range}" }} }}"#);
        tree.write(&format!("apps/{app}/package.json"), manifest);
    }
    tree.write(lock, text);
    for (path, text) in extra {
        tree.write(path, text);
    }
    tree
}

#[test]
fn workspaces_of_every_package_manager() {
    let pnpm = ("pnpm-workspace.yaml", "packages: ['apps/*']\n");
    for (lock, text, extra) in [
        ("package-lock.json", NPM, vec![]),
        ("npm-shrinkwrap.json", NPM, vec![]),
        ("pnpm-lock.yaml", PNPM, vec![pnpm]),
        ("yarn.lock", YARN, vec![]),
        ("yarn.lock", BERRY, vec![(".yarnrc.yml", "nodeLinker: node-modules\n")]),
        ("bun.lock", BUN, vec![]),
        ("package-lock.json", NPM, vec![("nx.json", "{}"), ("apps/new/project.json", "{}")]),
        ("pnpm-lock.yaml", PNPM, vec![pnpm, ("turbo.json", "{}")]),
    ] {
        let tree = monorepo(lock, text, &extra);
        let expected = [format!("4.20.0 by {lock}"), format!("3.114.0 by {lock}")];
        assert_eq!(versions(&tree), known(&expected.each_ref().map(String::as_str)), "{extra:?}");
    }
}

#[test]
fn a_service_with_a_lock_file_of_its_own() {
    let tree = monorepo("package-lock.json", NPM, &[]);
    tree.write("apps/old/pnpm-lock.yaml", "devDependencies:\n  wrangler: 3.5.0\n");
    // A lock file that does not know Wrangler leaves the word to the one above it.
    tree.write("apps/new/package-lock.json", r#"{ "packages": {} }"#);
    let expected = ["4.20.0 by package-lock.json", "3.5.0 by apps/old/pnpm-lock.yaml"];
    assert_eq!(versions(&tree), known(&expected));
}

#[test]
fn a_lock_file_above_the_root_counts() {
    let tree = monorepo("package-lock.json", NPM, &[]);
    let workspace = tree.read_from("apps/new");
    let version = workspace.wrangler_of(&workspace.services[0]).expect("known");
    assert_eq!(version.source, "../../package-lock.json");
}

#[test]
fn without_a_lock_file_only_an_exact_version_is_known() {
    let tree = WorkTree::services(&["exact", "none", "range"]);
    tree.write("exact/package.json", r#"{ "devDependencies": { "wrangler": "4.20.0" } }"#);
    tree.write("range/package.json", r#"{ "devDependencies": { "wrangler": "^4.20.0" } }"#);
    // The binary format is not read.
    tree.write("range/bun.lockb", b"#!/usr/bin/env bun\nbun-lockfile-format-v0\n\0\xff");
    let expected = [Some("4.20.0 by exact/package.json".to_owned()), None, None];
    assert_eq!(versions(&tree), expected);
}

#[test]
fn what_contradicts_itself_is_not_known() {
    // Two package managers, of which one is forgotten.
    let tree = WorkTree::services(&["."]);
    tree.write("package-lock.json", NPM);
    tree.write("yarn.lock", "wrangler@^4:\n  version \"4.21.0\"\n");
    assert_eq!(versions(&tree), [None]);
    // They agree.
    tree.write("yarn.lock", "wrangler@^4:\n  version \"4.20.0\"\n");
    assert_eq!(versions(&tree), known(&["4.20.0 by package-lock.json"]));
    // The manifest asks for something else: the lock file is not for this folder, or old.
    tree.write("package.json", r#"{ "devDependencies": { "wrangler": "^3.0.0" } }"#);
    assert_eq!(versions(&tree), [None]);
    tree.write("package.json", r#"{ "devDependencies": { "wrangler": "3.1.0" } }"#);
    assert_eq!(versions(&tree), known(&["3.1.0 by package.json"]));
}

#[test]
fn a_generated_configuration_has_the_version_of_its_project() {
    let tree = WorkTree::of(&[
        ("web/wrangler.toml", ""),
        ("web/package.json", r#"{ "devDependencies": { "wrangler": "4.20.0" } }"#),
        ("web/.wrangler/deploy/config.json", r#"{"configPath":"../../../built/wrangler.json"}"#),
        ("built/wrangler.json", "{}"),
    ]);
    assert_eq!(versions(&tree), known(&["4.20.0 by web/package.json"]));
}

#[test]
fn equal_versions_are_kept_once() {
    let tree = WorkTree::services(&["apps/a", "apps/b", "apps/c"]);
    tree.write("package-lock.json", NPM);
    let workspace = tree.read();
    assert_eq!(workspace.wrangler_versions.len(), 1);
    assert!(workspace.services.iter().all(|service| service.wrangler == Some(0)));
}
