//! GitHub.

use ::clodo::core::gate::Principal;
use ::clodo::world::forge::evidence::{Account, Says};
use ::clodo::world::forge::{ForgeError, Kind};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};

use super::super::super::stand::Stand;
use super::super::{ask, origin};
use super::{Asker, logins};

const KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJVr0000000000000000000000000000000000000000000";

/// A private repository with a pull request of cy's, and people who may look at it.
pub(super) fn stand() -> Stand {
    Stand::seeded(&format!(
        "
github:
  people:
    - {{ login: ana, id: 7001, token: ghp_ana, signing-keys: ['{KEY}'], keys: ['{KEY}'] }}
    - {{ login: cy, token: ghp_cy }}
    - {{ login: root, token: ghp_root, emails: [root@home.example] }}
    - {{ login: renovate, bot: true }}
  teams: {{ acme/sre: [ana, ben] }}
  tokens:
    - {{ value: ghs_job, permissions: {{ contents: read, pull-requests: read, issues: read, actions: read }} }}
    - {{ value: ghs_blind, permissions: {{ issues: read }} }}
  repositories:
    - name: acme/shop
      private: true
      collaborators: {{ ana: write, cy: write, root: admin }}
      teams: {{ acme/sre: maintain }}
      commits:
        - {{ contents: {{ clodo.yml: 'version: 1' }} }}
        - branch: feature
          author: cy
          committer: eve@example.com
          message: \"Fix it\\n\\nCo-authored-by: Root <root@home.example>\"
          contents: {{ src/index.ts: 'export default {{}}' }}
      pulls: [{{ number: 42, author: cy, head: feature }}]
      environments:
        production: {{ reviewers: [{{ user: ana }}, {{ team: acme/sre }}], prevent-self-review: true }}
        staging: {{}}
        strict: {{ reviewers: [{{ user: ana }}], binds-admins: true }}
      runs: [{{ id: 1187, actor: cy, branch: main, waiting: [production] }}]
"
    ))
}

fn job(stand: &Stand) -> Asker {
    Asker::new(stand, Kind::GitHub, "acme/shop", "ghs_job")
}

fn act(stand: &Stand, token: &str, method: Method, path: &str, body: Value) -> Value {
    let body = Some(body).filter(|body| !body.is_null());
    let answer = ask(stand, token, method, path, body.as_ref());
    assert!(answer.status < 300, "{path}: {answer:?}");
    answer.body
}

/// Somebody writes a file, in a commit on a branch.
fn write(stand: &Stand, token: &str, branch: &str, path: &str, text: &str) -> String {
    let body = json!({ "message": "Write", "content": STANDARD.encode(text), "branch": branch });
    let made = act(stand, token, Method::PUT, &format!("/contents/{path}"), body);
    made["commit"]["sha"].as_str().expect("a commit").to_owned()
}

#[test]
fn a_change_names_everybody_who_made_it() {
    let stand = stand();
    let change = job(&stand).ask(&stand, async |forge| forge.change(42).await).expect("a change");
    assert_eq!((change.number, &*change.base, change.fork), (42, "main", false));
    assert_eq!((&*change.author.login, change.author.bot), ("cy", false));
    let [commit] = &*change.commits else { panic!("{:?}", change.commits) };
    assert_eq!((&commit.sha, commit.author.login.as_deref()), (&change.head, Some("cy")));
    // Of whom GitHub does not know an address is all that there is.
    assert_eq!(commit.committer.login, None);
    assert_eq!(commit.committer.email.as_deref(), Some("eve@example.com"));
    let second = commit.co_authors.iter().filter_map(|hand| hand.login.as_deref());
    assert!(second.collect::<Vec<_>>().contains(&"root"), "{:?}", commit.co_authors);
}

