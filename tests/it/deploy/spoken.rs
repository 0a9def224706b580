//! What a deployment says: while it goes on, at its end, and where nobody can write it down.

use std::io::Write as _;
use std::process::Stdio;

use clodo::server::sandbox::faults::{Fault, Trigger, What};

use super::place::{API, Place, Said, WEB, ended, said, says};
use super::several::{shop, stand};
use crate::toolchain::{Toolchain, skip, toolchain};

/// Two services, of which the first one has a migration that fails.
fn unmigrated(toolchain: &'static Toolchain) -> Place {
    let tree = shop();
    tree.write("api/migrations/0002_broken.sql", "ALTER TABLE nothing ADD COLUMN x TEXT;\n");
    Place::new(toolchain, stand(), tree)
}

/// `clodo` as a job of GitLab CI.
fn on_gitlab(place: &Place, args: &[&str]) -> Said {
    said(place.command(args).env("CI", "true").env("GITLAB_CI", "true"))
}

/// Asserts that a log has sections, and that none of clodo's own lines is in one.
fn assert_folds(said: &Said) {
    let mut open: Option<&str> = None;
    let mut sections = Vec::new();
    for line in said.err.lines() {
        let named = |what: &str| {
            let (_, rest) = line.split_once(what)?;
            rest.split_once(':')?.1.split(['[', '\r']).next()
        };
        if let Some(name) = named("section_start:") {
            assert_eq!(open.replace(name), None, "{}", said.err);
            assert!(!sections.contains(&name), "{name} twice: {}", said.err);
            sections.push(name);
        } else if let Some(name) = named("section_end:") {
            assert_eq!(open.take(), Some(name), "{}", said.err);
        } else if ["Execute", "Verify", "error:", "note:", "             "]
            .iter()
            .any(|ours| line.starts_with(ours))
        {
            assert_eq!(open, None, "{line:?} is folded: {}", said.err);
        }
    }
    assert_eq!(open, None, "{}", said.err);
    assert!(!sections.is_empty(), "{}", said.err);
}

#[test]
fn what_wrangler_says_of_a_step_is_folded_before_what_came_of_it() {
    let Some(toolchain) = toolchain() else { return };
    for args in [&["deploy", "api"][..], &["deploy"]] {
        let place = unmigrated(toolchain);
        let failed = on_gitlab(&place, args);
        assert_eq!(failed.code, Some(5), "{failed:?}");
        assert_folds(&failed);
        let (wranglers, ours) = failed.err.split_once("migrate failed: ").expect("it is said");
        assert!(wranglers.contains("/query) failed"), "{args:?}: {}", failed.err);
        assert!(!ours.contains("section_"), "{}", failed.err);
        std::fs::remove_file(place.tree.at("api/migrations/0002_broken.sql")).expect("it was");
        let done = on_gitlab(&place, args);
        assert_eq!(done.code, Some(0), "{done:?}");
        assert_folds(&done);
    }
}

#[test]
fn what_is_new_and_stays_is_named() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::two(toolchain);
    place.tree.write("web/index.js", "import './nowhere.js';\nexport default {");
    let force = ["--force-rule", "build/unresolved-import", "--reason", "a test"];
    let failed = place.clodo(&[&["deploy"], &force[..]].concat());
    assert_eq!(failed.code, Some(6), "{failed:?}");
    let stays = "api: serves, and stays: it is new, with nothing to go back to";
    assert!(failed.out.contains(stays), "{failed:?}");
}

#[test]
fn what_fails_once_it_serves_is_said_before_it_is_put_back() {
    let Some(toolchain) = toolchain() else { return };
    for (strategy, step) in [("direct", "deploy"), ("staged", "triggers")] {
        let place = Place::api(toolchain);
        place
            .tree
            .write("clodo.yml", format!("environments: {{ '': {{ strategy: {strategy} }} }}\n"));
        place.deploy(&[], 0);
        let crons = "export default { fetch() { return new Response('two') }, scheduled() {} };\n";
        place.tree.write("index.js", crons);
        place
            .tree
            .write("wrangler.toml", format!("{API}triggers = {{ crons = [\"0 * * * *\"] }}\n"));
        place.stand.sandbox.faults.add(Fault::always(What::Trigger(Trigger::Schedules)).once());
        let failed = place.clodo(&["deploy"]);
        assert_eq!(failed.code, Some(5), "{failed:?}");
        let said = failed.err.find(&format!("{step} failed: the new version serves"));
        let back = failed.err.find("what served before serves again");
        assert!(said.is_some() && said < back, "{failed:?}");
    }
}

