//! What does not go as it should: nothing stays half done, and the exit code says how it ended.

use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

use clodo::core::model::deployment::State;
use clodo::server::sandbox::faults::{Fault, Trigger, What};

use super::place::{API, LONG, Place, says};
use crate::sandbox::Stand;
use crate::toolchain::toolchain;
use crate::work_tree::WorkTree;

#[test]
fn code_that_does_not_build_leaves_what_serves() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::api(toolchain);
    place.deploy(&[], 0);
    let version = place.serving("api");
    place.tree.write("index.js", "import './nowhere.js';\nexport default {");
    let failed =
        place.deploy(&["--force-rule", "build/unresolved-import", "--reason", "a test"], 5);
    assert_eq!(failed["state"], "failed", "{failed:#}");
    assert_eq!(place.serving("api"), version);
    assert_eq!(place.deployments()[0].state, State::Failed);
    assert!(place.events().contains(&"step-failed api deploy".to_owned()));
}

#[test]
fn what_the_check_refuses_is_not_deployed() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::api(toolchain);
    place.tree.write("index.js", "import './nowhere.js';\nexport default { fetch() {} };\n");
    let said = place.clodo(&["deploy"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains("build/unresolved-import"), "{said:?}");
    assert!(said.err.contains("1 error stands in the way"), "{said:?}");
    assert!(place.deployments().is_empty());
    let said = place.clodo(&["deploy", "--force-rule", "build/unresolved-import"]);
    assert_eq!(said.code, Some(2), "{said:?}");
}

/// The new code goes live, and its cron trigger is refused.
fn add_a_cron_that_fails(place: &Place) {
    let crons = "export default { fetch() { return new Response('two') }, scheduled() {} };\n";
    place.tree.write("index.js", crons);
    place.tree.write("wrangler.toml", format!("{API}triggers = {{ crons = [\"0 * * * *\"] }}\n"));
    place.stand.sandbox.faults.add(Fault::always(What::Trigger(Trigger::Schedules)).once());
}

#[test]
fn code_that_serves_without_its_triggers_is_put_back() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::api(toolchain);
    place.deploy(&[], 0);
    let version = place.serving("api");
    add_a_cron_that_fails(&place);
    let failed = place.deploy(&[], 5);
    assert_eq!(failed["state"], "restored", "{failed:#}");
    assert_eq!(place.serving("api"), version);
    let reason = failed["reason"].as_str().unwrap_or_default();
    assert!(reason.contains("the new version serves, and Wrangler failed after that"), "{reason}");
    assert!(place.events().contains(&"step-done api restore".to_owned()));
}

#[test]
fn nothing_is_put_back_where_people_want_to_look() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::api(toolchain);
    place.tree.write("clodo.yml", "environments: { '': { rollback: manual } }\n");
    place.deploy(&[], 0);
    let version = place.serving("api");
    add_a_cron_that_fails(&place);
    let failed = place.deploy(&[], 6);
    assert_eq!(failed["state"], "needs-person", "{failed:#}");
    assert_ne!(place.serving("api"), version);
}

#[test]
fn a_lost_answer_is_found_by_looking() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::api(toolchain);
    place.tree.write("clodo.yml", "environments: { '': { strategy: staged } }\n");
    place.deploy(&[], 0);
    place.tree.write("index.js", says("two"));
    let fault = Fault::always(What::DropReply).at("POST", "*/deployments").once();
    place.stand.sandbox.faults.add(fault);
    let done = place.deploy(&[], 0);
    assert_eq!(done["services"][0]["version"], place.serving("api"));
    assert_eq!(place.stand.script("api").deployments.len(), 2, "it was not sent twice");
}

