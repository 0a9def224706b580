//! What is bad, and what is not: splits, secrets, what others deployed, and other environments.

use clodo::world::http::block_on;
use reqwest::Method;
use serde_json::json;

use super::record::{Was, base, deployed, good_and_bad, store};
use super::{clodo, deploy, serving, tree, upload, whole};
use crate::sandbox::Stand;
use crate::work_tree::WorkTree;

/// Versions and commits that are held.
fn held(stand: &Stand, tree: &WorkTree) -> Vec<(String, String)> {
    let store = store(&tree.path());
    let holds = block_on(store.holds(&stand.account(), "")).expect("a runtime").expect("holds");
    let one = |hold: clodo::core::model::deployment::Hold| {
        (hold.what.version.unwrap_or_default(), hold.what.commit.unwrap_or_default())
    };
    holds.into_iter().map(one).collect()
}

/// Deployments of a Worker, each with the version for its commit.
fn deployments(stand: &Stand, tree: &WorkTree, healthy: &[Option<bool>]) -> Vec<String> {
    let versions: Vec<String> = healthy.iter().map(|_| upload(stand, "api", 200, &[])).collect();
    for (at, healthy) in healthy.iter().enumerate() {
        let (version, before) = (&versions[at], &versions[at.saturating_sub(1)]);
        deploy(stand, "api", version, "deployed");
        let before = base(before);
        let was = Was { service: "api", version, before, healthy: *healthy, ..Was::default() };
        deployed(stand, &tree.path(), ("", version), &[was]);
    }
    versions
}

fn split(stand: &Stand, shares: [(&str, u8); 2]) {
    let share = |(version, share)| json!({ "version_id": version, "percentage": share });
    let body = json!({ "strategy": "percentage", "versions": shares.map(share) });
    let path = "/accounts/{account}/workers/scripts/api/deployments?force=true";
    let (status, answer) = stand.ask(Method::POST, path, Some(&body));
    assert_eq!(status, 200, "{answer}");
}

#[test]
fn of_a_split_the_bad_version_alone_is_bad() {
    for is_first in [true, false] {
        let stand = Stand::new();
        let tree = tree(&["api"]);
        let versions = deployments(&stand, &tree, &[Some(true), Some(true), Some(true)]);
        let [_, good, bad] = &versions[..] else { panic!("{versions:?}") };
        // Somebody limits the damage.
        let (most, least) = ((good.as_str(), 90), (bad.as_str(), 10));
        split(&stand, if is_first { [most, least] } else { [least, most] });
        let back = clodo(&stand, &tree.path(), &["rollback"]);
        assert_eq!((back.code, serving(&stand, "api")), (0, whole(good)), "{back:?}");
        assert!(back.err.contains("live and healthy in d-"), "{back:?}");
        assert_eq!(held(&stand, &tree), [(bad.clone(), bad.clone())]);
    }
}

#[test]
fn of_a_split_what_is_named_is_not_held() {
    let stand = Stand::new();
    let tree = tree(&["api"]);
    let versions = deployments(&stand, &tree, &[None, None]);
    let [good, bad] = &versions[..] else { panic!("{versions:?}") };
    split(&stand, [(good, 90), (bad, 10)]);
    let back = clodo(&stand, &tree.path(), &["rollback", "--to", good]);
    assert_eq!((back.code, serving(&stand, "api")), (0, whole(good)), "{back:?}");
    assert_eq!(held(&stand, &tree), [(bad.clone(), bad.clone())]);
    let again = clodo(&stand, &tree.path(), &["rollback", "--to", good]);
    assert_eq!(again.code, 0, "{again:?}");
    assert!(again.out.contains(&format!("{good} serves already")), "{again:?}");
}

#[test]
fn what_was_sick_is_said_to_be() {
    let stand = Stand::new();
    let tree = tree(&["api"]);
    let versions = deployments(&stand, &tree, &[Some(false), Some(true)]);
    let back = clodo(&stand, &tree.path(), &["rollback"]);
    assert_eq!((back.code, serving(&stand, "api")), (0, whole(&versions[0])), "{back:?}");
    assert!(back.err.contains("where its checks failed: nothing better is known"), "{back:?}");
}