#[test]
fn the_question_names_the_environment() {
    let Some(toolchain) = toolchain() else { return };
    // util-linux's, which runs a command in a terminal of its own.
    let script = std::process::Command::new("script").arg("--version").output();
    if !script.is_ok_and(|ran| ran.status.success()) {
        return skip("there is no `script` to make a terminal with");
    }
    let place = Place::api(toolchain);
    place.tree.write("clodo.yml", "environments: { live: { wrangler-env: '' } }\n");
    let line = format!("{} deploy -e live", env!("CARGO_BIN_EXE_clodo"));
    let mut command = place.in_terminal(&line);
    let asked = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut asked = asked.expect("it starts");
    asked.stdin.as_mut().expect("a terminal").write_all(b"n\n").expect("an answer");
    let answered = ended(asked.wait_with_output().expect("it ends"));
    assert!(answered.out.contains("Deploy api to live? [y/N]"), "{answered:?}");
    assert!(place.deployments().is_empty());
}

#[test]
fn a_result_that_cannot_be_written_down_is_known_before_or_changes_nothing() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::api(toolchain);
    for file in ["index.js/out.json", ".", "/proc/nope/out.json"] {
        let refused = place.clodo(&["deploy", "--out", file]);
        assert_eq!(refused.code, Some(2), "{file}: {refused:?}");
        assert!(place.deployments().is_empty(), "{file}");
    }
    let deployed = place.clodo(&["deploy", "--out", "/dev/full"]);
    assert_eq!(deployed.code, Some(0), "{deployed:?}");
    assert!(deployed.out.contains("Deployed api to the top level"), "{deployed:?}");
    assert!(deployed.err.contains("error: cannot write /dev/full"), "{deployed:?}");

    place.tree.write("index.js", says("two"));
    let full = std::fs::File::options().write(true).open("/dev/full").expect("it is there");
    let mut command = place.command(&["deploy", "--out", "made/out.json"]);
    let child = command.stdout(full).stderr(Stdio::piped()).spawn().expect("clodo starts");
    let deployed = ended(child.wait_with_output().expect("it ends"));
    assert_eq!(deployed.code, Some(0), "{deployed:?}");
    assert!(deployed.err.contains("Deployed api to the top level"), "{deployed:?}");
    assert!(place.tree.at("made/out.json").is_file());
}

#[test]
fn what_is_no_rule_cannot_be_passed_over() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::api(toolchain);
    let force = |rule: &str| place.clodo(&["deploy", "--force-rule", rule, "--reason", "a test"]);
    let refused = force("build/unresolved-imports");
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(refused.err.contains("there is no rule build/unresolved-imports"), "{refused:?}");
    assert!(
        refused.err.contains("did you mean --force-rule build/unresolved-import?"),
        "{refused:?}"
    );
    assert!(place.deployments().is_empty());
}

#[test]
fn flags_for_wrangler_count_also_where_nothing_else_changes() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::two(toolchain);
    place.tree.write("web/wrangler.toml", format!("{WEB}keep_vars = true\n"));
    place.deploy(&[], 0);
    let unchanged = place.deploy(&[], 0);
    assert_eq!(unchanged["unchanged"], serde_json::json!(["api", "web"]));
    let done = place.deploy(&["--", "--var", "MODE:maintenance"], 0);
    assert_eq!(done["unchanged"], serde_json::json!([]), "{done:#}");
    for worker in ["api", "web"] {
        let script = place.stand.script(worker);
        let (serving, _) = script.serving().next().expect("it serves");
        let bindings = format!("{:?}", serving.bindings);
        assert!(bindings.contains("MODE") && bindings.contains("maintenance"), "{bindings}");
    }
}