#[test]
fn what_lies_between_two_commits_is_told_to_the_end() {
    let stand = stand();
    let between = |base: &str, head: &str| {
        job(&stand).ask(&stand, async |forge| forge.between(base, head).await).expect("commits")
    };
    let [commit] = &*between("main", "feature") else { panic!("one commit") };
    assert_eq!(commit.author.login.as_deref(), Some("cy"));
    let second = commit.co_authors.iter().filter_map(|hand| hand.login.as_deref());
    assert!(second.collect::<Vec<_>>().contains(&"root"), "{:?}", commit.co_authors);
    assert_eq!(between("feature", "main"), []);
    let tip = job(&stand).ask(&stand, async |forge| forge.tip("feature").await).expect("a commit");
    assert_eq!((&tip, between(&tip, "feature").len()), (&commit.sha, 0));

    // Over several pages.
    let many = "      - { branch: feature, author: cy }\n".repeat(102);
    let stand = Stand::seeded(&format!(
        "
github:
  tokens: [{{ value: ghs_job, permissions: {{ contents: read }} }}]
  repositories:
    - name: acme/shop
      commits:
      - {{}}
{many}"
    ));
    let asked = job(&stand).ask(&stand, async |forge| forge.between("main", "feature").await);
    assert_eq!(asked.expect("commits").len(), 102);
}

#[test]
fn whoever_may_only_read_what_is_public_has_no_part_in_it() {
    for (private, reader) in [(true, true), (false, false)] {
        let stand = Stand::seeded(&format!(
            "
github:
  people: [{{ login: eve }}]
  tokens: [{{ value: ghs_job, permissions: {{ contents: read }} }}]
  repositories:
    - name: acme/shop
      private: {private}
      collaborators: {{ ana: write, ben: triage, cy: read }}
"
        ));
        let belongs = |login: &str| {
            job(&stand).ask(&stand, async |forge| forge.belongs(login).await).expect("an answer")
        };
        assert_eq!(["ana", "ben", "cy", "eve"].map(belongs), [true, true, reader, false]);
    }
}

#[test]
fn what_was_reviewed_is_not_what_is_pushed_over_it() {
    let stand = stand();
    let review = json!({ "event": "APPROVE" });
    act(&stand, "ghp_ana", Method::POST, "/pulls/42/reviews", review);
    let seen = job(&stand).ask(&stand, async |forge| forge.change(42).await).expect("a change");

    // cy goes back to where the branch began, and pushes something else by force.
    let main = act(&stand, "ghp_cy", Method::GET, "/branches/main", Value::Null);
    let refs = json!({ "ref": "refs/heads/other", "sha": main["commit"]["sha"] });
    act(&stand, "ghp_cy", Method::POST, "/git/refs", refs);
    let other = write(&stand, "ghp_cy", "other", "src/index.ts", "mine");
    let path = "/git/refs/heads/feature";
    let kind = ask(&stand, "ghp_cy", Method::PATCH, path, Some(&json!({ "sha": other })));
    assert_eq!((kind.status, kind.message()), (422, "Update is not a fast forward"));
    act(&stand, "ghp_cy", Method::PATCH, path, json!({ "sha": other, "force": true }));

    let asked = job(&stand)
        .ask(&stand, async |forge| Ok((forge.change(42).await?, forge.reviews(42).await?)));
    let (change, reviews) = asked.expect("an answer");
    assert_eq!((&change.head, change.commits.len()), (&other, 1));
    let [review] = &*reviews else { panic!("{reviews:?}") };
    assert_eq!((review.says, &*review.by.login), (Says::Approved, "ana"));
    assert_eq!(review.commit.as_ref(), Some(&seen.head), "not the new head");
}

