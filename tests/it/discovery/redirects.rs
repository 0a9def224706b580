//! Build tools that have Wrangler use what they generated.

use std::fs::File;
use std::time::{Duration, SystemTime};

use super::{WorkTree, config_of, configs, side_files, skipped};

const DEPLOY: &str = ".wrangler/deploy/config.json";

/// A project as Vite leaves it after a build.
fn vite(folder: &str) -> WorkTree {
    let tree = WorkTree::new();
    let path =
        |file: &str| if folder.is_empty() { file.to_owned() } else { format!("{folder}/{file}") };
    tree.write(&path("wrangler.jsonc"), r#"{ "name": "shop" }"#);
    tree.write(
        &path(DEPLOY),
        r#"{"configPath":"../../dist/shop/wrangler.json","auxiliaryWorkers":[]}"#,
    );
    tree.write(&path("dist/shop/wrangler.json"), r#"{ "name": "shop-built" }"#);
    tree.write(".gitignore", "dist\n.wrangler\n");
    tree
}

fn touch(tree: &WorkTree, path: &str, seconds: u64) {
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000 + seconds);
    let file = File::options().write(true).open(tree.at(path)).expect("the file is there");
    file.set_modified(time).expect("times can be set");
}

#[test]
fn the_generated_configuration_is_the_service() {
    for folder in ["", "apps/shop"] {
        let tree = vite(folder);
        let workspace = tree.read();
        let [service] = &*workspace.services else { panic!("{:?}", configs(&workspace)) };
        assert!(config_of(&workspace, service).ends_with("dist/shop/wrangler.json"));
        assert_eq!(&*service.name, "shop-built");
        assert!(service.folder.ends_with("dist/shop"));
        let redirect = service.redirect.as_ref().expect("a redirect");
        assert!(workspace.file(redirect.file).path.ends_with(DEPLOY));
        let user = workspace.file(redirect.user_config.expect("a user's configuration"));
        assert!(user.path.ends_with("wrangler.jsonc") && user.text.contains("shop"));
        assert!(workspace.side_files.is_empty() && skipped(&workspace).is_empty());
    }
}

#[test]
fn a_user_configuration_that_is_newer_makes_it_stale() {
    let tree = vite("");
    for (user, generated, stale) in [(1, 2, false), (2, 2, false), (3, 2, true)] {
        touch(&tree, "wrangler.jsonc", user);
        touch(&tree, "dist/shop/wrangler.json", generated);
        let workspace = tree.read();
        assert_eq!(workspace.services[0].redirect.as_ref().map(|r| r.stale), Some(stale));
    }
}

#[test]
fn a_generated_configuration_is_not_a_service_of_its_own() {
    // Neither ignored nor named like the output of a build, and outside of the project.
    let tree = WorkTree::of(&[
        ("web/wrangler.toml", ""),
        (
            "web/.wrangler/deploy/config.json",
            r#"{"configPath":"../../../generated/wrangler.json"}"#,
        ),
        ("generated/wrangler.json", "{}"),
        ("generated/wrangler.toml", ""),
    ]);
    let workspace = tree.read();
    assert_eq!(configs(&workspace), ["generated/wrangler.json"]);
    assert!(workspace.services[0].redirect.is_some());
    assert!(workspace.side_files.is_empty(), "{:?}", side_files(&workspace));
    // Whoever asks for the output alone gets it, without a word about the redirect.
    let workspace = vite("").read_paths(&["dist"]);
    assert_eq!(configs(&workspace), ["dist/shop/wrangler.json"]);
    assert!(workspace.services[0].redirect.is_none());
    assert!(workspace.side_files.is_empty(), "{:?}", side_files(&workspace));
}

#[test]
fn a_build_tool_needs_no_user_configuration() {
    let tree = vite("");
    std::fs::remove_file(tree.at("wrangler.jsonc")).expect("removed");
    tree.write("src/", "");
    let workspace = tree.read();
    assert_eq!(configs(&workspace), ["dist/shop/wrangler.json"]);
    let redirect = workspace.services[0].redirect.as_ref().expect("a redirect");
    assert!(redirect.user_config.is_none() && !redirect.stale);
    // It is found from below as well.
    let workspace = tree.read_from("src");
    assert_eq!(configs(&workspace), ["../dist/shop/wrangler.json"]);
    assert!(workspace.services[0].redirect.is_some());
}

#[test]
fn a_redirect_is_found_from_below() {
    let tree = vite("");
    tree.write("src/", "");
    let workspace = tree.read_paths(&["src"]);
    assert_eq!(configs(&workspace), ["dist/shop/wrangler.json"]);
    assert!(workspace.services[0].redirect.as_ref().is_some_and(|r| r.user_config.is_some()));
}

#[test]
fn a_broken_redirect_is_reported_and_the_users_configuration_checked() {
    for (text, problem) in [
        ("{", "it is not JSON: "),
        ("{}", "it has no `configPath`"),
        (r#"{"configPath":["x"]}"#, "its `configPath` is a list, not a string"),
        (
            r#"{"configPath":"../../dist/x.json"}"#,
            "it leads to `dist/x.json`, which does not exist",
        ),
        (r#"{"configPath":"../../dist"}"#, "it leads to `dist`, which is a folder"),
    ] {
        let tree = vite("");
        tree.write(DEPLOY, text);
        let workspace = tree.read();
        assert_eq!(configs(&workspace), ["wrangler.jsonc"]);
        assert!(workspace.services[0].redirect.is_none());
        let [side] = &*side_files(&workspace) else { panic!("{:?}", workspace.side_files) };
        assert!(side.starts_with(&format!("{DEPLOY}: {problem}")), "{side}");
    }
}

#[test]
fn a_redirect_that_is_not_beside_the_configuration_is_broken() {
    let tree = vite("");
    tree.write("wrangler.jsonc", "{}");
    tree.write("apps/a/wrangler.jsonc", "{}");
    let workspace = tree.read();
    assert_eq!(configs(&workspace), ["apps/a/wrangler.jsonc", "dist/shop/wrangler.json"]);
    let problem = "it does not stand beside `apps/a/wrangler.jsonc`";
    let expected = format!("{DEPLOY}: {problem}, so Wrangler stops there");
    assert_eq!(side_files(&workspace), [expected]);
    // Once, however many there are.
    tree.write("apps/b/wrangler.jsonc", "{}");
    tree.write("apps/c/wrangler.jsonc", "{}");
    let expected =
        format!("{DEPLOY}: {problem} and 2 other configurations, so Wrangler stops there");
    assert_eq!(side_files(&tree.read()), [expected]);
    // A configuration that Wrangler passes by is not what it stops at: it deploys the one above.
    let tree = vite("");
    tree.write("apps/a/wrangler.toml", "");
    let expected = ["apps/a/wrangler.toml shadowed by wrangler.jsonc"];
    assert_eq!(side_files(&tree.read()), expected);
}

#[test]
fn a_forgotten_redirect_below_the_configuration_is_broken() {
    let tree = vite("apps/shop");
    std::fs::remove_file(tree.at("apps/shop/wrangler.jsonc")).expect("removed");
    tree.write("wrangler.toml", "");
    let workspace = tree.read();
    assert_eq!(configs(&workspace), ["wrangler.toml"]);
    let problem = "it does not stand beside `wrangler.toml`, so Wrangler stops there";
    assert_eq!(side_files(&workspace), [format!("apps/shop/{DEPLOY}: {problem}")]);
}
