//! What is uploaded is what was approved.

use reqwest::Method;
use serde_json::json;

use super::scene::{BO, Scene};
use crate::deploy::place::{API, says};
use crate::toolchain::toolchain;

/// A build that gives one thing to look at, and another to upload.
const FALSE: &str = "
[build]
command = 'cp $(grep -q dry-run /proc/$PPID/cmdline && echo shown.js || echo evil.js) index.js'
";

/// Asks for a deployment, which Bo approves.
fn approved(scene: &Scene) {
    scene.deploy(&[], 4);
    scene.comment("bo", &format!("/clodo approve production {}", scene.asked()));
}

#[test]
fn what_was_not_approved_never_serves() {
    let Some(toolchain) = toolchain() else { return };
    let scene = Scene::merged(toolchain, BO);
    approved(&scene);
    scene.deploy(&[], 0);
    let before = scene.place.serving("api");
    let tree = &scene.place.tree;
    tree.write("shown.js", says("two"));
    tree.write("evil.js", says("something else"));
    tree.write("wrangler.toml", format!("{API}{FALSE}"));
    approved(&scene);
    let refused = scene.deploy(&[], 5);
    let words = "what was approved is ";
    assert!(refused.out.contains(words), "{}\n{}", refused.out, refused.err);
    assert_eq!(scene.place.serving("api"), before);
    assert_eq!(scene.place.stand.script("api").versions.len(), 2, "it was uploaded");
}

#[test]
fn the_files_of_a_pages_project_are_what_was_approved() {
    let Some(toolchain) = toolchain() else { return };
    let scene = Scene::merged(toolchain, BO);
    let project = json!({ "name": "site", "production_branch": "main" });
    let path = "/accounts/{account}/pages/projects";
    let made = scene.place.stand.ask(Method::POST, path, Some(&project));
    assert_eq!(made.0, 200, "{made:?}");
    let tree = &scene.place.tree;
    let site = "name = \"site\"\npages_build_output_dir = \"public\"\ncompatibility_date = \"2026-01-01\"\n";
    tree.write("wrangler.toml", site);
    tree.write("public/index.html", "<h1>one</h1>\n");
    tree.write("functions/api.js", "export const onRequest = () => new Response('one');\n");
    approved(&scene);
    tree.write("public/index.html", "<h1>two</h1>\n");
    let page = scene.deploy(&[], 4);
    assert!(page.err.contains("site.assets: "), "{}", page.err);
    approved(&scene);
    tree.write("functions/api.js", "export const onRequest = () => new Response('two');\n");
    let function = scene.deploy(&[], 4);
    assert!(function.err.contains("site.bundle: "), "{}", function.err);
    assert!(function.err.contains("it was given for another plan"), "{}", function.err);
    approved(&scene);
    scene.deploy(&[], 0);
    let state = scene.place.stand.sandbox.state();
    assert_eq!(state.pages.project("site").expect("there").deployments.len(), 1);
}