#[test]
fn a_merge_is_known_by_its_tree() {
    for (way, parents) in [("squash", 1), ("merge", 2)] {
        let stand = stand();
        let body = json!({ "merge_method": way });
        let merged = act(&stand, "ghp_ana", Method::PUT, "/pulls/42/merge", body);
        let sha = merged["sha"].as_str().expect("a commit");
        let asked = job(&stand).ask(&stand, async |forge| {
            let number = forge.merged_as(sha).await?.expect("a pull request");
            let change = forge.change(number).await?;
            let head = forge.commit(&change.head).await?;
            Ok((change, head, forge.commit(sha).await?))
        });
        let (change, head, commit) = asked.expect("an answer");
        assert_eq!(change.merged_as.as_deref(), Some(sha));
        assert_eq!((&commit.tree, commit.sha == head.sha), (&head.tree, false));
        let shown = act(&stand, "ghp_ana", Method::GET, &format!("/commits/{sha}"), Value::Null);
        assert_eq!(shown["parents"].as_array().map(Vec::len), Some(parents));
    }
    // Where the base has moved, what is merged is not what was looked at.
    let stand = stand();
    write(&stand, "ghp_root", "main", "README.md", "new");
    let merged = act(&stand, "ghp_ana", Method::PUT, "/pulls/42/merge", json!({}));
    let sha = merged["sha"].as_str().expect("a commit");
    let trees = job(&stand).ask(&stand, async |forge| {
        let change = forge.change(42).await?;
        Ok((forge.commit(&change.head).await?.tree, forge.commit(sha).await?.tree))
    });
    let (head, merged) = trees.expect("an answer");
    assert_ne!(head, merged);
}

#[test]
fn a_comment_that_was_changed_is_known_within_the_same_second() {
    let stand = stand();
    let hash = "9f3c41d07b2a";
    let say = |token, text: &str| {
        act(&stand, token, Method::POST, "/issues/42/comments", json!({ "body": text }))
    };
    say("ghp_ana", &format!("/clodo approve production {hash}"));
    let other = say("ghp_ana", "Looks good");
    let path = format!("/issues/comments/{}", other["id"]);
    let forged = json!({ "body": format!("/clodo approve production {hash}") });
    act(&stand, "ghp_cy", Method::PATCH, &path, forged);
    let remarks = job(&stand).ask(&stand, async |forge| forge.remarks(42).await).expect("remarks");
    let edited: Vec<_> = remarks.iter().map(|one| (&*one.by.login, one.edited)).collect();
    assert_eq!(edited, [("ana", false), ("ana", true)]);
}

#[test]
fn a_run_tells_who_started_it_and_who_let_it_through() {
    let stand = stand();
    let environment = act(&stand, "ghp_ana", Method::GET, "/environments/production", Value::Null);
    let ids = json!([environment["id"]]);
    let body = json!({ "environment_ids": ids, "state": "approved", "comment": "" });
    act(&stand, "ghp_ana", Method::POST, "/actions/runs/1187/pending_deployments", body);
    act(&stand, "ghp_root", Method::POST, "/actions/runs/1187/rerun", json!({}));
    let asked = job(&stand)
        .ask(&stand, async |forge| Ok((forge.run("1187").await?, forge.answers("1187").await?)));
    let (run, answers) = asked.expect("an answer");
    assert_eq!(logins(&run.actor), ["cy"]);
    assert_eq!(logins(&run.triggering_actor), ["root"]);
    assert_eq!(logins(answers.iter().map(|one| &one.by)), ["ana"]);
    assert!(answers[0].approved && answers[0].environments == ["production"]);

    // Another run, for whatever is on a branch then.
    let start = json!({ "repository": "acme/shop", "branch": "feature", "actor": "ana" });
    let begun = ask(&stand, "", Method::POST, "at:/sandbox/github/runs", Some(&start)).body;
    let id = begun["id"].to_string();
    let run = job(&stand).ask(&stand, async |forge| forge.run(&id).await).expect("a run");
    let change = job(&stand).ask(&stand, async |forge| forge.change(42).await).expect("a change");
    assert_eq!((logins(&run.actor), run.head), (vec!["ana"], change.head));
}

