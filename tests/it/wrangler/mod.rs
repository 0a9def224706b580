//! Wrangler, wrapped and intact.

mod flags;
mod help;
#[cfg(target_os = "linux")]
mod killed;
mod node;
mod pinned;
mod real;
mod running;
mod through;

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::toolchain::Toolchain;
use crate::work_tree::WorkTree;

/// A project whose Wrangler is a script of ours, which any Node runs.
fn project(script: &str) -> WorkTree {
    let package = r#"{ "name": "wrangler", "version": "4.0.0", "engines": { "node": ">=18" } }"#;
    WorkTree::of(&[
        ("node_modules/wrangler/package.json", package),
        ("node_modules/wrangler/bin/wrangler.js", script),
    ])
}

/// A folder whose Wrangler is the real one.
fn real_project(tools: &Toolchain) -> WorkTree {
    let tree = WorkTree::new();
    let installed = tools.folder.join("node_modules");
    std::os::unix::fs::symlink(installed, tree.at("node_modules")).expect("a link");
    tree
}

/// `clodo` in a folder, on the Node of the toolchain, with nothing of the surroundings that could
/// have a say.
fn clodo(tools: &Toolchain, folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clodo"));
    command.env_clear().env("PATH", "/usr/bin:/bin").env("HOME", folder).current_dir(folder);
    command.env("CLODO_NODE", &tools.node);
    command
}

/// The same for Wrangler without clodo.
fn raw(tools: &Toolchain, folder: &Path) -> Command {
    let node = tools.node.parent().expect("a folder").display();
    let mut command = tools.node(&tools.wrangler, folder);
    // clodo puts a Node that PATH does not have there first.
    command.env("PATH", format!("{node}:/usr/bin:/bin"));
    command
}

/// Whatever leads npm to its registry, and to what it has fetched before.
fn npm_settings() -> Vec<(String, OsString)> {
    let leads = |name: &str| {
        let lower = name.to_ascii_lowercase();
        lower.starts_with("npm_config_") || lower.ends_with("_proxy")
    };
    let mut settings: Vec<(String, OsString)> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
        .filter(|(name, _)| leads(name))
        .collect();
    if let Some(home) = std::env::home_dir() {
        for (name, path) in [("userconfig", ".npmrc"), ("cache", ".npm")] {
            let (name, path) = (format!("npm_config_{name}"), home.join(path));
            if path.exists() && settings.iter().all(|(known, _)| *known != name) {
                settings.push((name, path.into()));
            }
        }
    }
    settings
}

/// Wrangler's own tree of commands.
fn commands(tools: &Toolchain) -> Value {
    let home = WorkTree::new();
    let ran = tools.node(&tools.folder.join("commands.cjs"), &home.path()).output();
    let ran = ran.expect("Node starts");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    serde_json::from_slice(&ran.stdout).expect("JSON")
}
