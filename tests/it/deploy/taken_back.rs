//! A deployment and the rollback that takes it back.

use std::process::Stdio;
use std::time::Duration;

use clodo::core::model::Actor;
use clodo::core::model::deployment::{HoldReport, Kind, State};
use clodo::core::model::lock::{self, Info};
use clodo::flow::rollback::hold;
use clodo::world::store::Claim;
use serde_json::json;

use super::place::{API, Place, ended, said, says};
use crate::git::git;
use crate::toolchain::toolchain;

#[test]
fn a_deployment_neither_undoes_nor_goes_on_with_a_rollback_that_was_killed() {
    let Some(toolchain) = toolchain() else { return };
    for point in ["before cloudflare restore versions", "after cloudflare restore versions"] {
        let place = Place::api(toolchain);
        place.deploy(&[], 0);
        let good = place.serving("api");
        place.tree.write("index.js", says("two"));
        place.deploy(&[], 0);
        let bad = place.serving("api");
        let mut back = place.command(&["rollback", "--reason", "it is slow"]);
        assert_eq!(said(back.env("CLODO_FAIL_POINT", point)).code, None, "{point}");
        place.let_leases_run_out();
        place.let_grace_end();
        let serves = place.serving("api");
        assert_eq!(serves, if point.starts_with("before") { bad } else { good.clone() });

        place.tree.write("index.js", says("three"));
        for args in [&["deploy"][..], &["deploy", "--resume"]] {
            let refused = place.clodo(args);
            assert_eq!(refused.code, Some(3), "{point} {args:?}: {refused:?}");
            for said in ["was left unfinished", "clodo rollback -e ENV"] {
                assert!(refused.err.contains(said), "{point} {args:?}: {refused:?}");
            }
            assert_eq!(place.serving("api"), serves, "{point} {args:?}");
        }
        // The bad one is held whatever becomes of the rollback.
        place.tree.write("index.js", says("two"));
        assert!(place.events().contains(&"hold-set api".to_owned()), "{point}");
        let back = place.clodo(&["rollback"]);
        assert_eq!(back.code, Some(0), "{point}: {back:?}");
        assert_eq!(place.serving("api"), good, "{point}");
        let held = place.clodo(&["deploy"]);
        assert_eq!(held.code, Some(3), "{point}: {held:?}");
        assert!(held.err.contains("is held since"), "{point}: {held:?}");
        place.tree.write("index.js", says("three"));
        place.deploy(&[], 0);
        let recorded = place.deployments();
        let kinds = recorded.iter().map(|one| (one.cause.kind, one.state));
        let [go, back] = [Kind::Deploy, Kind::Rollback].map(|kind| (kind, State::Succeeded));
        assert_eq!(kinds.collect::<Vec<_>>(), [go, back, go, go], "{point}");
    }
}

#[test]
fn what_is_held_while_a_deployment_waits_is_not_deployed() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::api(toolchain);
    let folder = place.tree.path();
    place.tree.write(".gitignore", "node_modules\n.clodo\n.wrangler\n.config\n");
    git(&folder, &["init", "--quiet", "--initial-branch", "main"]);
    git(&folder, &["add", "--all"]);
    git(&folder, &["commit", "--quiet", "--message", "one"]);
    let (store, account) = (place.store(), place.stand.account());
    let runtime = &place.stand.runtime;
    let claim = Claim {
        keys: vec![lock::key(&account, "", None)],
        op: "d-other".into(),
        holder: "ben".into(),
        info: Info::default(),
    };
    let lease = Duration::from_secs(600);
    let taken = runtime.block_on(store.acquire(&claim, lease, Duration::ZERO));
    assert!(taken.expect("a store").is_some());
    let mut command = place.command(&["deploy", "--wait-for-lock", "5m"]);
    let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let waits = command.spawn().expect("it starts");
    while runtime.block_on(store.waiters()).expect("waiters").is_empty() {
        std::thread::sleep(Duration::from_millis(20));
    }
    let actor = Actor { id: "ben".into(), issuer: "local".into(), method: "cli".into() };
    let commit = git(&folder, &["rev-parse", "HEAD"]).trim().to_owned();
    let what = HoldReport {
        worker: "api".into(),
        commit: Some(commit),
        reason: "it is slow".into(),
        ..HoldReport::default()
    };
    let held = hold(&store, &actor, (&account, ""), None, "api", &what);
    runtime.block_on(held).expect("it is held");
    runtime.block_on(store.release(&claim.op)).expect("it is free");
    let refused = ended(waits.wait_with_output().expect("it ends"));
    assert_eq!(refused.code, Some(3), "{refused:?}");
    assert!(refused.err.contains("of api is held since"), "{refused:?}");
    assert!(place.deployments().is_empty());
    assert!(runtime.block_on(store.locks()).expect("locks").is_empty());
}

#[test]
fn settings_that_were_never_made_are_off_again() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::api(toolchain);
    place.tree.write("clodo.yml", "environments: { '': { strategy: staged } }\n");
    // Made by others: Wrangler itself would have said that it is off.
    place.meanwhile("api");
    let off = place.stand.sandbox.store.change(|state| {
        state.workers.scripts.get_mut("api").expect("a Worker").observability = None;
        Ok(())
    });
    off.expect("a change");
    place.tree.write("wrangler.toml", format!("{API}observability = {{ enabled = true }}\n"));
    place.deploy(&[], 0);
    let observability = || place.stand.script("api").observability;
    assert_eq!(observability(), Some(json!({ "enabled": true })));
    let back = place.clodo(&["rollback"]);
    assert_eq!(back.code, Some(0), "{back:?}");
    assert!(back.err.contains("settings observability"), "{back:?}");
    assert_eq!(observability(), Some(json!({ "enabled": false })));
}
