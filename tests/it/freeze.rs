//! `clodo freeze`: what is written into the journal, and what is listed.

use std::path::Path;
use std::process::Command;

use clodo::core::model::context::CiContext;
use clodo::flow::gate::freezes;
use clodo::world::http::block_on;
use clodo::world::store::{Place, Store};
use serde_json::Value;

use crate::sandbox::Stand;
use crate::work_tree::WorkTree;

/// How a command ended.
#[derive(Debug)]
struct Ended {
    code: i32,
    out: String,
    err: String,
}

fn clodo(root: &Path, environment: &[(&str, String)], args: &[&str]) -> Ended {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clodo"));
    command.env_clear().env("HOME", root).env("USER", "ana");
    command.envs(environment.iter().map(|(name, value)| (*name, value)));
    command.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
    let output = command.current_dir(root).arg("freeze").args(args).output().expect("clodo runs");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    Ended {
        code: output.status.code().unwrap_or(-1),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

fn well(root: &Path, environment: &[(&str, String)], args: &[&str]) -> String {
    let ended = clodo(root, environment, args);
    assert_eq!(ended.code, 0, "{args:?}: {ended:?}");
    ended.out
}

fn list(root: &Path, environment: &[(&str, String)]) -> Vec<Value> {
    let text = well(root, environment, &["ls", "--format", "json"]);
    let found: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(found["schema"], "clodo.freezes/1");
    found["freezes"].as_array().expect("a list").clone()
}

/// From the first freeze to its end, wherever the journal is.
fn a_life(root: &Path, environment: &[(&str, String)]) {
    assert_eq!(well(root, environment, &["ls"]), "No freezes.\n");
    let add = [
        "add",
        "-e",
        "production",
        "--service",
        "api",
        "--from",
        "2020-12-20",
        "--to",
        "2021-01-02",
        "--zone",
        "Europe/Berlin",
        "--repeat",
        "yearly",
        "--reason",
        "the holidays",
    ];
    well(root, environment, &add);
    let id = well(root, environment, &["add", "--reason", "the database is moved"]);
    let id = id.trim();
    let found = list(root, environment);
    assert_eq!(found.len(), 2, "{found:?}");
    let now = found.iter().find(|one| one["id"] == id).expect("the one that holds");
    assert_eq!(
        (&now["active"], &now["until"], &now["whence"]),
        (&true.into(), &Value::Null, &"journal".into())
    );
    let yearly = found.iter().find(|one| one["id"] != id).expect("the holidays");
    assert_eq!((&yearly["repeat"], &yearly["zone"]), (&"yearly".into(), &"Europe/Berlin".into()));
    assert_eq!(yearly["to"], "2021-01-03T00:00:00", "the last day is a day of it");
    let table = well(root, environment, &["ls"]);
    assert!(table.contains("now, until it is ended"), "{table}");
    assert!(table.contains("production (api)"), "{table}");
    let ended = clodo(root, environment, &["end", "01", "--reason", "which of them"]);
    assert_eq!(ended.code, 2, "two begin so: {ended:?}");
    let lower = id.to_ascii_lowercase();
    well(root, environment, &["end", &lower, "--reason", "it is moved"]);
    assert_eq!(list(root, environment).len(), 1);
    assert_eq!(clodo(root, environment, &["end", id, "--reason", "again"]).code, 2);
}

#[test]
fn a_freeze_lives_in_a_file() {
    let tree = WorkTree::of(&[("clodo.yml", "state: { sqlite: state.db }")]);
    a_life(&tree.path(), &[]);
    let store = block_on(Store::open(&Place::Sqlite(tree.at("state.db"))));
    let store = store.expect("a runtime").expect("a store");
    let found = block_on(freezes(&store, None, &CiContext::default(), None));
    let found = found.expect("a runtime").expect("freezes");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].services, ["api"]);
}

#[test]
fn a_freeze_lives_in_d1() {
    let stand = Stand::seeded("resources: { d1: [{ name: clodo-state }] }");
    let tree = WorkTree::of(&[("clodo.yml", "state: { d1: clodo-state }")]);
    a_life(&tree.path(), &stand.sandbox.environment());
}

#[test]
fn what_makes_no_sense_is_not_set() {
    let tree = WorkTree::of(&[]);
    let root = tree.path();
    for (args, why) in [
        (
            &["add", "--from", "2026-12-20", "--to", "2026-12-01", "--reason", "x"][..],
            "ends before it begins",
        ),
        (&["add", "--from", "2026-12-20", "--repeat", "daily", "--reason", "x"], "has no end"),
        (
            &[
                "add",
                "--from",
                "2026-12-20",
                "--to",
                "2026-12-25",
                "--repeat",
                "daily",
                "--reason",
                "x",
            ],
            "comes again before it ends",
        ),
        (&["add", "--from", "soon", "--reason", "x"], "2026-12-20T18:00"),
        (&["add", "--zone", "Berlin", "--reason", "x"], "Europe/Berlin"),
        (&["add", "--reason", " "], "say why"),
        (&["add"], "--reason"),
        (&["end", "01JD4Z9T3M8V5QW2E7R6Y1XKBN", "--reason", "x"], "no freeze"),
    ] {
        let ended = clodo(&root, &[], args);
        assert_eq!(ended.code, 2, "{args:?}: {ended:?}");
        assert!(ended.err.contains(why), "{args:?}: {}", ended.err);
    }
    assert!(!tree.at(".clodo/state.db").exists(), "nothing was written");
}