/// Two services, of which `web` was deployed once more and alone. Gives what served before that, and
/// the version.
fn two() -> (Stand, WorkTree, [String; 2], String) {
    let stand = Stand::new();
    let tree = tree(&["api", "web"]);
    let (_, before) = good_and_bad(&stand, &tree.path(), ["api", "web"]);
    let web = upload(&stand, "web", 500, &[]);
    deploy(&stand, "web", &web, "deployed");
    let (version, healthy) = (&*web, Some(true));
    let was = Was { service: "web", version, before: base(&before[1]), healthy, ..Was::default() };
    deployed(&stand, &tree.path(), ("", "bad"), &[was]);
    (stand, tree, before, web)
}

#[test]
fn a_change_of_a_secret_is_of_the_deployment_whose_code_it_serves() {
    let (stand, tree, [api, before], web) = two();
    let secret = json!({ "name": "KEY", "text": "s3cret", "type": "secret_text" });
    let path = "/accounts/{account}/workers/scripts/web/secrets";
    assert_eq!(stand.ask(Method::PUT, path, Some(&secret)).0, 200);
    let edited = serving(&stand, "web")[0].0.clone();
    assert_ne!(edited, web);
    let blocked = clodo(&stand, &tree.path(), &["rollback"]);
    assert_eq!(blocked.code, 5, "{blocked:?}");
    assert!(
        blocked.err.contains("web cannot go back: ") && blocked.err.contains("KEY"),
        "{blocked:?}"
    );
    let back = clodo(&stand, &tree.path(), &["rollback", "--force"]);
    assert_eq!((back.code, serving(&stand, "web")), (0, whole(&before)), "{back:?}");
    assert_eq!(serving(&stand, "api"), whole(&api), "it had nothing to do with it");
    let commit = "bad".to_owned();
    assert_eq!(held(&stand, &tree), [(web, commit.clone()), (edited, commit)]);
}

#[test]
fn what_others_deployed_since_is_no_reason_to_take_back_something_older() {
    let (stand, tree, [api, _], web) = two();
    let foreign = upload(&stand, "web", 500, &[]);
    deploy(&stand, "web", &foreign, "by hand");
    let unclear = clodo(&stand, &tree.path(), &["rollback"]);
    assert_eq!(unclear.code, 2, "{unclear:?}");
    for said in ["somebody else deployed web after d-", "--service NAME"] {
        assert!(unclear.err.contains(said), "{said}: {unclear:?}");
    }
    assert_eq!(serving(&stand, "api"), whole(&api));
    let named = clodo(&stand, &tree.path(), &["rollback", "--service", "web"]);
    assert_eq!((named.code, serving(&stand, "web")), (0, whole(&web)), "{named:?}");
    assert_eq!(held(&stand, &tree), [(foreign, String::new())]);
}

#[test]
fn a_deployment_of_another_environment_is_not_gone_back_to() {
    let stand = Stand::new();
    let tree = tree(&["api"]);
    let versions = deployments(&stand, &tree, &[None, None]);
    let was = || Was { service: "api", version: &versions[0], ..Was::default() };
    let staging = deployed(&stand, &tree.path(), ("staging", "4be21c7"), &[was()]);
    let refused = clodo(&stand, &tree.path(), &["rollback", "--to", &staging]);
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.err.contains("is a deployment of the environment \"staging\""), "{refused:?}");
    // Nor is a Worker touched that is none of this environment's.
    let gone = Was { service: "gone", version: &versions[0], ..Was::default() };
    let gone = deployed(&stand, &tree.path(), ("", "4be21c7"), &[was(), gone]);
    let refused = clodo(&stand, &tree.path(), &["rollback", "--to", &gone]);
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.err.contains("there is no service gone"), "{refused:?}");
    assert_eq!(serving(&stand, "api"), whole(&versions[1]));
    let named = ["rollback", "--to", &*gone, "--service", "api"];
    assert_eq!(clodo(&stand, &tree.path(), &named).code, 0);
}

#[test]
fn a_hold_of_a_service_that_is_not_there_cannot_be_cleared() {
    let stand = Stand::new();
    let tree = tree(&["api"]);
    let clear = ["rollback", "--clear-hold", "--reason", "x", "--service"];
    let nope = clodo(&stand, &tree.path(), &[&clear[..], &["nope"]].concat());
    assert_eq!(nope.code, 2, "{nope:?}");
    assert!(nope.err.contains("there is no service nope"), "{nope:?}");
    let api = clodo(&stand, &tree.path(), &[&clear[..], &["api"]].concat());
    assert_eq!(api.code, 0, "{api:?}");
}
