//! What GitHub shows of deployments that fail their checks, and of a rollback.

use std::process::Command;

use super::place::{Place, answers, said};
use crate::sandbox::running::running_seeded;
use crate::toolchain::toolchain;

const SHAS: [&str; 3] = [
    "4be21c7b9d0e4f5a6b7c8d9e0f1a2b3c4d5e6f70",
    "5be21c7b9d0e4f5a6b7c8d9e0f1a2b3c4d5e6f70",
    "6be21c7b9d0e4f5a6b7c8d9e0f1a2b3c4d5e6f70",
];

/// A place whose commits are on a GitHub.
fn place() -> Option<Place> {
    let commits = SHAS.map(|sha| format!("        - {{ sha: {sha} }}\n")).concat();
    let seed = format!(
        "github:\n  tokens: [{{ value: ghs_t0ken }}]\n  repositories:\n    - name: acme/shop\n      \
         commits:\n{commits}"
    );
    Some(Place::checked(toolchain()?, running_seeded(&seed)?, "strategy: direct"))
}

/// Runs clodo as a job of GitHub Actions on a commit.
fn job(place: &Place, sha: &str, args: &[&str]) -> Option<i32> {
    said(&mut on(place, sha, args)).code
}

fn on(place: &Place, sha: &str, args: &[&str]) -> Command {
    place.tree.write(".runner/event.json", "{}");
    let mut command = place.command(args);
    command.envs([
        ("CI", "true"),
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_EVENT_NAME", "push"),
        ("GITHUB_REF", "refs/heads/main"),
        ("GITHUB_REPOSITORY", "acme/shop"),
        ("GITHUB_RUN_ATTEMPT", "1"),
        ("GITHUB_RUN_ID", &sha[..1]),
        ("GITHUB_SHA", sha),
    ]);
    command.env("GITHUB_EVENT_PATH", place.tree.at(".runner/event.json"));
    command
}

/// The commits that GitHub shows, with the newest state of each and its description.
fn shown(place: &Place) -> Vec<(String, String, String)> {
    let state = place.stand.sandbox.state();
    let deployments = state.github.repositories["acme/shop"].deployments.iter();
    let newest = |one: &clodo::server::sandbox::state::github::Deployment| {
        let state = one.statuses.last().map(|status| status.state.clone()).unwrap_or_default();
        let words = one.description.clone().unwrap_or_default();
        let words = words.split(" (").next().unwrap_or_default().to_owned();
        (one.sha.clone(), state, words)
    };
    deployments.map(newest).collect()
}

#[test]
fn github_shows_what_serves() {
    let Some(place) = place() else { return };
    let [first, bad, second] = SHAS;
    let deploy = ["deploy", "--allow-downgrade"];
    let of = |sha: &str, state: &str, words: &str| {
        (sha.to_owned(), state.to_owned(), format!("{words} api"))
    };
    assert_eq!(job(&place, first, &deploy), Some(0));
    assert_eq!(shown(&place), [of(first, "success", "Deploy")]);

    // It fails its checks and is put back: what was there before is what is there.
    place.tree.write("index.js", answers(500, "two"));
    assert_eq!(job(&place, bad, &deploy), Some(5));
    let taken_back = [of(first, "success", "Deploy"), of(bad, "failure", "Deploy")];
    assert_eq!(shown(&place), taken_back);
    // The commit is held, whatever its code: nothing is announced.
    place.tree.write("index.js", answers(200, "two"));
    assert_eq!(job(&place, bad, &deploy), Some(3));
    assert_eq!(shown(&place), taken_back);

    // One that passes, and is rolled back by a job on the same commit.
    assert_eq!(job(&place, second, &deploy), Some(0));
    assert_eq!(job(&place, second, &["rollback", "--reason", "prices are wrong"]), Some(0));
    assert_eq!(
        shown(&place),
        [
            // GitHub shows the newest success of production; what was taken back is none.
            of(first, "success", "Deploy"),
            of(bad, "failure", "Deploy"),
            of(second, "inactive", "Deploy"),
            of(first, "success", "Roll back"),
        ]
    );
    // Each says where to look.
    let state = place.stand.sandbox.state();
    for one in &state.github.repositories["acme/shop"].deployments {
        let end = one.statuses.iter().find(|status| status.state != "in_progress");
        let end = end.expect("it ended");
        assert!(end.environment_url.starts_with("https://api."), "{one:?}");
        assert!(end.log_url.contains("/actions/runs/"), "{one:?}");
    }
}

#[test]
fn what_github_does_not_know_hides_nothing() {
    let Some(place) = place() else { return };
    let unknown = "0be21c7b9d0e4f5a6b7c8d9e0f1a2b3c4d5e6f70";
    let deploy = ["deploy", "--allow-downgrade"];
    assert_eq!(job(&place, unknown, &deploy), Some(0));
    place.tree.write("index.js", answers(200, "two"));
    assert_eq!(job(&place, SHAS[1], &deploy), Some(0));
    // It goes back to a commit that GitHub does not have.
    assert_eq!(job(&place, SHAS[1], &["rollback", "--reason", "prices are wrong"]), Some(0));
    let shown = shown(&place);
    let states: Vec<&str> = shown.iter().map(|(_, state, _)| &**state).collect();
    assert_eq!(states, ["inactive"], "{shown:?}");
}

#[test]
fn a_deployment_that_was_killed_has_an_end_when_it_is_taken_back() {
    let Some(place) = place() else { return };
    let deploy = ["deploy", "--allow-downgrade"];
    assert_eq!(job(&place, SHAS[0], &deploy), Some(0));
    place.tree.write("index.js", answers(200, "two"));
    let mut command = on(&place, SHAS[1], &deploy);
    command.env("CLODO_FAIL_POINT", "after wrangler deploy");
    assert_eq!(said(&mut command).code, None, "it is killed");
    assert_eq!(shown(&place)[1].1, "in_progress");
    place.let_leases_run_out();
    place.tree.write("index.js", answers(200, "three"));
    assert_eq!(job(&place, SHAS[2], &deploy), Some(0));
    let states: Vec<String> = shown(&place).into_iter().map(|(_, state, _)| state).collect();
    assert_eq!(states, ["success", "failure", "success"]);
}
