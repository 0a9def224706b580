//! Somebody gets an approval of one plan, and deploys another.

use crate::deploy::place::{API, says};
use crate::gate::scene::{BO, Scene};
use crate::toolchain::toolchain;

#[test]
fn approve_a_deploy_b() {
    let Some(toolchain) = toolchain() else { return };
    let scene = Scene::merged(toolchain, BO);
    scene.deploy(&[], 4);
    let first = scene.asked();
    scene.approve("bo");
    scene.place.tree.write("index.js", says("something else"));
    let waits = scene.deploy(&[], 4);
    assert_ne!(scene.asked(), first);
    // What differs is said field by field, and what it was given for.
    assert!(waits.err.contains("api.bundle: "), "{}", waits.err);
    let void = "approval of bo (comment, ";
    assert!(waits.err.contains(void), "{}", waits.err);
    assert!(waits.err.contains("does not count: it was given for another plan"), "{}", waits.err);
    assert!(scene.place.deployments().is_empty());
}

/// A build that gives what was approved where it is planned, and something else where it is uploaded.
const BUILD: &str = "
[build]
command = \"sh build.sh\"
";

/// Once there is a file `turn`: builds what lies there the first time, and something else from then on.
const SCRIPT: &str = "[ -e turn ] || exit 0
[ -s turn ] && cp other.js index.js
echo built >> turn
";

#[test]
fn approve_a_build_that_becomes_b_when_it_is_uploaded() {
    let Some(toolchain) = toolchain() else { return };
    let scene = Scene::merged(toolchain, BO);
    let tree = &scene.place.tree;
    // There is something to go back to.
    scene.place.stand.wrangler(toolchain, &tree.path(), &["deploy"]);
    let before = scene.place.serving("api");
    tree.write("index.js", says("what is approved"));
    tree.write("wrangler.toml", format!("{API}{BUILD}"));
    tree.write("build.sh", SCRIPT);
    tree.write("other.js", says("something else"));
    scene.deploy(&[], 4);
    scene.approve("bo");
    tree.write("turn", "");
    let stopped = scene.deploy(&[], 5);
    assert!(stopped.out.contains("what was approved is "), "{stopped:?}");
    assert_eq!(scene.place.serving("api"), before);
}
