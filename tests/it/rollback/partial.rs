//! A rollback that comes back in part says so, and the same command goes on.

use clodo::core::model::deployment::State;
use clodo::server::sandbox::faults::{Fault, What};
use clodo::world::http::block_on;

use super::record::{good_and_bad, store};
use super::{BACK, clodo, serving, tree, whole};
use crate::sandbox::Stand;

#[test]
fn one_of_three_that_does_not_go_back_needs_a_person() {
    let stand = Stand::new();
    let names = ["auth", "api", "web"];
    let tree = tree(&names);
    let (good, bad) = good_and_bad(&stand, &tree.path(), names);
    let refused = Fault::always(What::Error { status: 400, code: 10021 });
    stand.sandbox.faults.add(refused.at("POST", "*/scripts/api/deployments"));
    let part = clodo(&stand, &tree.path(), &["rollback", "--reason", "it answers 500"]);
    assert_eq!(part.code, 6, "{part:?}");
    for said in ["api  failed: the versions of before do not serve again", "wrangler deployments"] {
        assert!(part.err.contains(said), "{said}: {part:?}");
    }
    for said in ["a person is needed", "The same command again goes on"] {
        assert!(part.out.contains(said), "{said}: {part:?}");
    }
    let [auth, api, web] = names.map(|name| serving(&stand, name));
    assert_eq!([auth, api, web], [whole(&good[0]), whole(&bad[1]), whole(&good[2])]);
    let states = || {
        let all = block_on(store(&tree.path()).deployments(&Default::default()));
        let all = all.expect("a runtime").expect("deployments");
        all.iter().map(|one| one.state).collect::<Vec<_>>()
    };
    assert_eq!(states(), [State::NeedsPerson, State::Succeeded, State::Succeeded]);
    let locks = block_on(store(&tree.path()).locks()).expect("a runtime").expect("locks");
    assert!(locks.is_empty(), "{locks:?}");

    stand.sandbox.faults.clear();
    let whole_again = clodo(&stand, &tree.path(), BACK);
    assert_eq!(whole_again.code, 0, "{whole_again:?}");
    let went: Vec<_> = whole_again.json()["services"].as_array().expect("services").clone();
    assert_eq!(went.len(), 1, "the others are left alone: {went:#?}");
    for (name, version) in names.iter().zip(&good) {
        assert_eq!(serving(&stand, name), whole(version));
    }
    assert_eq!(states()[0], State::Succeeded);
}
