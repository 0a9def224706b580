//! What the forge shows of a deployment by a pipeline.

use clodo::server::sandbox::faults::{Fault, What};
use reqwest::Method;
use serde_json::{Value, json};

use super::place::{API, Place, Said, said, says};
use crate::forge::SHA;
use crate::sandbox::Stand;
use crate::toolchain::{Toolchain, toolchain};
use crate::work_tree::WorkTree;

fn place(toolchain: &'static Toolchain, seed: &str) -> Place {
    let config = format!(
        "{API}[env.production]\nroutes = [{{ pattern = \"shop.example.com\", custom_domain = true }}]\n"
    );
    let tree = WorkTree::of(&[("wrangler.toml", &config), ("index.js", &says("one"))]);
    Place::new(toolchain, Stand::seeded(seed), tree)
}

const PRODUCTION: [&str; 4] = ["deploy", "-e", "production", "-v"];

/// `clodo deploy` as a job of GitHub Actions.
fn on_github(place: &Place, sha: &str) -> Said {
    let event = json!({
        "after": sha,
        "repository": { "id": 1, "full_name": "acme/shop", "default_branch": "main" },
    });
    place.tree.write("event.json", event.to_string());
    let mut command = place.command(&PRODUCTION);
    command.env("CI", "true").env("GITHUB_ACTIONS", "true").env("GITHUB_REPOSITORY", "acme/shop");
    command.env("GITHUB_RUN_ID", "1187").env("GITHUB_RUN_ATTEMPT", "1").env("GITHUB_SHA", sha);
    command.env("GITHUB_EVENT_NAME", "push").env("GITHUB_REF", "refs/heads/main");
    command.env("GITHUB_EVENT_PATH", place.tree.at("event.json"));
    said(&mut command)
}

/// Where production can be visited.
const ADDRESS: &str = "https://shop.example.com";

/// The code is refused.
fn let_it_fail(place: &Place) {
    place.tree.write("index.js", says("three"));
    let refused = What::Error { status: 400, code: 10021 };
    let upload = Fault::always(refused).at("POST", "*/workers/scripts/api-production/versions*");
    place.stand.sandbox.faults.add(upload);
}

const GITHUB: &str = "
zones: [{ name: example.com }]
github:
  tokens: [{ value: ghs_t0ken }, { value: ghp_cy, login: cy }]
  repositories:
    - name: acme/shop
      collaborators: { cy: write }
      commits: [{ message: Begin, sha: 4be21c7b9d0e4f5a6b7c8d9e0f1a2b3c4d5e6f70 }]
      environments: { production: { reviewers: [{ user: cy }] } }
      runs: [{ id: 1187, branch: main, actor: ana, waiting: [production] }]
";

#[test]
fn github_shows_it_from_its_beginning_to_its_end() {
    let Some(toolchain) = toolchain() else { return };
    let place = place(toolchain, GITHUB);
    let deployed = on_github(&place, SHA);
    assert_eq!(deployed.code, Some(0), "{deployed:?}");
    let_it_fail(&place);
    let failed = on_github(&place, SHA);
    assert_eq!(failed.code, Some(5), "{failed:?}");
    let state = place.stand.sandbox.state();
    let shown = &state.github.repositories["acme/shop"].deployments;
    assert_eq!(shown.len(), place.deployments().len(), "one for each that began: {failed:?}");
    let first = &shown[0];
    assert_eq!((&*first.sha, &*first.environment, first.production), (SHA, "production", true));
    let recorded = place.deployments();
    let id = &recorded.last().expect("it is recorded").id;
    assert_eq!(first.payload["clodo"], **id);
    let states: Vec<&str> = first.statuses.iter().map(|status| &*status.state).collect();
    assert_eq!(states, ["in_progress", "success"]);
    let link = &first.statuses[0].log_url;
    assert!(link.ends_with("/acme/shop/actions/runs/1187/attempts/1"), "{link}");
    assert_eq!(first.statuses[1].environment_url, ADDRESS);
    let [begun, end] = &shown[1].statuses[..] else { panic!("{:?}", shown[1]) };
    assert_eq!((&*begun.state, &*end.state), ("in_progress", "failure"));
    assert_eq!((&end.log_url, &*end.environment_url), (link, ADDRESS));
}

