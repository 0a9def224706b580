//! Where the gate of an environment is read from, in repositories of git.

use clodo::core::config::clodo_yml::Gate;
use clodo::core::model::context::{CiContext, Field, Sha};
use clodo::exit::Exit;
use clodo::flow::gate;
use clodo::flow::gate::PolicyError;
use clodo::flow::project::Request;
use clodo::world::http::block_on;

use crate::git::git;
use crate::work_tree::WorkTree;

/// A repository with a `clodo.yml` in its first commit.
fn repository(settings: &str) -> WorkTree {
    let tree = WorkTree::of(&[("clodo.yml", settings)]);
    git(&tree.path(), &["init", "--quiet", "--initial-branch", "main"]);
    save(&tree, settings);
    tree
}

/// Commits a `clodo.yml`.
fn save(tree: &WorkTree, settings: &str) -> Sha {
    tree.write("clodo.yml", settings);
    let folder = tree.path();
    git(&folder, &["add", "clodo.yml"]);
    git(&folder, &["commit", "--quiet", "--allow-empty", "--message", "x"]);
    Sha::parse(&git(&folder, &["rev-parse", "HEAD"])).expect("a commit")
}

fn production(gate: &str) -> String {
    format!("environments: {{ production: {{ wrangler-env: production, gate: {gate} }} }}\n")
}

const SRE: &str = "{ approvals: [{ any-of: [team:sre] }] }";
const DBA: &str = "{ approvals: [{ any-of: [team:dba], count: 2 }] }";
const NOBODY: &str = "environments: { production: { wrangler-env: production } }\n";

/// A run of which these things are known.
fn run(fields: &[(Field, &str)]) -> CiContext {
    let mut context = CiContext::default();
    for (field, value) in fields {
        context.set(*field, value).unwrap_or_else(|error| panic!("{field:?}: {error:?}"));
    }
    context
}

fn main_branch() -> CiContext {
    run(&[(Field::Branch, "main"), (Field::DefaultBranch, "main"), (Field::Event, "push")])
}

fn read(
    tree: &WorkTree,
    context: &CiContext,
    environment: &str,
    since: Option<&Sha>,
) -> Result<Option<Gate>, PolicyError> {
    let request = Request { root: tree.path(), ..Request::default() };
    let asks = block_on(gate::asks(&request, context, None, environment, since));
    asks.expect("a runtime").map(|asks| asks.gate)
}

/// Whom a gate asks: `team:sre`, and after `+` whom another policy asks that counts too.
fn asks(tree: &WorkTree, context: &CiContext, environment: &str, since: Option<&Sha>) -> String {
    let gate = read(tree, context, environment, since);
    let Some(gate) = gate.unwrap_or_else(|error| panic!("{error}")) else { return "-".into() };
    let policies = std::iter::once(&gate.policy).chain(gate.policy.others());
    let each = policies.map(|policy| {
        let names = policy.requirements.iter().flat_map(|one| &one.any_of);
        names.map(ToString::to_string).collect::<Vec<_>>().join(" ")
    });
    each.collect::<Vec<_>>().join(" + ")
}

#[test]
fn what_is_committed_counts_and_not_what_lies_there() {
    let tree = repository(&production(SRE));
    tree.write("clodo.yml", NOBODY);
    assert_eq!(asks(&tree, &main_branch(), "production", None), "team:sre");
    assert_eq!(asks(&tree, &CiContext::default(), "production", None), "team:sre");
    assert_eq!(asks(&tree, &main_branch(), "staging", None), "-");
    // In no repository there is nothing else.
    let loose = WorkTree::of(&[("clodo.yml", &production(DBA))]);
    assert_eq!(asks(&loose, &CiContext::default(), "production", None), "team:dba");
}

#[test]
fn a_new_file_counts_before_it_is_committed() {
    let tree = WorkTree::of(&[("README.md", "x")]);
    git(&tree.path(), &["init", "--quiet", "--initial-branch", "main"]);
    tree.write("clodo.yml", production(SRE));
    assert_eq!(asks(&tree, &CiContext::default(), "production", None), "team:sre");
    git(&tree.path(), &["add", "README.md"]);
    git(&tree.path(), &["commit", "--quiet", "--message", "x"]);
    assert_eq!(asks(&tree, &CiContext::default(), "production", None), "team:sre");
}