#[test]
fn groups_are_those_of_now() {
    let stand = stand();
    let asker = Asker::new(&stand, Kind::GitHub, "acme/shop", "ghp_root");
    let of = ["role:maintain", "role:admin", "team:sre"].map(|text| text.parse().expect("one"));
    let groups = |login: &str| -> Vec<String> {
        let found = asker.ask(&stand, async |forge| forge.groups(login, &of).await);
        let found = found.expect("groups");
        let wanted = found.iter().filter(|one| of.contains(one)).map(Principal::to_string);
        wanted.collect()
    };
    assert_eq!(groups("ana"), ["role:maintain", "team:sre"]);
    assert_eq!(groups("root"), ["role:maintain", "role:admin"]);
    act(&stand, "ghp_root", Method::DELETE, "/collaborators/ana", Value::Null);
    let path = "at:/github/orgs/acme/teams/sre/memberships/ana";
    assert_eq!(ask(&stand, "ghp_cy", Method::DELETE, path, None).status, 404, "not for everybody");
    act(&stand, "ghp_root", Method::DELETE, path, Value::Null);
    assert_eq!(groups("ana"), [""; 0]);
    // A job's token must not see teams: that is no "nobody".
    let asked = job(&stand).ask(&stand, async |forge| forge.groups("ana", &of).await);
    let error = asked.expect_err("an error");
    assert!(error.to_string().contains("read who is in a team"), "{error}");
}

#[test]
fn protection_is_told() {
    let stand = stand();
    let of = |name: &str| {
        let asked = job(&stand).ask(&stand, async |forge| forge.protection(name).await);
        let one = asked.expect("an answer");
        (one.exists, one.reviewers, one.prevents_self_review, one.admins_bypass)
    };
    assert_eq!(of("production"), (true, 2, true, true));
    assert_eq!(of("strict"), (true, 1, false, false));
    assert_eq!(of("staging"), (true, 0, false, true));
    assert!(!of("nowhere").0);
}

#[test]
fn a_file_is_there_or_not_and_what_must_not_be_seen_is_neither() {
    let stand = stand();
    let read = |token: &str, path: &str, at: &str| {
        let asker = Asker::new(&stand, Kind::GitHub, "acme/shop", token);
        asker.ask(&stand, async |forge| forge.file(path, at).await)
    };
    assert_eq!(read("ghs_job", "clodo.yml", "main"), Ok(Some(b"version: 1".to_vec())));
    let sha = write(&stand, "ghp_cy", "feature", "clodo.yml", &"gate: none\n".repeat(20));
    let new = read("ghs_job", "clodo.yml", &sha).expect("a file").expect("it is there");
    assert_eq!(new.len(), 220, "over several lines of base64");
    assert_eq!(read("ghs_job", "clodo.yml", "main"), Ok(Some(b"version: 1".to_vec())));
    assert_eq!(read("ghs_job", "ops/clodo.yml", "main"), Ok(None));
    for (token, path, at) in [
        ("ghs_blind", "clodo.yml", "main"),
        ("ghs_blind", "ops/clodo.yml", "main"),
        ("ghs_job", "clodo.yml", "0123456789012345678901234567890123456789"),
    ] {
        let error = read(token, path, at).expect_err("it is not known");
        assert!(matches!(error, ForgeError::Denied { .. } | ForgeError::Refused { .. }), "{error}");
    }
}

#[test]
fn a_person_is_a_number_with_keys() {
    let stand = stand();
    let asker = Asker::new(&stand, Kind::GitHub, "acme/shop", "ghp_ana");
    let me = asker.ask(&stand, async |forge| forge.user().await).expect("ana");
    assert_eq!((&*me.id, &*me.login, me.bot), ("7001", "ana", false));
    let asked = asker.ask(&stand, async |forge| {
        let renovate = forge.account("renovate").await?;
        Ok((forge.signing_keys(&me).await?, renovate, forge.account("nobody").await?))
    });
    let (keys, renovate, nobody) = asked.expect("an answer");
    assert_eq!(keys, [KEY], "once, though it is in both lists");
    assert!(renovate.is_some_and(|one| one.bot) && nobody.is_none());
    // Somebody who has taken a name that was given up is somebody else.
    let before = Account { id: "12".into(), ..me };
    let asked = asker.ask(&stand, async |forge| forge.signing_keys(&before).await);
    assert!(matches!(asked, Err(ForgeError::Refused { .. })), "{asked:?}");
    // The token of a job is nobody's.
    let asked = job(&stand).ask(&stand, async |forge| forge.user().await);
    assert!(asked.is_err_and(|error| error.hint().contains("token of a person")));
    assert!(origin(&stand).starts_with("http://127.0.0.1"));
}