#[test]
fn github_gets_no_second_one_where_the_job_has_an_environment() {
    let Some(toolchain) = toolchain() else { return };
    let place = place(toolchain, GITHUB);
    let state = place.stand.sandbox.state();
    let environment = state.github.repositories["acme/shop"].environments["production"].id;
    let origin = place.stand.sandbox.api_url.trim_end_matches("/client/v4").to_owned();
    let address = format!("{origin}/github/repos/acme/shop/actions/runs/1187/pending_deployments");
    let review = json!({ "environment_ids": [environment], "state": "approved", "comment": "go" });
    let request = place.stand.client.request(Method::POST, address).bearer_auth("ghp_cy");
    let sent = place.stand.runtime.block_on(request.json(&review).send()).expect("an answer");
    assert!(sent.status().is_success(), "{sent:?}");
    let made: Value = place.stand.runtime.block_on(sent.json()).expect("JSON");
    let deployed = on_github(&place, made[0]["sha"].as_str().expect("a commit"));
    assert_eq!(deployed.code, Some(0), "{deployed:?}");
    assert!(deployed.err.contains("no second deployment shown"), "{deployed:?}");
    let state = place.stand.sandbox.state();
    assert_eq!(state.github.repositories["acme/shop"].deployments.len(), 1);
}

/// `clodo deploy` as a job of GitLab CI, with variables of the job.
fn on_gitlab(place: &Place, of_the_job: &[(&str, &str)]) -> Said {
    let mut command = place.command(&PRODUCTION);
    command.env("CI", "true").env("GITLAB_CI", "true").env("CI_PROJECT_PATH", "group/shop");
    command.env("CI_PIPELINE_ID", "1187").env("CI_PIPELINE_SOURCE", "push");
    command.env("CI_PIPELINE_URL", "https://gitlab.example.com/group/shop/-/pipelines/1187");
    command.env("CI_COMMIT_SHA", SHA).env("CI_COMMIT_BRANCH", "main");
    command.envs(of_the_job.iter().copied());
    said(&mut command)
}

const GITLAB: &str = "
zones: [{ name: example.com }]
gitlab:
  tokens: [{ value: glpat-t0ken, username: project_1_bot }]
  projects:
    - path: group/shop
      members: { project_1_bot: maintainer }
      commits: [{ sha: 4be21c7b9d0e4f5a6b7c8d9e0f1a2b3c4d5e6f70 }]
      environments: { production: {} }
";

#[test]
fn gitlab_shows_it_once() {
    let Some(toolchain) = toolchain() else { return };
    let place = place(toolchain, GITLAB);
    let deployed = on_gitlab(&place, &[]);
    assert_eq!(deployed.code, Some(0), "{deployed:?}");
    let shown = || {
        let state = place.stand.sandbox.state();
        let deployments = &state.gitlab.projects["group/shop"].deployments;
        let shown = deployments.iter().map(|one| (one.environment.clone(), one.status.clone()));
        shown.collect::<Vec<_>>()
    };
    assert_eq!(shown(), [("production".to_owned(), "success".to_owned())]);
    let address = {
        let state = place.stand.sandbox.state();
        state.gitlab.projects["group/shop"].environments["production"].external_url.clone()
    };
    assert_eq!(address, ADDRESS);
    place.tree.write("index.js", says("two"));
    let deployed = on_gitlab(&place, &[("CI_ENVIRONMENT_NAME", "production")]);
    assert_eq!(deployed.code, Some(0), "{deployed:?}");
    assert!(deployed.err.contains("no second deployment shown"), "{deployed:?}");
    assert_eq!(shown().len(), 1);

    let_it_fail(&place);
    let failed = on_gitlab(&place, &[]);
    assert_eq!(failed.code, Some(5), "{failed:?}");
    assert_eq!(shown()[1..], [("production".to_owned(), "failed".to_owned())]);
}