#[test]
fn a_build_of_the_project_that_fails_says_why() {
    let Some(toolchain) = toolchain() else { return };
    let build = "[build]\ncommand = \"echo 'src/a.ts:3 error TS2345' >&2; exit 2\"\n";
    let tree =
        WorkTree::of(&[("wrangler.toml", &format!("{API}{build}")), ("index.js", &says("one"))]);
    let place = Place::new(toolchain, Stand::new(), tree);
    let planned = place.clodo(&["plan"]);
    assert!(planned.out.contains("src/a.ts:3 error TS2345"), "{planned:?}");
    assert!(!planned.out.contains("node_modules"), "{planned:?}");
    let failed = place.deploy(&[], 5);
    let reason = failed["reason"].as_str().unwrap_or_default();
    assert!(reason.contains("Running custom build `echo 'src/a.ts:3"), "{reason}");
}

#[test]
fn two_deployments_do_not_run_at_once() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::api(toolchain);
    place.deploy(&[], 0);
    place.tree.write("index.js", says("two"));
    place.stand.sandbox.faults.add(Fault::always(What::Latency(400)));
    let mut first = place.command(&["deploy"]);
    let mut first = first.stdout(Stdio::null()).spawn().expect("clodo starts");
    // Until it has the lock.
    place.wait_for("deployment-started", 2);
    let second = place.clodo(&["deploy", "--wait-for-lock", "0s"]);
    assert_eq!(second.code, Some(4), "{second:?}");
    assert!(second.err.contains("holds the lock"), "{second:?}");
    assert!(first.wait().expect("clodo ends").success());
    assert_eq!(place.deployments().len(), 2);
}

/// Whether a process still runs: one that ended and that nobody waited for does not.
fn runs(process: &str) -> bool {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, state)| !state.starts_with('Z'))
}

#[test]
fn wrangler_does_not_outlive_a_clodo_that_is_killed() {
    let Some(toolchain) = toolchain() else { return };
    let build = "[build]\ncommand = \"echo $$ > starts; mv starts build; exec sleep 3600\"\n";
    let tree =
        WorkTree::of(&[("wrangler.toml", &format!("{API}{build}")), ("index.js", &says("one"))]);
    let place = Place::new(toolchain, Stand::new(), tree);
    let mut command = place.command(&["deploy"]);
    let mut clodo = command.stdout(Stdio::null()).spawn().expect("clodo starts");
    let build = loop {
        if let Ok(build) = fs::read_to_string(place.tree.at("build")) {
            break build.trim().to_owned();
        }
        assert!(clodo.try_wait().expect("a child").is_none(), "it ended before its build began");
        std::thread::sleep(Duration::from_millis(20));
    };
    assert!(runs(&build));
    clodo.kill().expect("it runs");
    clodo.wait().expect("it is killed");
    let killed = Instant::now();
    while runs(&build) {
        assert!(killed.elapsed() < LONG, "the build of Wrangler is left");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_plan_that_was_saved_is_the_one_that_is_deployed() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::api(toolchain);
    let said = place.clodo(&["plan", "--out", "plan.json"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    place.tree.write("wrangler.toml", format!("{API}vars = {{ LEVEL = \"high\" }}\n"));
    let other = place.clodo(&["deploy", "--plan", "plan.json"]);
    assert_eq!(other.code, Some(5), "{other:?}");
    assert!(other.err.contains("api.changes: + "), "{other:?}");
    assert!(place.deployments().is_empty());
    place.tree.write("wrangler.toml", API);
    let plan: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(place.tree.at("plan.json")).expect("a plan"))
            .expect("JSON");
    let done = place.deploy(&["--plan", "plan.json"], 0);
    assert_eq!(done["plan"], plan["hash"]);
}

#[test]
fn nothing_is_not_a_success() {
    let Some(toolchain) = toolchain() else { return };
    let tree = WorkTree::of(&[("wrangler.toml", API), ("index.js", &says("one"))]);
    let place = Place::new(toolchain, Stand::new(), tree);
    let said = place.clodo(&["deploy", "-e", "staging"]);
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(place.deployments().is_empty());
}