#[test]
fn those_of_gitlab_are_listed_where_a_token_may_read_them() {
    let stand = Stand::seeded(
        "
gitlab:
  people: [{ username: ana, token: glpat-ana }]
  tokens: [{ value: glpat-bot, username: project_1_bot }]
  projects:
    - path: group/shop
      members: { project_1_bot: maintainer }
      commits: [{}]
      freeze-periods: [{ start: 0 18 * * 5, end: 0 8 * * 1, timezone: Europe/Berlin }]
",
    );
    let gated = "environments:\n  production:\n    gate: { approvals: [{ any-of: [user:bo] }] }\n";
    let tree = WorkTree::of(&[("clodo.yml", gated)]);
    let mut environment = stand.sandbox.environment();
    environment.extend(
        [
            ("CI", "true"),
            ("GITLAB_CI", "true"),
            ("CI_PROJECT_PATH", "group/shop"),
            ("CI_COMMIT_SHA", "badc0de000000000000000000000000000000000"),
        ]
        .map(|(name, value)| (name, value.to_owned())),
    );
    let found = list(&tree.path(), &environment);
    assert!(!found.is_empty(), "the weekends");
    assert!(found.iter().all(|one| one["whence"] == "gitlab"), "{found:?}");
    assert!(found.iter().all(|one| one["environments"][0] == "production"), "{found:?}");
    // Without the right to read them, the others are listed.
    environment.push(("GITLAB_TOKEN", "glpat-none".to_owned()));
    let refused = clodo(&tree.path(), &environment, &["ls"]);
    assert_eq!(refused.code, 0, "{refused:?}");
    assert!(refused.err.contains("freeze periods of the forge are missing: "), "{refused:?}");
}

#[test]
fn a_service_that_there_is_not_is_noted() {
    let tree = WorkTree::of(&[("wrangler.toml", "name = \"api\"\n")]);
    let add = |service: &str| {
        let ended = clodo(&tree.path(), &[], &["add", "--service", service, "--reason", "x"]);
        assert_eq!(ended.code, 0, "{ended:?}");
        ended.err
    };
    assert!(!add("api").contains("note: "));
    assert!(add("apy").contains("no service of this project is called apy"));
}

const CALENDAR: &str = "BEGIN:VCALENDAR\r\nX-WR-TIMEZONE:Europe/Berlin\r\n\
    BEGIN:VEVENT\r\nSUMMARY:Christmas\r\nDTSTART;VALUE=DATE:20201224\r\nDTEND;VALUE=DATE:20201227\r\n\
    RRULE:FREQ=YEARLY\r\nEND:VEVENT\r\n\
    BEGIN:VEVENT\r\nSUMMARY:Weekends\r\nDTSTART;VALUE=DATE:20260102\r\nRRULE:FREQ=WEEKLY;BYDAY=FR,SA\r\n\
    END:VEVENT\r\nEND:VCALENDAR\r\n";

#[test]
fn a_calendar_is_imported_once() {
    let tree = WorkTree::of(&[("clodo.yml", "version: 1"), ("ops/f.ics", CALENDAR)]);
    let root = tree.path();
    let import = ["import", "ops/f.ics", "-e", "production"];
    let dry = clodo(&root, &[], &[&import[..], &["--dry-run"]].concat());
    assert!(dry.code == 0 && dry.err.contains("3 to set, 0 there already."), "{dry:?}");
    assert!(!tree.at(".clodo/state.db").exists(), "nothing was written");
    let first = clodo(&root, &[], &import);
    assert!(first.err.contains("Set 3, 0 there already."), "{first:?}");
    let second = clodo(&root, &[], &import);
    assert!(second.err.contains("Set 0, 3 there already."), "{second:?}");
    let found = list(&root, &[]);
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found.iter().all(|one| one["zone"] == "Europe/Berlin"), "{found:?}");
    tree.write("ops/f.ics", CALENDAR.replace("20201224", "someday"));
    let wrong = clodo(&root, &[], &import);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("ops/f.ics: line 5:"), "{wrong:?}");
}

#[test]
fn those_of_the_files_are_listed_too() {
    let settings = "environments:\n  production:\n    gate:\n      freezes:\n        \
        - { from: 2020-12-20, to: 2021-01-02, repeat: yearly, reason: the holidays }\n        \
        - { calendar: ops/f.ics, services: [api] }\n  staging: { wrangler-env: staging }\n";
    let tree = WorkTree::of(&[("clodo.yml", settings), ("ops/f.ics", CALENDAR)]);
    let found = list(&tree.path(), &[]);
    let whence = |word: &str| found.iter().filter(|one| one["whence"] == word).count();
    assert_eq!((found.len(), whence("clodo.yml"), whence("calendar")), (3, 1, 2), "{found:?}");
    assert!(found.iter().all(|one| one["environments"][0] == "production"), "{found:?}");
    let ids: Vec<&str> = found.iter().filter_map(|one| one["id"].as_str()).collect();
    assert!(ids.contains(&"ops/f.ics:3"), "where it stands: {ids:?}");
    let on_gitlab = [("CI", "true"), ("GITLAB_CI", "true"), ("CI_DEPLOY_FREEZE", "true")];
    let on_gitlab = on_gitlab.map(|(name, value)| (name, value.to_owned()));
    let found = list(&tree.path(), &on_gitlab);
    let said = found.iter().find(|one| one["id"] == "CI_DEPLOY_FREEZE").expect("what GitLab says");
    assert_eq!(said["active"], true);
}
