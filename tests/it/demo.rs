//! `clodo demo` tells its whole story.

use std::process::Command;

use crate::toolchain::toolchain;
use crate::work_tree::WorkTree;

#[test]
fn the_demo_catches_asks_deploys_and_takes_back() {
    let Some(toolchain) = toolchain() else { return };
    let home = WorkTree::new();
    let node = toolchain.node.parent().expect("a folder").display();
    let bin = toolchain.folder.join("node_modules/.bin");
    let path = std::env::var("PATH").expect("PATH");
    let mut command = Command::new(env!("CARGO_BIN_EXE_clodo"));
    command.arg("demo").current_dir(home.path()).env("CLODO_NODE", &toolchain.node);
    command.env("PATH", format!("{node}:{}:{path}", bin.display()));
    let output = command.output().expect("clodo starts");
    let told = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{told}\n{errors}");
    let mut rest = &*told;
    for line in [
        "error[routes/takes-custom-domain]",
        "exit 1,",
        "The comment on #7:",
        "exit 0,",
        "production waits for 2 more approvals of team:sre",
        "https://pr-7-storefront-web-staging.storefront.workers.dev",
        "GET https://pr-7-storefront-web-staging.storefront.workers.dev/  200",
        "0 of 2 from team:sre",
        "exit 4,",
        "bo: /clodo approve production ",
        "Gate         open: bo, cy approved",
        "Deployed storefront-api, storefront-jobs, storefront-web to production",
        "GET https://shop.example.com/api/products  200",
        "exit 4,",
        "What served before was put back",
        "exit 5,",
        "GET https://shop.example.com/api/health  200",
        "$ clodo history",
        "restored",
        "exit 0,",
    ] {
        match rest.find(line) {
            Some(at) => rest = &rest[at + line.len()..],
            None => panic!("{line:?} is not told, or not in its place:\n{told}"),
        }
    }
}
