//! Where a run thinks it is: every environment under `tests/fixtures/ci`, against its table.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use clodo::core::model::context::{
    CiContext, CiSystem, EventKind, Field, GitAnswers, Malformed, Remote, Sha,
};
use clodo::core::report::ci_context;
use clodo::world::ci::{MAX_FILE_BYTES, Surroundings, detect, read_file};
use serde_json::Value;

use crate::corruption::{corrupted_bytes, seeded};
use crate::work_tree::{WorkTree, entries, repository};

/// An environment.
#[derive(Clone)]
struct Case {
    name: String,
    folder: PathBuf,
    variables: BTreeMap<String, String>,
    git: GitAnswers,
}

impl Case {
    fn read(folder: &Path) -> Self {
        let text = |name: &str| fs::read_to_string(folder.join(name)).unwrap_or_default();
        let git = lines(&text("git"));
        let answer = |name: &str| git.get(name).filter(|answer| !answer.is_empty()).cloned();
        Self {
            name: folder.file_name().expect("a name").to_string_lossy().into_owned(),
            folder: folder.to_owned(),
            variables: lines(&text("env")),
            git: GitAnswers {
                top: answer("top"),
                head: answer("head").and_then(|sha| Sha::parse(&sha)),
                branch: answer("branch"),
                origin: answer("origin").and_then(|address| Remote::parse(&address)),
                default_branch: answer("default_branch"),
            },
        }
    }

    fn named(name: &str) -> Self {
        Self::read(&repository().join("tests/fixtures/ci").join(name))
    }

    fn with(mut self, variables: &[(&str, &str)]) -> Self {
        let variables = variables.iter().map(|(name, value)| (name.to_string(), value.to_string()));
        self.variables.extend(variables);
        self
    }

    /// Detects, and notes which variables were asked for.
    fn detect_and_note(&self, asked: &RefCell<BTreeSet<String>>) -> Result<CiContext, Malformed> {
        let variable = |name: &str| {
            asked.borrow_mut().insert(name.to_owned());
            self.variables.get(name).cloned()
        };
        // Whatever folder a variable names, the file lies in that of the case.
        let file = |path: &Path| read_file(&self.folder.join(path.file_name().unwrap_or_default()));
        detect(&Surroundings { variable: &variable, file: &file, git: &self.git })
    }

    fn detect(&self) -> CiContext {
        self.detect_and_note(&RefCell::default())
            .unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }
}

fn lines(text: &str) -> BTreeMap<String, String> {
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| line.split_once('=').unwrap_or_else(|| panic!("{line} is no NAME=value")))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn cases() -> Vec<Case> {
    let folders = entries(&repository().join("tests/fixtures/ci"));
    let cases: Vec<Case> =
        folders.iter().filter(|path| path.is_dir()).map(|path| Case::read(path)).collect();
    assert!(cases.len() > 50, "only {} environments", cases.len());
    cases
}

/// Everything that anybody gets to see of a context.
fn seen(context: &CiContext) -> String {
    let mut text = ci_context::explained(context) + &ci_context::text(context);
    text += &ci_context::json(context, true);
    text.extend(ci_context::notes(context).map(|note| format!("{note}\n")));
    text
}

#[test]
fn every_environment_gives_its_table() {
    let mut wrong = Vec::new();
    for case in cases() {
        let context = case.detect();
        let notes = ci_context::notes(&context).map(|note| format!("note: {note}\n"));
        let found = ci_context::explained(&context) + &notes.collect::<String>();
        let path = case.folder.join("expected");
        if fs::read_to_string(&path).is_ok_and(|expected| expected == found) {
            continue;
        }
        if std::env::var_os("UPDATE").is_some_and(|update| update == "1") {
            fs::write(path, found).expect("the table can be written");
        } else {
            wrong.push(format!("{}:\n{found}", case.name));
        }
    }
    assert!(wrong.is_empty(), "UPDATE=1 writes these tables anew:\n\n{}", wrong.join("\n"));
}

#[test]
fn every_system_has_an_environment_and_is_known_by_it() {
    let mut without: BTreeSet<&str> = CiSystem::ALL.map(CiSystem::as_str).into();
    for case in cases() {
        let found = case.detect().ci.map_or("none", |ci| ci.value.as_str());
        without.remove(found);
        // `generic-named` is told that it is another one.
        let is_told = case.variables.contains_key("CLODO_CI");
        assert!(is_told || case.name.starts_with(found), "{} is taken for {found}", case.name);
    }
    assert!(without.is_empty(), "without an environment: {without:?}");
}

#[test]
fn no_head_is_a_commit_that_merges_it_for_the_run() {
    let mut pull_requests = 0;
    for case in cases() {
        let context = case.detect();
        let Some(head) = &context.head_sha else { continue };
        let head = head.value.as_str();
        assert!(!head.starts_with("badc0de0"), "{}: {head} is the merge", case.name);
        if context.pull_request.is_some() {
            assert!(head.starts_with("4ead"), "{}: {head} is not the head", case.name);
            pull_requests += 1;
        }
    }
    assert!(pull_requests > 20, "only {pull_requests} pull requests");
}

