//! A rollback that waits for the lock acts on what is there when it has it.

use std::process::Stdio;
use std::time::Duration;

use clodo::world::http::block_on;

use super::record::{Was, base, deployed, good_and_bad, store, taken_by_another};
use super::{Ended, command, deploy, serving, tree, upload, whole};
use crate::sandbox::Stand;
use crate::work_tree::WorkTree;

/// Somebody else has the lock when the rollback begins, and gives it back after `meanwhile`.
fn waited(stand: &Stand, tree: &WorkTree, args: &[&str], meanwhile: impl FnOnce()) -> Ended {
    let record = store(&tree.path());
    let other = taken_by_another(stand, &record);
    let mut command = command(stand, &tree.path());
    let command = command.args(["rollback", "--wait-for-lock", "5m"]).args(args);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    while block_on(record.waiters()).expect("a runtime").expect("waiters").is_empty() {
        std::thread::sleep(Duration::from_millis(20));
    }
    meanwhile();
    block_on(record.release(&other)).expect("a runtime").expect("it is free");
    let output = child.wait_with_output().expect("it ends");
    Ended::of(output)
}

fn held(stand: &Stand, tree: &WorkTree) -> Vec<String> {
    let store = store(&tree.path());
    let holds = block_on(store.holds(&stand.account(), "")).expect("a runtime").expect("holds");
    holds.into_iter().filter_map(|hold| hold.what.version).collect()
}

#[test]
fn what_came_live_while_it_waited_is_taken_back_and_shown() {
    for args in [&[][..], &["--emergency", "--reason", "checkout answers 500"]] {
        let stand = Stand::new();
        let tree = tree(&["api"]);
        let (_, [before]) = good_and_bad(&stand, &tree.path(), ["api"]);
        let newest = upload(&stand, "api", 500, &[]);
        let back = waited(&stand, &tree, args, || {
            deploy(&stand, "api", &newest, "deployed");
            let (version, before) = (&*newest, base(&before));
            let was = Was { service: "api", version, before, ..Was::default() };
            deployed(&stand, &tree.path(), ("", "newest"), &[was]);
        });
        assert_eq!(back.code, 0, "{back:?}");
        assert!(back.err.contains("what serves changed meanwhile"), "{back:?}");
        let shown = format!("{} → {}", &newest[..8], &before[..8]);
        assert!(back.err.contains(&shown), "{shown}: {back:?}");
        assert_eq!(serving(&stand, "api"), whole(&before));
        assert_eq!(held(&stand, &tree), [newest], "what was well is not held");
    }
}

#[test]
fn what_others_took_back_while_it_waited_is_not_followed_by_what_is_well() {
    let stand = Stand::new();
    let tree = tree(&["api"]);
    let oldest = upload(&stand, "api", 200, &[]);
    deploy(&stand, "api", &oldest, "by hand");
    let ([good], _) = good_and_bad(&stand, &tree.path(), ["api"]);
    let back = waited(&stand, &tree, &[], || {
        deploy(&stand, "api", &good, "by hand");
        // As a deployment leaves it that was put back because its checks failed.
        let sql = "UPDATE deployments SET state = 'restored' \
                   WHERE seq = (SELECT MAX(seq) FROM deployments)";
        let store = store(&tree.path());
        block_on(store.database().run(sql, &[])).expect("a runtime").expect("written");
    });
    assert_eq!(back.code, 0, "{back:?}");
    assert!(back.out.contains("Nothing to roll back"), "{back:?}");
    assert_eq!(serving(&stand, "api"), whole(&good));
    assert!(held(&stand, &tree).is_empty());
    let locks = block_on(store(&tree.path()).locks()).expect("a runtime").expect("locks");
    assert!(locks.is_empty(), "{locks:?}");
}
