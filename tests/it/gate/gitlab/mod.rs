//! The gate in a pipeline of GitLab.

mod scene;

use self::scene::Scene;
use crate::toolchain::toolchain;

/// A gate that asks everybody, and needs two.
const TWO: &str = "
    gate:
      approvals: [{ any-of: [user:ana, user:bo, user:cy, user:di, user:ed], count: 2 }]
";

/// A gate that asks a group, and needs one.
const GROUP: &str = "
    gate:
      approvals: [{ any-of: [team:sre] }]
";

#[test]
fn comments_of_two_who_had_no_part_in_it_open_the_gate() {
    let Some(toolchain) = toolchain() else { return };
    let scene = Scene::merged(toolchain, TWO);
    scene.deploy(4);
    for who in ["ana", "cy", "ed", "bo"] {
        scene.comment(who, &scene.line());
    }
    let waits = scene.deploy(4);
    assert!(waits.err.contains("production waits for 1 more approval"), "{}", waits.err);
    for (who, part) in [("ana", "author"), ("ed", "committer"), ("cy", "started the run")] {
        let why = format!("of somebody who had to do with the change: {part}");
        let void = |line: &&str| line.contains(&format!("approval of {who} (comment, "));
        let line = waits.err.lines().find(void).unwrap_or_else(|| panic!("{who}: {waits:?}"));
        assert!(line.contains(&why), "{line}");
    }
    scene.comment("di", &scene.line());
    scene.deploy(0);
    assert_eq!(scene.counted(), ["bo comment", "di comment"]);
}

#[test]
fn an_approval_of_the_merge_request_is_of_the_plan_that_was_shown() {
    let Some(toolchain) = toolchain() else { return };
    let mut scene = Scene::opened(toolchain, GROUP);
    // Nobody can tell what Di has seen.
    scene.review("di");
    let shown = scene.gate(4);
    assert_eq!(shown["void"][0]["login"], "di", "{shown}");
    scene.review("bo");
    assert_eq!(scene.gate(0)["plan"], shown["plan"]);
    scene.merge();
    scene.deploy(0);
    assert_eq!(scene.counted(), ["bo review"], "the merge has the files of its head");
}

#[test]
fn whoever_lets_the_deployment_begin_has_approved_what_the_pipeline_showed() {
    let Some(toolchain) = toolchain() else { return };
    let scene = Scene::merged(toolchain, TWO);
    scene.gate(4);
    scene.approve_deployment("bo");
    let waits = scene.gate(4);
    assert_eq!(waits["waits"][0]["missing"], 1, "{waits}");
    scene.play("di");
    scene.deploy(0);
    assert_eq!(scene.counted(), ["bo deployment approval", "di manual job"]);
}

#[test]
fn what_was_answered_before_the_plan_was_shown_is_no_approval_of_it() {
    let Some(toolchain) = toolchain() else { return };
    let mut scene = Scene::opened(toolchain, GROUP);
    // The pipeline of the merge request has shown the same plan.
    let shown = scene.gate(4);
    scene.merge();
    scene.approve_deployment("bo");
    scene.play("di");
    let waits = scene.gate(4);
    assert_eq!(waits["plan"], shown["plan"]);
    let void: Vec<_> = waits["void"].as_array().expect("a list").iter().collect();
    assert!(void.iter().all(|one| one["why"] == "it was given for another plan"), "{waits}");
    assert_eq!(void.len(), 2, "{waits}");
    scene.comment("bo", &scene.line());
    scene.deploy(0);
}

#[test]
fn what_gitlab_does_not_answer_keeps_it_closed() {
    let Some(toolchain) = toolchain() else { return };
    let scene = Scene::merged(toolchain, GROUP);
    scene.deploy(4);
    scene.comment("bo", &scene.line());
    for path in [
        "/repository/commits/",
        "/repository/tree",
        "/merge_requests/42",
        "/merge_requests/42/notes",
        "/merge_requests/42/approvals",
        "/pipelines/",
        "/deployments",
        "/users/7002",
        "/groups/",
    ] {
        scene.fail(path);
        let closed = scene.deploy(7);
        assert!(closed.err.contains("the gate stays closed"), "{path}: {}", closed.err);
        scene.heal();
    }
    // Nobody can tell whether it is frozen.
    scene.fail("/freeze_periods");
    assert!(scene.deploy(3).err.contains("freeze periods"));
    scene.heal();
    assert!(scene.place.deployments().is_empty());
    scene.deploy(0);
}

#[test]
fn a_pipeline_tells_one_story_on_the_merge_request() {
    let Some(toolchain) = toolchain() else { return };
    let scene = Scene::merged(toolchain, GROUP);
    scene.clodo(&["ci"], 4);
    let told = scene.told();
    assert!(matches!(&told[..], [one] if one.contains("production waits")), "{told:#?}");
    assert!(told[0].contains(&scene.line()), "{told:#?}");
    scene.comment("bo", &scene.line());
    scene.clodo(&["ci"], 0);
    let told = scene.told();
    assert!(matches!(&told[..], [one] if one.contains("production is deployed")), "{told:#?}");
}
