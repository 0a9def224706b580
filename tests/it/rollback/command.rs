//! `clodo rollback`: to the last known good, in reverse order, with what stands in the way, and what
//! a kill leaves.

use clodo::core::model::Actor;
use clodo::core::model::deployment::State;
use clodo::world::http::block_on;

use super::record::{Was, base, deployed, good_and_bad, store, taken_by_another};
use super::{BACK, clodo, command, deploy, run, serving, tree, upload, whole};
use crate::sandbox::Stand;

#[test]
fn the_last_known_good_is_not_merely_the_one_before() {
    let stand = Stand::new();
    let tree = tree(&["api"]);
    let [v1, v2, v3] = [200, 500, 500].map(|status| upload(&stand, "api", status, &[]));
    for (version, before, healthy) in
        [(&v1, &v1, Some(true)), (&v2, &v1, Some(false)), (&v3, &v2, None)]
    {
        deploy(&stand, "api", version, "deployed");
        let was = Was { service: "api", version, before: base(before), healthy, ..Was::default() };
        deployed(&stand, &tree.path(), ("", &version.replace('-', "")), &[was]);
    }
    let back = clodo(&stand, &tree.path(), &["rollback", "--reason", "it answers 500"]);
    assert_eq!(back.code, 0, "{back:?}");
    assert_eq!(serving(&stand, "api"), whole(&v1));
    assert!(back.err.contains("live and healthy in d-"), "{back:?}");
    assert!(back.out.contains("--clear-hold"), "{back:?}");
    let deployments = stand.script("api").deployments;
    let message = &deployments.last().expect("a deployment").annotations["workers/message"];
    assert!(message.starts_with("clodo:d-") && message.ends_with("it answers 500"), "{message}");

    // It is held, with who and why; clearing is written down.
    let store = store(&tree.path());
    let holds = || block_on(store.holds(&stand.account(), "")).expect("a runtime").expect("holds");
    let hold = &holds()[0];
    assert_eq!((&*hold.service, &*hold.actor.id), ("api", "ana"));
    assert_eq!(hold.what.commit.as_deref(), Some(&*v3.replace('-', "")));
    let clear = clodo(&stand, &tree.path(), &["rollback", "--clear-hold", "--reason", "fixed"]);
    assert_eq!(clear.code, 0, "{clear:?}");
    assert!(holds().is_empty());
}

#[test]
fn three_services_go_back_in_reverse_order() {
    let stand = Stand::new();
    let names = ["auth", "api", "web"];
    let tree = tree(&names);
    let (good, _) = good_and_bad(&stand, &tree.path(), names);
    let back = clodo(&stand, &tree.path(), BACK);
    assert_eq!(back.code, 0, "{back:?}");
    let services = back.json()["services"].as_array().expect("services").clone();
    let order: Vec<&str> =
        services.iter().map(|one| one["service"].as_str().unwrap_or_default()).collect();
    assert_eq!(order, ["web", "api", "auth"]);
    for (name, version) in names.iter().zip(&good) {
        assert_eq!(serving(&stand, name), whole(version));
    }
    // What was taken back is not taken back twice: the one before it is next.
    let again = clodo(&stand, &tree.path(), BACK);
    assert_eq!(again.code, 5, "there is nothing before it: {again:?}");
    assert!(again.err.contains("has no version to go back to"), "{again:?}");
}

#[test]
fn where_nothing_was_deployed_nothing_goes_back() {
    let stand = Stand::new();
    let tree = tree(&["api", "web"]);
    let back = clodo(&stand, &tree.path(), BACK);
    assert_eq!(back.code, 2, "{back:?}");
    assert!(back.err.contains("nothing of this environment is live"), "{back:?}");
    // Others deployed one of them: what belongs to it is for people to say.
    let version = upload(&stand, "api", 200, &[]);
    deploy(&stand, "api", &version, "by hand");
    let back = clodo(&stand, &tree.path(), BACK);
    assert_eq!(back.code, 2, "{back:?}");
    assert!(back.err.contains("was not deployed by clodo"), "{back:?}");
}

#[test]
fn one_service_goes_alone_and_to_what_is_named() {
    let stand = Stand::new();
    let tree = tree(&["api", "web"]);
    let (old, new) = (upload(&stand, "api", 200, &[]), upload(&stand, "api", 200, &[]));
    let web = upload(&stand, "web", 200, &[]);
    for (worker, version) in [("api", &old), ("api", &new), ("web", &web)] {
        deploy(&stand, worker, version, "by hand");
    }
    let unclear = clodo(&stand, &tree.path(), BACK);
    assert_eq!(unclear.code, 2, "{unclear:?}");
    assert!(unclear.err.contains("--service NAME"), "{unclear:?}");
    let listed = clodo(&stand, &tree.path(), &["rollback", "--service", "api"]);
    assert_eq!(listed.code, 0, "{listed:?}");
    assert!(listed.err.contains("from Cloudflare's list"), "{listed:?}");
    assert_eq!(serving(&stand, "api"), whole(&old));
    let named = clodo(&stand, &tree.path(), &["rollback", "--to", &new]);
    assert_eq!(named.code, 0, "{named:?}");
    assert_eq!(serving(&stand, "api"), whole(&new));
    assert_eq!(serving(&stand, "web"), whole(&web));
    let nothing = clodo(&stand, &tree.path(), &["rollback", "--to", "d-none"]);
    assert_eq!(nothing.code, 2, "{nothing:?}");
}

