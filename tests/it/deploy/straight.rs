//! What goes as it should.

use std::process::Stdio;

use clodo::core::model::deployment::{State, Strategy};
use clodo::server::sandbox::faults::{Fault, What};

use super::place::{API, Place, says};
use crate::toolchain::{skip, toolchain};

#[test]
fn a_worker_is_deployed_and_deployed_again() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::api(toolchain);
    let first = place.deploy(&[], 0);
    assert_eq!(first["state"], "succeeded", "{first:#}");
    let version = place.serving("api");
    assert_eq!(first["services"][0]["version"], version);
    assert_eq!(
        place.events(),
        [
            "deployment-started",
            "step-started api deploy",
            "step-done api deploy",
            "service-finished api",
            "deployment-finished",
        ]
    );

    place.tree.write("index.js", says("two"));
    let second = place.deploy(&[], 0);
    let newer = place.serving("api");
    assert_ne!(version, newer);
    assert_eq!(second["services"][0]["before"][0]["version_id"], version);

    let recorded = place.deployments();
    assert_eq!(recorded.len(), 2);
    let [service] = &recorded[0].services[..] else { panic!("one service") };
    assert_eq!(recorded[0].state, State::Succeeded);
    assert_eq!(service.planned.strategy, Strategy::Direct);
    assert_eq!(service.progress.version.as_deref(), Some(&*newer));
    let before = service.progress.before.as_ref().expect("what served before");
    assert_eq!(before.versions[0].version_id, version);
    let code = |at: usize| recorded[at].services[0].progress.code.clone().expect("its code");
    assert_ne!(code(0).digest, code(1).digest);
    assert!(code(0).raw_bytes > 0 && code(0).gzip_bytes > 0);

    // Cloudflare's own record says whose it is.
    let script = place.stand.script("api");
    let message = script.deployments[1].annotations.get("workers/message");
    let message = message.map(ToString::to_string).unwrap_or_default();
    assert!(message.contains(&format!("clodo:{}:", recorded[0].id)), "{message}");
}

#[test]
fn a_staged_deployment_promotes_what_it_uploaded() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::api(toolchain);
    place.tree.write("clodo.yml", "environments: { '': { strategy: staged } }\n");
    let first = place.deploy(&[], 0);
    assert_eq!(first["services"][0]["state"], "succeeded");
    place.tree.write("wrangler.toml", format!("{API}triggers = {{ crons = [\"0 * * * *\"] }}\n"));
    place.tree.write(
        "index.js",
        "export default { fetch() { return new Response('two') }, scheduled() {} };\n",
    );
    place.deploy(&[], 0);
    let events = place.events();
    assert_eq!(
        events[5..],
        [
            "deployment-started",
            "step-started api upload",
            "step-done api upload",
            "step-started api promote",
            "step-done api promote",
            "step-started api triggers",
            "step-done api triggers",
            "service-finished api",
            "deployment-finished",
        ]
    );
    let recorded = place.deployments();
    assert_eq!(recorded[0].services[0].progress.version.as_deref(), Some(&*place.serving("api")));
    assert_eq!(place.stand.script("api").schedules.len(), 1);
}

#[test]
fn a_terminal_is_told_how_long_it_still_takes() {
    let Some(toolchain) = toolchain() else { return };
    // util-linux's, which runs a command in a terminal of its own.
    let script = std::process::Command::new("script").arg("--version").output();
    if !script.is_ok_and(|ran| ran.status.success()) {
        return skip("there is no `script` to make a terminal with");
    }
    let place = Place::api(toolchain);
    // Longer than a second, on whatever machine, and as long as usual.
    let slow = || {
        let slow = Fault::always(What::Latency(2_500)).at("GET", "*/workers/services/api").once();
        place.stand.sandbox.faults.add(slow);
    };
    slow();
    place.deploy(&[], 0);
    place.tree.write("index.js", says("two"));
    slow();
    let line = format!("{} deploy --yes", env!("CARGO_BIN_EXE_clodo"));
    let mut command = place.in_terminal(&line);
    let ran = command.stdin(Stdio::null()).output().expect("it runs");
    let shown = String::from_utf8(ran.stdout).expect("text");
    assert!(shown.contains("             api: 1 s, about "), "{shown}");
    // It goes when something else is said, and at the end.
    let last = shown.rfind(" s left").or(shown.rfind("than the usual")).expect("shown");
    assert!(shown[last..].contains("\r\x1b[2K"), "{shown:?}");
    assert!(shown.contains("Deployed api to the top level"), "{shown}");
}