#[test]
fn secrets_are_neither_asked_for_nor_shown() {
    let secret = |name: &str| {
        ["TOKEN", "SECRET", "PASSWORD", "KEY"]
            .iter()
            .any(|word| name.split('_').any(|part| part.eq_ignore_ascii_case(word)))
    };
    let mut decoys = 0;
    for case in cases() {
        let asked = RefCell::default();
        let context = case.detect_and_note(&asked).expect("a context");
        for name in asked.into_inner() {
            // The key of a step is its name.
            assert!(!secret(&name) || name == "BUILDKITE_STEP_KEY", "{} reads {name}", case.name);
        }
        decoys += case.variables.values().filter(|value| value.contains("decoy-secret")).count();
        let shown = format!("{}{context:?}", seen(&context));
        assert!(!shown.contains("decoy-secret"), "{}: {shown}", case.name);
    }
    assert!(decoys > 50, "only {decoys} secrets to keep");
}

#[test]
fn what_says_nothing_is_not_known() {
    for case in cases() {
        for nothing in ["", "false", "<nil>", "null", "HEAD", &"0".repeat(40)] {
            for name in case.variables.keys() {
                let context = case.clone().with(&[(name, nothing)]).detect();
                for field in Field::ALL {
                    let value = context.get(field).map(|(value, _)| value);
                    assert_ne!(
                        value.as_ref().and_then(Value::as_str),
                        Some(nothing),
                        "{}: {name}={nothing:?} becomes {field:?}",
                        case.name
                    );
                }
            }
        }
    }
}

/// A value that each field can have.
fn some_value(field: Field) -> String {
    match field {
        Field::Ci => "jenkins".into(),
        Field::Forge => "gitea".into(),
        Field::HeadSha | Field::BaseSha | Field::CheckoutSha => "0c10d0".repeat(7)[..40].into(),
        Field::PullRequest | Field::RunAttempt => "4711".into(),
        Field::Fork | Field::Restricted | Field::Protected | Field::DeployFreeze => "false".into(),
        Field::ServerUrl | Field::ApiUrl => "https://own.example.com".into(),
        _ => "own".into(),
    }
}

#[test]
fn the_users_own_variables_come_first_for_every_field_everywhere() {
    for case in cases() {
        for field in Field::ALL {
            let own = some_value(field);
            let context = case.clone().with(&[(field.variable(), &own)]).detect();
            let (value, source) = context.get(field).expect("it was set");
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            assert_eq!((text, source.to_string()), (own, field.variable().into()), "{}", case.name);
        }
    }
}

#[test]
fn what_the_user_says_needs_no_excuse() {
    let case = Case::named("github-actions-issue-comment");
    assert_eq!(case.detect().notes.len(), 1);
    let told = case.with(&[("CLODO_SHA", &"4ead".repeat(10))]).detect();
    assert_eq!(told.notes, []);
}

#[test]
fn a_variable_of_the_users_own_that_is_wrong_is_an_error() {
    for (name, value, expected) in [
        ("CLODO_PR", "twelve", "CLODO_PR is not a number"),
        ("CLODO_FORK", "maybe", "CLODO_FORK is not true or false"),
        ("CLODO_SHA", "4be21c7", "CLODO_SHA is not the full name of a commit"),
        ("CLODO_FORGE", "sourcehut", "CLODO_FORGE is not one of github, gitlab"),
        ("CLODO_CI", "hudson", "CLODO_CI is not the name of a CI system"),
        ("CLODO_SERVER_URL", "github.com", "CLODO_SERVER_URL is not a URL"),
    ] {
        let case = Case::named("github-actions-push").with(&[(name, value)]);
        let error = case.detect_and_note(&RefCell::default()).expect_err("it is wrong").to_string();
        assert!(error.starts_with(expected), "{error}");
        assert!(!error.contains(value) || expected.contains(value), "{error} repeats the value");
    }
}

