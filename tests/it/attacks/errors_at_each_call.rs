//! Somebody keeps the forge from answering, or it answers too little: whatever is missing is never taken
//! for "nobody".

use clodo::core::gate::Principal;
use clodo::core::model::journal::Action;
use clodo::server::sandbox::faults::{Fault, What};
use clodo::world::forge::evidence::{Account, Evidence};
use clodo::world::forge::{ForgeError, Kind, open};
use serde_json::{Value, json};
use wiremock::{Request, Respond, ResponseTemplate};

use crate::forge::against;
use crate::gate::scene::{BO, Scene};
use crate::http::hasty;
use crate::sandbox::Stand;
use crate::sandbox::forge::evidence::Asker;
use crate::toolchain::toolchain;

/// What GitHub says to those who may not.
const FORBIDDEN: What = What::Error { status: 403, code: 10000 };

/// Everybody whom a policy can ask, so that everything is asked of the forge.
const ALL: &str = "user:bo, team:sre, role:maintain";

#[test]
fn an_error_of_the_forge_at_each_call_keeps_the_gate_closed() {
    let Some(toolchain) = toolchain() else { return };
    let mut scene = Scene::merged(toolchain, &BO.replace("user:bo", ALL));
    scene.deploy(&[], 4);
    scene.approve("bo");
    scene.deploy(&[], 0);
    // The second deployment has one before it, and an answer of each kind.
    scene.place.tree.write("index.js", crate::deploy::place::says("two"));
    scene.merge_one(44);
    scene.deploy(&[], 4);
    let hash = scene.asked();
    scene.comment_on(44, "bo", &format!("/clodo approve production {hash}"));
    let key = scene.key_of_bo();
    let answer = ["approve", "production", &hash, "--key", &key, "--yes"];
    scene.fail("/user", FORBIDDEN);
    assert_ne!(scene.at_desk("bo", &answer).code, Some(0));
    assert_eq!(scene.entries(Action::ApprovalGiven).len(), 0);
    scene.heal();
    assert_eq!(scene.at_desk("bo", &answer).code, Some(0));

    let run = format!("/actions/runs/{}", scene.run);
    let commit = format!("/commits/{}", scene.sha);
    for (path, what) in [
        (&*format!("{commit}/pulls"), "which pull request the commit comes from"),
        ("/compare/*", "who made what goes live with it"),
        (&commit, "who made the change"),
        ("/pulls/44", "who made the change"),
        ("/pulls/44/commits", "who made the change"),
        ("/issues/44/comments", "what people commented"),
        ("/graphql", "what people commented"),
        ("/pulls/44/reviews", "who reviewed it"),
        (&run, "who started the run"),
        (&format!("{run}/approvals"), "who let the run go on"),
        ("/teams/sre/memberships/bo", "who is in which team"),
        ("/collaborators/bo/permission", "who "),
        ("/users/bo", "who answered"),
        ("/users/bo/ssh_signing_keys", "by which keys somebody signs"),
        ("/users/bo/keys", "by which keys somebody signs"),
    ] {
        scene.fail(path, FORBIDDEN);
        let closed = scene.clodo(&["deploy", "-e", "production"]);
        assert_eq!(closed.code, Some(7), "{path}: {closed:?}");
        let words = format!("the gate stays closed, as it cannot be told {what}");
        assert!(closed.err.contains(&words), "{path}: {}", closed.err);
        scene.heal();
    }
    assert_eq!(scene.place.deployments().len(), 1);
    scene.deploy(&[], 0);
}

#[test]
fn an_error_of_the_forge_where_the_policy_is_read_keeps_the_gate_closed() {
    let Some(toolchain) = toolchain() else { return };
    let scene = Scene::merged(toolchain, BO);
    for path in ["/branches/main", "/contents/*"] {
        scene.fail(path, FORBIDDEN);
        let mut command = scene.command(&["deploy", "-e", "production"]);
        command.env("GITHUB_REF", "refs/heads/feature").env("CLODO_DEFAULT_BRANCH", "main");
        let closed = crate::deploy::place::said(&mut command);
        assert_eq!(closed.code, Some(3), "{path}: {closed:?}");
        let words = "the gate stays closed: the gate cannot be read from main";
        assert!(closed.err.contains(words), "{path}: {}", closed.err);
        scene.heal();
    }
    assert!(scene.place.stand.sandbox.state().workers.scripts.is_empty());
}

