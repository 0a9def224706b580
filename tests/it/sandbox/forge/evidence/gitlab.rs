//! GitLab.

use std::thread;
use std::time::Duration;

use ::clodo::core::gate::{Method as Given, Principal};
use ::clodo::world::forge::evidence::{Account, Says};
use ::clodo::world::forge::{ForgeError, Kind};
use reqwest::Method;
use serde_json::{Value, json};

use super::super::super::stand::Stand;
use super::super::ask;
use super::{Asker, logins};

const KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJVr0000000000000000000000000000000000000000000";

/// A private project with a merge request of cy's, a pipeline of cy's that waits, and people.
fn stand() -> Stand {
    Stand::seeded(&format!(
        "
gitlab:
  people:
    - username: ana
      id: 7001
      token: glpat-ana
      keys: [{{ key: '{KEY}' }}, {{ key: 'ssh-rsa OLD', expires-at: '2020-01-01T00:00:00.000Z' }}]
    - {{ username: ben, token: glpat-ben, emails: [ben@home.example] }}
    - {{ username: cy, token: glpat-cy }}
    - {{ username: root, token: glpat-root }}
    - {{ username: project_1_bot, token: glpat-bot, bot: true }}
  groups:
    group/sre: {{ ana: developer, root: owner }}
  tokens: [{{ value: glcbt-job, username: cy, job: true }}]
  projects:
    - path: group/shop
      private: true
      keeps-approvals: true
      members: {{ ana: developer, ben: developer, cy: developer, root: maintainer, project_1_bot: maintainer }}
      commits:
        - {{ contents: {{ clodo.yml: 'version: 1', docs/a.md: a }} }}
        - {{ branch: feature, author: cy, committer: eve@example.com, message: \"Fix\\n\\nCo-authored-by: Ben <ben@home.example>\", contents: {{ src/index.ts: one }} }}
        - {{ branch: feature, author: ben@home.example, contents: {{ src/index.ts: two }} }}
      merge-requests: [{{ iid: 42, author: cy, source: feature, reviewers: [ana] }}]
      pipelines:
        - id: 1187
          branch: feature
          user: cy
          jobs: [{{ name: 'deploy:production', stage: deploy, status: manual }}]
      environments:
        production: {{ approvals: [{{ of: {{ group: group/sre }}, required: 1 }}] }}
        staging: {{}}
      deployments: [{{ environment: production, branch: feature, status: blocked, user: cy }}]
      freeze-periods: [{{ start: 0 18 * * 5, end: 0 8 * * 1, timezone: Europe/Berlin }}]
"
    ))
}

fn bot(stand: &Stand) -> Asker {
    Asker::new(stand, Kind::GitLab, "group/shop", "glpat-bot")
}

fn act(stand: &Stand, token: &str, method: Method, path: &str, body: Value) -> Value {
    let path = format!("at:/gitlab/api/v4/projects/group%2Fshop{path}");
    let answer = ask(stand, token, method, &path, Some(&body));
    assert!(answer.status < 300, "{path}: {answer:?}");
    answer.body
}

/// Somebody writes a file, in a commit on a branch.
fn write(stand: &Stand, token: &str, path: &str, more: Value) -> String {
    let mut body = json!({
        "branch": "feature", "commit_message": "Write",
        "actions": [{ "action": "create", "file_path": path, "content": "new" }],
    });
    if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
        body.extend(more);
    }
    let made = act(stand, token, Method::POST, "/repository/commits", body);
    made["id"].as_str().expect("a commit").to_owned()
}

#[test]
fn what_lies_between_two_commits_is_told_and_who_is_a_member() {
    let stand = stand();
    let asked = bot(&stand).ask(&stand, async |forge| {
        let between = forge.between("main", "feature").await?;
        let tip = forge.tip("feature").await?;
        let belong = [forge.belongs("ana").await?, forge.belongs("nobody").await?];
        Ok((between, tip, belong))
    });
    let (between, tip, belong) = asked.expect("an answer");
    let authors: Vec<_> = between.iter().map(|one| one.author.login.as_deref()).collect();
    assert_eq!(authors, [Some("cy"), Some("ben")]);
    assert_eq!((tip, belong), (between[1].sha.clone(), [true, false]));
}

#[test]
fn a_change_names_everybody_who_made_it() {
    let stand = stand();
    let change = bot(&stand).ask(&stand, async |forge| forge.change(42).await).expect("a change");
    assert_eq!((change.number, &*change.base, change.fork), (42, "main", false));
    assert_eq!((&*change.author.login, change.merged_as), ("cy", None));
    let hands = change
        .commits
        .iter()
        .map(|one| (one.author.login.as_deref(), one.committer.login.as_deref(), one.tree.len()));
    // GitLab finds who has an address, also one that is not shown; of others it is all that there is.
    let expected = [(Some("cy"), None, 0), (Some("ben"), Some("ben"), 40)];
    assert_eq!(hands.collect::<Vec<_>>(), expected, "the oldest first");
    assert_eq!(change.commits[0].committer.email.as_deref(), Some("eve@example.com"));
    assert_eq!(change.commits[0].co_authors[0].login.as_deref(), Some("ben"));
    assert_eq!(change.commits[1].sha, change.head);
}

#[test]
fn an_approval_is_of_what_was_there_then() {
    let stand = stand();
    act(&stand, "glpat-ana", Method::POST, "/merge_requests/42/approve", json!({}));
    let asker = bot(&stand);
    let seen = asker.ask(&stand, async |forge| forge.change(42).await).expect("a change").head;
    let pushed =
        write(&stand, "glpat-cy", "evil.ts", json!({ "start_branch": "main", "force": true }));
    let note = json!({ "body": "/submit_review requested_changes" });
    act(&stand, "glpat-ben", Method::POST, "/merge_requests/42/notes", note);
    let asked =
        asker.ask(&stand, async |forge| Ok((forge.change(42).await?, forge.reviews(42).await?)));
    let (change, reviews) = asked.expect("an answer");
    assert_eq!((&change.head, change.commits.len()), (&pushed, 1), "by force");
    let said: Vec<_> = reviews
        .iter()
        .map(|one| (&*one.by.login, one.says, one.commit.as_deref(), one.at.is_some()))
        .collect();
    assert_eq!(
        said,
        [
            ("ana", Says::Approved, Some(&*seen), true),
            ("ben", Says::ChangesRequested, Some(&*pushed), true)
        ]
    );
}

#[test]
fn a_merge_is_known_by_its_tree() {
    for squash in [false, true] {
        let stand = stand();
        let body = json!({ "squash": squash });
        let merged = act(&stand, "glpat-ana", Method::PUT, "/merge_requests/42/merge", body);
        let sha = merged["merge_commit_sha"].as_str().expect("a commit");
        let asked = bot(&stand).ask(&stand, async |forge| {
            let number = forge.merged_as(sha).await?.expect("a merge request");
            Ok((forge.change(number).await?, forge.commit(sha).await?))
        });
        let (change, commit) = asked.expect("an answer");
        assert_eq!(change.merged_as.as_deref(), Some(sha));
        let head = change.commits.iter().find(|one| one.sha == change.head).expect("the head");
        assert_eq!((&commit.tree, change.commits.len()), (&head.tree, 2));
        assert_eq!(commit.author.login.as_deref(), Some("ana"));
    }
    // Where the target has moved, what is merged is not what was looked at.
    let stand = stand();
    write(&stand, "glpat-root", "README.md", json!({ "branch": "main" }));
    let merged = act(&stand, "glpat-ana", Method::PUT, "/merge_requests/42/merge", json!({}));
    let sha = merged["merge_commit_sha"].as_str().expect("a commit");
    let trees = bot(&stand).ask(&stand, async |forge| {
        let head = forge.change(42).await?.head;
        Ok((forge.commit(&head).await?.tree, forge.commit(sha).await?.tree))
    });
    let (head, merged) = trees.expect("an answer");
    assert_ne!(head, merged);
}

#[test]
fn notes_tell_who_wrote_them_and_whether_they_were_changed() {
    let stand = stand();
    let say = |token, text: &str| {
        let body = json!({ "body": text });
        act(&stand, token, Method::POST, "/merge_requests/42/notes", body)
    };
    let command = "/clodo approve production 9f3c41d07b2a";
    say("glpat-ana", command);
    say("glpat-bot", command);
    let note = say("glpat-ana", "Looks good");
    let path = format!("/merge_requests/42/notes/{}", note["id"]);
    // GitLab tells times to the millisecond: over loopback, the change can fall in the same one.
    thread::sleep(Duration::from_millis(2));
    act(&stand, "glpat-root", Method::PUT, &path, json!({ "body": command }));
    let remarks = bot(&stand).ask(&stand, async |forge| forge.remarks(42).await).expect("notes");
    let found: Vec<_> = remarks.iter().map(|r| (&*r.by.login, r.by.bot, r.edited)).collect();
    assert_eq!(
        found,
        [("ana", false, false), ("project_1_bot", true, false), ("ana", false, true)]
    );
    assert!(remarks[0].url.as_ref().is_some_and(|url| url.contains("/-/merge_requests/42#note_")));
}

#[test]
fn a_pipeline_tells_who_started_it_and_who_let_it_through() {
    let stand = stand();
    let asker = bot(&stand);
    let ask = || {
        let asked = asker.ask(&stand, async |forge| {
            Ok((forge.run("1187").await?, forge.answers("1187").await?))
        });
        asked.expect("an answer")
    };
    let (run, answers) = ask();
    assert_eq!((logins(&run.actor), logins(&run.triggering_actor)), (vec!["cy"], vec![]));
    assert!(answers.is_empty(), "the job waits: {answers:?}");

    let state = stand.sandbox.state();
    let project = &state.gitlab.projects["group/shop"];
    let (deployment, job) = (project.deployments[0].id, project.pipelines[0].jobs[0].id);
    let (play, approve) =
        (format!("/jobs/{job}/play"), format!("/deployments/{deployment}/approval"));
    let path = format!("at:/gitlab/api/v4/projects/group%2Fshop{play}");
    let early = super::super::ask(&stand, "glpat-ben", Method::POST, &path, None);
    assert_eq!(early.status, 400, "it waits for an approval first");
    act(&stand, "glpat-ana", Method::POST, &approve, json!({ "status": "approved" }));
    act(&stand, "glpat-ben", Method::POST, &play, json!({}));
    let (_, answers) = ask();
    let given: Vec<_> = answers
        .iter()
        .map(|one| (&*one.by.login, one.method, one.approved, one.at.is_some()))
        .collect();
    assert_eq!(
        given,
        [("ana", Given::Deployment, true, true), ("ben", Given::ManualJob, true, true)]
    );
    assert!(answers.iter().all(|one| one.environments == ["production"]));
}

#[test]
fn groups_are_those_of_now() {
    let stand = stand();
    let asker = bot(&stand);
    let of = ["role:developer", "role:maintainer", "team:sre", "team:group/sre"];
    let of = of.map(|text| text.parse::<Principal>().expect("one"));
    let groups = |login: &str| -> Vec<String> {
        let found = asker.ask(&stand, async |forge| forge.groups(login, &of).await);
        let found = found.expect("groups");
        let wanted = found.iter().filter(|one| of.contains(one)).map(Principal::to_string);
        wanted.collect()
    };
    assert_eq!(groups("ana"), ["role:developer", "team:sre", "team:group/sre"]);
    assert_eq!(groups("root"), ["role:developer", "role:maintainer", "team:sre", "team:group/sre"]);
    assert_eq!(groups("nobody"), [""; 0]);
    act(&stand, "glpat-root", Method::DELETE, "/members/7001", json!({}));
    let path = "at:/gitlab/api/v4/groups/group%2Fsre/members/7001";
    assert_eq!(ask(&stand, "glpat-ana", Method::DELETE, path, None).status, 403);
    assert_eq!(ask(&stand, "glpat-root", Method::DELETE, path, None).status, 204);
    assert_eq!(groups("ana"), [""; 0]);
    // A group that is not to be seen is no empty one.
    let unknown = ["team:group/nothing".parse().expect("one")];
    let asked = asker.ask(&stand, async |forge| forge.groups("ana", &unknown).await);
    assert!(asked.is_err_and(|error| error.to_string().contains("read who is a member")));
}

#[test]
fn protection_and_freezes_are_told() {
    let stand = stand();
    let asker = bot(&stand);
    let of = |name: &str| {
        let asked = asker.ask(&stand, async |forge| forge.protection(name).await);
        let one = asked.expect("an answer");
        (one.exists, one.reviewers, one.prevents_self_review)
    };
    assert_eq!(of("production"), (true, 1, true));
    assert_eq!(of("staging"), (true, 0, false));
    assert_eq!(of("nowhere"), (false, 0, false));
    let periods = asker.ask(&stand, async |forge| forge.freeze_periods().await).expect("a list");
    assert_eq!((&*periods[0].start, &*periods[0].zone), ("0 18 * * 5", "Europe/Berlin"));
    // Who only reports must not look at protection.
    let ana = Asker::new(&stand, Kind::GitLab, "group/shop", "glpat-ana");
    let asked = ana.ask(&stand, async |forge| forge.protection("production").await);
    assert!(asked.is_err_and(|error| error.hint().contains("Maintainer")));
}

#[test]
fn a_file_is_there_or_not_and_what_must_not_be_seen_is_neither() {
    let stand = stand();
    let read = |token: &str, path: &str, at: &str| {
        let asker = Asker::new(&stand, Kind::GitLab, "group/shop", token);
        asker.ask(&stand, async |forge| forge.file(path, at).await)
    };
    assert_eq!(read("glpat-bot", "clodo.yml", "main"), Ok(Some(b"version: 1".to_vec())));
    assert_eq!(read("glpat-bot", "docs/a.md", "feature"), Ok(Some(b"a".to_vec())));
    assert_eq!(read("glpat-bot", "ops/clodo.yml", "main"), Ok(None));
    for (token, path, at) in [
        ("glpat-none", "clodo.yml", "main"),
        ("glcbt-job", "ops/clodo.yml", "main"),
        ("glpat-bot", "clodo.yml", "0123456789012345678901234567890123456789"),
    ] {
        let error = read(token, path, at).expect_err("it is not known");
        let closed = matches!(error, ForgeError::Denied { .. } | ForgeError::BadToken { .. });
        assert!(closed, "{error}");
    }
}

#[test]
fn a_person_is_a_number_with_keys() {
    let stand = stand();
    let ana = Asker::new(&stand, Kind::GitLab, "group/shop", "glpat-ana");
    let asked = ana.ask(&stand, async |forge| {
        let me = forge.user().await?;
        let keys = forge.signing_keys(&me).await?;
        Ok((me, keys, forge.account("project_1_bot").await?, forge.account("nobody").await?))
    });
    let (me, keys, bot, nobody) = asked.expect("an answer");
    assert_eq!(me, Account { id: "7001".into(), login: "ana".into(), bot: false });
    assert_eq!(keys, [KEY], "without the one that has expired");
    assert!(bot.is_some_and(|one| one.bot) && nobody.is_none());
}