#[test]
fn a_changed_gate_is_passed_through_both() {
    let tree = repository(&production(SRE));
    let first = Sha::parse(&git(&tree.path(), &["rev-parse", "HEAD"])).expect("a commit");
    save(&tree, &production(DBA));
    assert_eq!(asks(&tree, &main_branch(), "production", None), "team:dba + team:sre");
    save(&tree, NOBODY);
    assert_eq!(asks(&tree, &main_branch(), "production", None), "team:dba");
    // With one more commit the change is gone from sight, but not from the record.
    save(&tree, &format!("{NOBODY}# more\n"));
    assert_eq!(asks(&tree, &main_branch(), "production", None), "-");
    assert_eq!(asks(&tree, &main_branch(), "production", Some(&first)), "team:sre");
    // A push of several commits starts where the branch was.
    let mut push = main_branch();
    push.set(Field::BaseSha, first.as_str()).expect("a commit");
    assert_eq!(asks(&tree, &push, "production", None), "team:sre");
    // The same gate twice is one.
    save(&tree, &production(SRE));
    assert_eq!(asks(&tree, &main_branch(), "production", Some(&first)), "team:sre");
}

#[test]
fn a_pull_request_is_judged_by_its_base() {
    let tree = repository(&production(SRE));
    let folder = tree.path();
    git(&folder, &["update-ref", "refs/remotes/origin/main", "HEAD"]);
    git(&folder, &["checkout", "--quiet", "-b", "feature"]);
    save(&tree, NOBODY);
    let default = (Field::DefaultBranch, "main");
    let of_base = [(Field::Event, "pull_request"), (Field::BaseBranch, "main"), default];
    // A branch that calls itself as the base does is still another one.
    let namesake = [(Field::Branch, "main"), of_base[0], of_base[1], default];
    for fields in [
        &of_base[..],
        &namesake,
        &[(Field::Branch, "feature"), default],
        &[(Field::Tag, "v1"), default],
    ] {
        assert_eq!(asks(&tree, &run(fields), "production", None), "team:sre", "{fields:?}");
    }
    // A base that somebody made for it does not replace the default branch.
    git(&folder, &["update-ref", "refs/remotes/origin/loose", "HEAD"]);
    let loose = [(Field::Event, "pull_request"), (Field::BaseBranch, "loose"), default];
    assert_eq!(asks(&tree, &run(&loose), "production", None), "team:sre");
    // Another commit than the one that the run is about.
    let other = [
        (Field::Branch, "main"),
        default,
        (Field::HeadSha, &"a".repeat(40)),
        (Field::CheckoutSha, &"b".repeat(40)),
    ];
    assert_eq!(asks(&tree, &run(&other), "production", None), "team:sre");
}

#[test]
fn a_name_is_no_way_around() {
    let tree = repository(
        "environments:\n  live: { wrangler-env: production, gate: { approvals: [{ any-of: [ana] }] } }\n  \
         other: { wrangler-env: other }\n",
    );
    assert_eq!(asks(&tree, &main_branch(), "production", None), "user:ana", "undeclared");
    tree.write("clodo.yml", "environments: { other: { wrangler-env: production } }");
    assert_eq!(asks(&tree, &main_branch(), "other", None), "user:ana", "renamed");
}

#[test]
fn what_cannot_be_read_denies() {
    let tree = repository(&production(SRE));
    let pull_request = run(&[(Field::Event, "pull_request"), (Field::BaseBranch, "main")]);
    let said = |context: &CiContext, since: Option<&Sha>| {
        let error = read(&tree, context, "production", since).expect_err("it is closed");
        assert_eq!(error.exit(), Exit::Denied);
        format!("{error}\nfix: {}", error.hint())
    };
    insta::assert_snapshot!(said(&pull_request, None), @"
    the gate is read from the branch main, which this clone does not have
    fix: fetch the whole history (fetch-depth: 0, GIT_DEPTH: 0), or give clodo the forge's token with the permission to read contents
    ");
    let gone = Sha::parse(&"a".repeat(40)).expect("a commit");
    assert!(said(&main_branch(), Some(&gone)).contains("the commit aaaa"));
    save(&tree, "environments:\n  production:\n    gate: { aprovals: [] }\n");
    tree.write("clodo.yml", NOBODY);
    insta::assert_snapshot!(said(&main_branch(), None), @"
    line 3 of clodo.yml: `aprovals` is not a key that is known in `environments.production.gate`, at HEAD
    fix: correct it there; `clodo schema` prints what the file may hold
    ");
    save(&tree, &production("{ freezes: [{ calendar: ops/f.ics }] }"));
    assert!(said(&main_branch(), None).starts_with("the calendar ops/f.ics is not there, at HEAD"));
    tree.write(
        "ops/f.ics",
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT\nEND:VCALENDAR\n",
    );
    git(&tree.path(), &["add", "ops"]);
    save(&tree, &production("{ freezes: [{ calendar: ops/f.ics }] }"));
    insta::assert_snapshot!(said(&main_branch(), None), @"
    ops/f.ics, at HEAD: line 2: the event has no DTSTART
    fix: correct the file there; see docs/freezes.md
    ");
}
