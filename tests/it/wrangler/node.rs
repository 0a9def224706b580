//! A machine whose Node is too old for its Wrangler.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

use super::{npm_settings, project, real_project};
use crate::toolchain::{skip, toolchain};
use crate::work_tree::WorkTree;

/// A folder for `PATH` in which Node says that it is 20, and is what it is for npm.
fn old_node(tree: &WorkTree) -> String {
    let found = Command::new("sh").args(["-c", "command -v node"]).output().expect("a shell");
    let node = String::from_utf8(found.stdout).expect("text");
    let script = format!(
        "#!/bin/sh\n[ \"$1\" = --version ] && echo v20.0.0 && exit\nexec {} \"$@\"\n",
        node.trim()
    );
    tree.write("old/node", script);
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(tree.at("old/node"), mode).expect("a program");
    tree.at("old").display().to_string()
}

fn run(folder: &Path, path: &str, cache: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clodo"));
    command.env_clear().env("PATH", path).env("HOME", folder).env("CLODO_CACHE_DIR", cache);
    command.envs(npm_settings());
    command.current_dir(folder).args(arguments).output().expect("it runs")
}

fn said(ran: &Output) -> String {
    String::from_utf8_lossy(&ran.stderr).into_owned() + &String::from_utf8_lossy(&ran.stdout)
}

#[test]
fn one_that_fits_is_brought_once() {
    let Some(tools) = toolchain() else { return };
    if Command::new("npm").arg("--version").output().is_err() {
        return skip("there is no npm to bring a Node with");
    }
    let tree = real_project(tools);
    let cache = tempfile::tempdir().expect("a folder");
    let path = format!("{}:{}", old_node(&tree), std::env::var("PATH").expect("a PATH"));
    // Two at once: one installs, the other waits for it.
    let runs = std::thread::scope(|scope| {
        let run = || run(&tree.path(), &path, cache.path(), &["wrangler", "--version"]);
        [scope.spawn(run), scope.spawn(run)].map(|run| run.join().expect("no panic"))
    });
    for ran in &runs {
        let said = said(ran);
        assert!(ran.status.success() && said.contains("4.164.0"), "{said}");
        assert!(said.contains("note: fetching Node 22.23.3 with npm into "), "{said}");
    }
    let again = run(&tree.path(), &path, cache.path(), &["wrangler", "--version"]);
    assert!(again.status.success() && !said(&again).contains("fetching"), "{}", said(&again));
}

#[test]
fn where_none_can_be_brought_that_is_said() {
    let Some(_) = toolchain() else { return };
    let tree = project("");
    let package =
        r#"{ "name": "wrangler", "version": "4.164.0", "engines": { "node": ">=22.12" } }"#;
    tree.write("node_modules/wrangler/package.json", package);
    // No npm there.
    let path = old_node(&tree);
    let ran = run(&tree.path(), &path, &tree.at("cache"), &["wrangler", "deploy"]);
    let said = said(&ran);
    assert_eq!(ran.status.code(), Some(2), "{said}");
    let node = tree.at("old/node");
    let expected = format!(
        "error: Wrangler 4.164.0 needs Node >=22.12, and {} is 20.0.0; npm could not install Node: \
         it does not start (",
        node.display()
    );
    assert!(said.contains(&expected), "{said}");
    assert!(
        said.ends_with("fix: install a Node that fits, or name one: CLODO_NODE=/path/to/node\n")
    );
}