#[test]
fn a_deployment_that_is_named_serves_again_whole_or_in_part() {
    let stand = Stand::new();
    let tree = tree(&["api", "web"]);
    let names = ["api", "web"];
    let versions: [[String; 2]; 3] =
        std::array::from_fn(|_| names.map(|name| upload(&stand, name, 200, &[])));
    let ids: Vec<String> = versions
        .iter()
        .map(|versions| {
            let was = names.iter().zip(versions).map(|(service, version)| {
                deploy(&stand, service, version, "deployed");
                Was { service, version, before: base(version), ..Was::default() }
            });
            deployed(&stand, &tree.path(), ("", "4be21c7"), &was.collect::<Vec<_>>())
        })
        .collect();
    let served = || names.map(|name| serving(&stand, name));
    let back = clodo(&stand, &tree.path(), &["rollback", "--to", &ids[0]]);
    assert_eq!(back.code, 0, "{back:?}");
    let [oldest, middle, _] = &versions;
    assert_eq!(served(), [whole(&oldest[0]), whole(&oldest[1])]);
    let one = ["rollback", "--to", &*ids[1], "--service", "web"];
    let back = clodo(&stand, &tree.path(), &one);
    assert_eq!(back.code, 0, "{back:?}");
    assert_eq!(served(), [whole(&oldest[0]), whole(&middle[1])]);
}

#[test]
fn an_emergency_asks_nothing_and_says_why() {
    let stand = Stand::new();
    let tree = tree(&["api"]);
    let (old, new) = (upload(&stand, "api", 200, &[]), upload(&stand, "api", 500, &[]));
    for version in [&old, &new] {
        deploy(&stand, "api", version, "by hand");
    }
    // It takes the lock like everybody else.
    let record = store(&tree.path());
    let other = taken_by_another(&stand, &record);
    let busy = ["rollback", "--emergency", "--reason", "x", "--wait-for-lock", "0s"];
    let busy = clodo(&stand, &tree.path(), &busy);
    assert_eq!(busy.code, 4, "{busy:?}");
    block_on(record.release(&other)).expect("a runtime").expect("it is free");
    let silent = clodo(&stand, &tree.path(), &["rollback", "--emergency"]);
    assert_eq!(silent.code, 2, "a reason is needed: {silent:?}");
    let args = ["rollback", "--emergency", "--reason", "checkout answers 500", "--format", "json"];
    let back = clodo(&stand, &tree.path(), &args);
    assert_eq!(back.code, 0, "{back:?}");
    assert_eq!(serving(&stand, "api"), whole(&old));
    let id = back.json()["id"].as_str().expect("an id").to_owned();
    let recorded = block_on(record.deployment(&id)).expect("a runtime").expect("read");
    let recorded = recorded.expect("it is recorded");
    assert!(recorded.cause.emergency);
    assert_eq!(recorded.cause.reason.as_deref(), Some("checkout answers 500"));
    assert!(!stand.was_asked("GET", "/accounts/{account}/workers/scripts/api/versions"));
}

#[test]
fn a_rollback_that_was_killed_is_gone_on_with() {
    for point in ["before cloudflare restore versions", "after cloudflare restore versions"] {
        let stand = Stand::new();
        let tree = tree(&["api", "web"]);
        let names = ["api", "web"];
        let (good, _) = good_and_bad(&stand, &tree.path(), names);
        let killed = run(command(&stand, &tree.path()).args(BACK).env("CLODO_FAIL_POINT", point));
        assert_eq!(killed.code, -1, "{point}: {killed:?}");
        // Its lock is not waited for: somebody who knows that it is dead takes it away.
        let store = store(&tree.path());
        let locks = block_on(store.locks()).expect("a runtime").expect("locks");
        let [lock] = &locks[..] else { panic!("{point}: {locks:?}") };
        let actor = Actor { id: "ana".into(), issuer: "local".into(), method: "cli".into() };
        let forced = store.force_release(lock, actor, "it is dead");
        block_on(forced).expect("a runtime").expect("the lock is taken away");
        // Nothing of it is under way any more, so that the time for that is not waited for.
        let quiet = store.database().run("UPDATE locks SET quiet_ms = 0", &[]);
        block_on(quiet).expect("a runtime").expect("it is written");
        let back = clodo(&stand, &tree.path(), BACK);
        assert_eq!(back.code, 0, "{point}: {back:?}");
        for (name, version) in names.iter().zip(&good) {
            assert_eq!(serving(&stand, name), whole(version), "{point}");
        }
        let id = back.json()["id"].as_str().expect("an id").to_owned();
        let recorded = block_on(store.deployments(&Default::default())).expect("a runtime");
        let recorded = recorded.expect("read");
        let left: Vec<_> = recorded.iter().filter(|one| one.state == State::Running).collect();
        assert!(left.is_empty(), "{point}: {left:?}");
        assert_eq!(recorded[0].id, id, "{point}: it is the one that was left");
        let holds = block_on(store.holds(&stand.account(), "")).expect("a runtime");
        assert_eq!(holds.expect("holds").len(), 2, "{point}");
    }
}