#[test]
fn the_event_file_is_never_trusted() {
    let deep = "[".repeat(100_000);
    let long = format!("{{\"before\": \"{}\"", "a".repeat(1_000_000));
    for (payload, is_refused) in [
        ("", true),
        ("{", true),
        ("null", true),
        ("[5]", true),
        ("{}", false),
        (&deep, true),
        (&long, true),
        (r#"{"pull_request": 5}"#, true),
        (r#"{"pull_request": {"number": -1}}"#, true),
        (r#"{"pull_request": {"number": 12, "head": {"sha": "$(id)"}}}"#, false),
        (r#"{"pull_request": null, "repository": {"id": null}, "more": [{}]}"#, false),
        (r#"{"pull_request": {"number": 12}, "pull_request": {"number": 13}}"#, true),
    ] {
        let tree = WorkTree::new();
        tree.write("event.json", payload);
        for event in ["github-actions-fork", "github-actions-workflow-run", "forgejo-actions-fork"]
        {
            let case = Case { folder: tree.path(), ..Case::named(event) };
            let context = case.detect();
            let shown = payload.chars().take(60).collect::<String>();
            let notes = ci_context::notes(&context).collect::<String>();
            assert_eq!(notes.contains("cannot be read"), is_refused, "{shown}: {notes}");
            assert!(!notes.contains("$(id)"), "{notes}");
            assert_eq!(context.head_sha, None, "{shown}: nothing else names the head");
        }
    }
}

#[test]
fn a_corrupted_event_file_breaks_nothing() {
    for case in cases().into_iter().filter(|case| case.folder.join("event.json").exists()) {
        let payload = fs::read(case.folder.join("event.json")).expect("a payload");
        let tree = WorkTree::new();
        let broken = Case { folder: tree.path(), ..case.clone() };
        for seed in 0..50 {
            let mut rng = seeded(&format!("{} {seed}", case.name));
            tree.write("event.json", corrupted_bytes(&payload, &mut rng));
            let context = broken.detect();
            let head = context.head_sha.map(|sha| sha.value.to_string()).unwrap_or_default();
            let wrong = ["badc0de0", "defadefa"].iter().any(|sha| head.starts_with(sha));
            // What has lost the mark of a pull request is an issue, and that has no other commit.
            let may_be_issue = case.name.starts_with("github-actions-issue-comment");
            assert!(!wrong || may_be_issue, "{} {seed}: {head}", case.name);
        }
    }
}

#[test]
fn no_variable_breaks_anything() {
    let long = "/".repeat(70_000);
    let values = [
        "://",
        "a:",
        ":b",
        "@",
        "https://",
        "https://@/",
        "ssh://a@b@c/d",
        "_git/",
        "a/_git/b/_git/c",
        "https://dev.azure.com/_git/",
        "refs/",
        "refs/heads/",
        "refs/tags/",
        "refs/pull/",
        "pr/",
        "refs/pull/99999999999999999999/merge",
        "a!",
        "!1",
        ",,!,",
        "-1",
        "18446744073709551616",
        "é",
        "18446744073709551615",
        "\u{0}",
        "%",
        "%zz",
        "\\",
        "\\u",
        "…/pull/1",
        "https://x/pull/",
        &long,
    ];
    // Those of pull requests have the most to read.
    let cases = cases().into_iter().filter(|case| case.detect().pull_request.is_some());
    for case in cases {
        for name in case.variables.keys().filter(|name| !name.starts_with("CLODO_")) {
            for value in values {
                let context = case.clone().with(&[(name, value)]).detect();
                // Rendering takes longer; only the longest value could mean anything to it.
                assert!(value.len() < 1000 || !ci_context::explained(&context).is_empty());
            }
        }
    }
}

#[test]
fn the_event_file_has_a_largest_size() {
    let tree = WorkTree::new();
    let path = tree.path().join("event.json");
    let file = fs::File::create(&path).expect("a file");
    file.set_len(MAX_FILE_BYTES + 1).expect("a large file");
    assert_eq!(read_file(&path), Err("it is larger than 25 MiB".to_owned()));
    assert!(read_file(&tree.path()).is_err(), "a folder");
    assert!(read_file(&tree.path().join("nothing")).is_err());
    tree.write("binary", [0xff, 0xfe]);
    assert!(read_file(&tree.path().join("binary")).is_err());
}

#[test]
fn whoever_names_a_branch_gives_no_orders() {
    let hostile = "x\u{1b}[2J\u{202e}##[set-output name=a]b\n::error::c";
    let case = Case::named("github-actions-fork").with(&[
        ("GITHUB_HEAD_REF", hostile),
        ("GITHUB_ACTOR", hostile),
        ("GITHUB_EVENT_NAME", hostile),
        ("GITHUB_JOB", "::stop-commands::x"),
    ]);
    let context = case.detect();
    let shown = seen(&context);
    assert!(!shown.contains('\u{1b}') && !shown.contains("##["), "{shown}");
    assert!(!shown.lines().any(|line| line.trim_start().starts_with("::")), "{shown}");
    // People see what stands there; programs get what was there.
    assert!(!ci_context::explained(&context).contains('\u{202e}'), "{shown}");
}

#[test]
fn the_page_about_contexts_names_everything() {
    let page = fs::read_to_string(repository().join("docs/ci-context.md")).expect("the page");
    for field in Field::ALL {
        let row = format!("| `{}` | `{}` |", field.name(), field.variable());
        assert!(page.contains(&row), "{row} is not on the page");
    }
    for word in CiSystem::ALL.map(CiSystem::as_str) {
        assert!(page.contains(&format!("`{word}`")), "{word} is not on the page");
    }
    let asked = RefCell::default();
    for case in cases() {
        case.detect_and_note(&asked).expect("a context");
    }
    for name in asked.into_inner() {
        assert!(page.contains(&name), "{name} is read, and not on the page");
    }
}

#[test]
fn words_for_events_and_systems_are_their_own() {
    for system in CiSystem::ALL {
        assert_eq!(CiSystem::parse(system.as_str()), Some(system));
    }
    assert_eq!(EventKind::parse("merge-queue"), EventKind::MergeQueue);
    assert_eq!(EventKind::parse("promote"), EventKind::Other("promote".into()));
}