/// Asks one thing after the other that a decision can rest on; `None` at the end.
async fn ask(forge: &dyn Evidence, number: usize) -> Option<Result<(), ForgeError>> {
    let bo = Account { id: "12".into(), login: "bo".into(), bot: false };
    let of = [Principal::Role("maintain".into()), Principal::Team("sre".into())];
    Some(match number {
        0 => forge.change(42).await.map(drop),
        1 => forge.merged_as("4be21c7").await.map(drop),
        2 => forge.commit("4be21c7").await.map(drop),
        3 => forge.between("4be21c7", "9d0e4f5").await.map(drop),
        4 => forge.reviews(42).await.map(drop),
        5 => forge.remarks(42).await.map(drop),
        6 => forge.run("1187").await.map(drop),
        7 => forge.answers("1187").await.map(drop),
        8 => forge.belongs("bo").await.map(drop),
        9 => forge.groups("bo", &of[..1]).await.map(drop),
        10 => forge.groups("bo", &of[1..]).await.map(drop),
        11 => forge.tip("main").await.map(drop),
        12 => forge.file("clodo.yml", "main").await.map(drop),
        13 => forge.user().await.map(drop),
        14 => forge.account("bo").await.map(drop),
        15 => forge.signing_keys(&bo).await.map(drop),
        _ => return None,
    })
}

#[test]
fn no_error_of_a_forge_is_an_answer() {
    for what in [
        FORBIDDEN,
        What::Error { status: 500, code: 10000 },
        What::RateLimit { retry_after: 3600 },
        What::Malformed { status: 200 },
        What::DropReply,
    ] {
        for kind in [Kind::GitHub, Kind::GitLab] {
            let stand = Stand::new();
            stand.sandbox.faults.add(Fault::always(what.clone()));
            let asker = Asker::new(&stand, kind, "acme/shop", "t");
            let mut asked = 0;
            while let Some(answer) = asker
                .ask(&stand, async |forge| Ok(ask(forge, asked).await))
                .expect("an answer or an error")
            {
                assert!(answer.is_err(), "{kind:?}, {what:?}: question {asked}");
                asked += 1;
            }
            assert_eq!(asked, 16);
        }
    }
}

/// A GitHub that leaves out commits, and says how many there are.
struct Short;

impl Respond for Short {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let path = request.url.path();
        let first_page = request.url.query().is_none_or(|query| query.ends_with("page=1"));
        let side = json!({ "sha": "b", "ref": "x", "repo": { "id": 1 } });
        let git = json!({ "message": "x", "tree": { "sha": "t" } });
        let commit = json!({ "node_id": "C_b", "sha": "b", "commit": git });
        let commits: Vec<Value> = first_page.then(|| commit.clone()).into_iter().collect();
        ResponseTemplate::new(200).set_body_json(match path {
            _ if path.ends_with("/commits") => json!(commits),
            _ if path.contains("/compare/") => json!({ "total_commits": 2, "commits": commits }),
            _ => json!({ "number": 42, "head": side, "base": side, "commits": 2 }),
        })
    }
}

#[test]
fn a_list_that_is_cut_short_is_an_error() {
    against(Short, async |server| {
        let asker = crate::forge::Scene::new(Kind::GitHub, server.uri(), "t");
        let (http, credential) = (hasty(), asker.credential.expect("a token"));
        let forge = open(&http, &asker.to, &credential);
        let evidence = forge.evidence().expect("a forge that is asked");
        let change = evidence.change(42).await.expect_err("an error");
        assert!(change.to_string().contains("lists 1 of its 2 commits"), "{change}");
        let between = evidence.between("a", "b").await.expect_err("an error");
        assert!(between.to_string().contains("lists 1 of 2 commits"), "{between}");
    });
}
