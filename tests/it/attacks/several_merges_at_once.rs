//! Somebody approves the own change, which goes live together with the change of somebody else.

use reqwest::Method;
use serde_json::Value;

use crate::deploy::place::{said, says};
use crate::gate::scene::{BO, Scene};
use crate::toolchain::toolchain;

/// Ana's change is merged, and then Di's; the run is for the latter. Ana approves it.
fn approved_by_ana(scene: &mut Scene) {
    scene.merge_one(43);
    scene.merge_one(44);
    scene.place.tree.write("index.js", says("all of it"));
    scene.deploy(&[], 4);
    scene.comment_on(44, "ana", &format!("/clodo approve production {}", scene.asked()));
}

#[test]
fn the_author_of_an_earlier_merge_approves_the_deployment_of_a_later_one() {
    let Some(toolchain) = toolchain() else { return };
    let mut scene = Scene::merged(toolchain, &BO.replace("user:bo", "user:ana, user:bo"));
    scene.deploy(&[], 4);
    scene.approve("bo");
    scene.deploy(&[], 0);

    approved_by_ana(&mut scene);
    let waits = scene.deploy(&[], 4);
    let why = "of somebody who had to do with the change: author";
    assert!(Scene::void(&waits, "ana").contains(why), "{}", waits.err);
    scene.comment_on(44, "bo", &format!("/clodo approve production {}", scene.asked()));
    scene.deploy(&[], 0);
}

#[test]
fn without_a_record_the_commits_of_the_push_count() {
    let Some(toolchain) = toolchain() else { return };
    let mut scene = Scene::opened(toolchain, &BO.replace("user:bo", "user:ana, user:bo"));
    let main = scene.ask("cy", Method::GET, "/branches/main", &Value::Null);
    scene.merge_one(43);
    scene.merge_one(44);
    let deploy = |scene: &Scene| {
        let mut command = scene.command(&["deploy", "-e", "production"]);
        said(command.env("CLODO_BASE_SHA", main["commit"]["sha"].as_str().expect("a commit")))
    };
    assert_eq!(deploy(&scene).code, Some(4));
    scene.comment_on(44, "ana", &format!("/clodo approve production {}", scene.asked()));
    let waits = deploy(&scene);
    assert_eq!(waits.code, Some(4), "{waits:?}");
    let why = "of somebody who had to do with the change: author";
    assert!(Scene::void(&waits, "ana").contains(why), "{}", waits.err);
}
