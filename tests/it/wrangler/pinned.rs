//! The Wrangler that is fetched where neither the project nor the machine has one.

use std::process::Command;

use clodo::world::wrangler::PINNED;

use super::npm_settings;
use crate::sandbox::Stand;
use crate::toolchain::{skip, toolchain};
use crate::work_tree::WorkTree;

/// Why it cannot be fetched here, if so.
fn hindrance() -> Option<&'static str> {
    let package = format!("wrangler@{PINNED}");
    let ran = Command::new("npm").args(["view", &package, "version"]).output();
    let asked = ran.map(|ran| ran.status.success());
    let has_own = Command::new("wrangler").arg("--version").output().is_ok();
    match asked {
        Err(_) => Some("there is no npm to fetch Wrangler with"),
        Ok(false) => Some("npm has no registry that has the pinned Wrangler"),
        Ok(true) => has_own.then_some("the machine has a Wrangler of its own"),
    }
}

#[test]
fn a_project_without_one_is_deployed_with_it() {
    let Some(tools) = toolchain() else { return };
    if let Some(why) = hindrance() {
        return skip(why);
    }
    let stand = Stand::new();
    let config = "name = \"api\"\nmain = \"index.js\"\ncompatibility_date = \"2026-01-01\"\n\
                  workers_dev = false\npreview_urls = false\n";
    let code = "export default { fetch: () => new Response('one') };\n";
    let tree = WorkTree::of(&[("wrangler.toml", config), ("index.js", code)]);
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_clodo"));
        command.env_clear().env("HOME", tree.path()).env("CLODO_NODE", &tools.node);
        command.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
        command.envs(npm_settings()).envs(stand.sandbox.environment());
        command.current_dir(tree.path()).args(arguments).output().expect("it runs")
    };
    let asked = run(&["wrangler", "--version"]);
    assert_eq!(String::from_utf8_lossy(&asked.stdout).trim(), PINNED, "{asked:?}");
    let deployed = run(&["deploy"]);
    assert!(deployed.status.success(), "{deployed:?}");
    assert_eq!(stand.script("api").versions.len(), 1);
    let refused = run(&["wrangler", "versions", "view", "no-such-version"]);
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
}
