//! The same command again goes on with a rollback that has no good end: it goes no further back, and
//! holds nothing that was well.

use std::path::Path;

use clodo::core::model::deployment::{Deployment, State};
use clodo::server::sandbox::faults::{Fault, What};
use clodo::world::http::block_on;

use super::record::{Was, base, deployed, good_and_bad, store};
use super::{Ended, clodo, command, deploy, run, serving, tree, upload, whole};
use crate::sandbox::Stand;
use crate::work_tree::WorkTree;

/// A Worker of which the third version is bad, with the ids of its deployments. It is well where a
/// file lies.
fn three() -> (Stand, WorkTree, [String; 3], [String; 3]) {
    let stand = Stand::new();
    let tree = tree(&["api"]);
    tree.write(
        "clodo.yml",
        "environments: { '': { verify: [{ command: [sh, -c, 'test -e well'], retries: 0 }] } }\n",
    );
    let versions = [200, 200, 500].map(|status| upload(&stand, "api", status, &[]));
    let ids = [0, 1, 2].map(|at: usize| {
        let (version, before) = (&versions[at], &versions[at.saturating_sub(1)]);
        deploy(&stand, "api", version, "deployed");
        let healthy = Some(at != 2);
        let was = Was { service: "api", version, before: base(before), healthy, ..Was::default() };
        deployed(&stand, &tree.path(), ("", version), &[was])
    });
    (stand, tree, versions, ids)
}

fn recorded(root: &Path) -> Vec<Deployment> {
    block_on(store(root).deployments(&Default::default())).expect("a runtime").expect("read")
}

/// The versions that are held.
fn held(stand: &Stand, root: &Path) -> Vec<String> {
    let holds = block_on(store(root).holds(&stand.account(), "")).expect("a runtime");
    holds.expect("holds").into_iter().filter_map(|hold| hold.what.version).collect()
}

#[test]
fn what_is_not_well_after_a_rollback_is_looked_at_again_and_not_left_behind() {
    let (stand, tree, [_, good, bad], [_, well, _]) = three();
    for args in [&["rollback"][..], &["rollback", "--to", &*well]] {
        deploy(&stand, "api", &bad, "deployed");
        let before = recorded(&tree.path()).len();
        for _ in 0..2 {
            let sick = clodo(&stand, &tree.path(), args);
            assert_eq!(sick.code, 6, "{args:?}: {sick:?}");
            assert_eq!(serving(&stand, "api"), whole(&good), "{args:?}");
        }
        tree.write("well", "");
        let well = clodo(&stand, &tree.path(), args);
        assert_eq!(well.code, 0, "{args:?}: {well:?}");
        assert!(well.out.contains("is done, in"), "{args:?}: {well:?}");
        assert_eq!(serving(&stand, "api"), whole(&good), "{args:?}");
        let all = recorded(&tree.path());
        assert_eq!(all.len(), before + 1, "{args:?}: it is one rollback");
        assert_eq!(all[0].state, State::Succeeded, "{args:?}");
        let held = held(&stand, &tree.path());
        assert!(held.iter().all(|version| *version == bad), "{args:?}: {held:?}");
        std::fs::remove_file(tree.at("well")).expect("it was there");
    }
}

#[test]
fn what_is_named_is_no_going_on() {
    let (stand, tree, [oldest, good, bad], [first, ..]) = three();
    let sick = clodo(&stand, &tree.path(), &["rollback"]);
    assert_eq!((sick.code, serving(&stand, "api")), (6, whole(&good)), "{sick:?}");
    // Whoever wants to go further back says so.
    tree.write("well", "");
    let named = clodo(&stand, &tree.path(), &["rollback", "--to", &first]);
    assert_eq!((named.code, serving(&stand, "api")), (0, whole(&oldest)), "{named:?}");
    let held = held(&stand, &tree.path());
    assert_eq!(held, [bad, good], "what was left behind on purpose is held");
    let states: Vec<State> = recorded(&tree.path()).iter().map(|one| one.state).take(2).collect();
    assert_eq!(states, [State::Succeeded, State::NeedsPerson]);
    // And what is behind that is not gone on with.
    let end = clodo(&stand, &tree.path(), &["rollback"]);
    assert_eq!(end.code, 5, "{end:?}");
}

#[test]
fn a_rollback_to_something_else_takes_the_place_of_one_that_was_killed() {
    let (stand, tree, [oldest, ..], [first, ..]) = three();
    tree.write("well", "");
    let killed = killed(&stand, &tree.path(), &["rollback"], "after cloudflare restore versions");
    assert_eq!(killed.code, -1, "{killed:?}");
    let named = clodo(&stand, &tree.path(), &["rollback", "--to", &first]);
    assert_eq!((named.code, serving(&stand, "api")), (0, whole(&oldest)), "{named:?}");
    let all = recorded(&tree.path());
    assert_eq!((all[0].state, all[1].state), (State::Succeeded, State::NeedsPerson));
    assert_eq!(all[0].cause.to.as_ref(), Some(&first));
}

#[test]
fn a_killed_rollback_to_what_was_named_goes_on_there() {
    for point in ["before cloudflare restore versions", "after cloudflare restore versions"] {
        let (stand, tree, [oldest, _, bad], [first, ..]) = three();
        tree.write("well", "");
        let to = ["rollback", "--to", &*first];
        let killed = killed(&stand, &tree.path(), &to, point);
        assert_eq!(killed.code, -1, "{point}: {killed:?}");
        assert_eq!(held(&stand, &tree.path()), [&*bad], "{point}: it is held before");
        let back = clodo(&stand, &tree.path(), &["rollback"]);
        assert_eq!((back.code, serving(&stand, "api")), (0, whole(&oldest)), "{point}: {back:?}");
        assert_eq!(held(&stand, &tree.path()), [&*bad], "{point}: and once");
    }
}

#[test]
fn a_rollback_is_gone_on_with_as_a_whole() {
    let stand = Stand::new();
    let names = ["api", "web"];
    let tree = tree(&names);
    let (good, bad) = good_and_bad(&stand, &tree.path(), names);
    let refused = Fault::always(What::Error { status: 400, code: 10021 });
    stand.sandbox.faults.add(refused.at("POST", "*/scripts/api/deployments"));
    let part = clodo(&stand, &tree.path(), &["rollback"]);
    assert_eq!(part.code, 6, "{part:?}");
    stand.sandbox.faults.clear();
    let one = clodo(&stand, &tree.path(), &["rollback", "--service", "web"]);
    assert_eq!(one.code, 2, "{one:?}");
    assert!(one.err.contains("is not done, and is a rollback of api, web"), "{one:?}");
    assert_eq!(serving(&stand, "web"), whole(&good[1]), "it goes no further back");
    assert_eq!(serving(&stand, "api"), whole(&bad[0]));
    let all = clodo(&stand, &tree.path(), &["rollback", "--service", "web", "--service", "api"]);
    assert_eq!((all.code, serving(&stand, "api")), (0, whole(&good[0])), "{all:?}");
}

fn killed(stand: &Stand, root: &Path, args: &[&str], point: &str) -> Ended {
    let ended = run(command(stand, root).args(args).env("CLODO_FAIL_POINT", point));
    // Nothing of it is under way any more, so that neither lease nor grace is waited for.
    let sql = "UPDATE locks SET expires_ms = 0, quiet_ms = 0 WHERE op IS NOT NULL";
    let store = store(root);
    block_on(store.database().run(sql, &[])).expect("a runtime").expect("expired");
    ended
}
