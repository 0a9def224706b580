//! A check that asks the forge how it protects the environments of the pipelines.

use clodo::flow::check::{Checked, check};
use clodo::flow::project::Request;
use clodo::flow::protection::Forge;
use clodo::world::forge::{Credential, Kind};

use super::super::stand::Stand;
use super::{github, gitlab, origin};
use crate::forge::{Scene, secret};
use crate::work_tree::WorkTree;

const RULE: &str = "pipeline/unprotected-environment";

const WORKFLOW: &str = "on: { push: { branches: [main] } }
jobs:
  staging: { runs-on: ubuntu-latest, environment: staging, steps: [{ run: npx wrangler deploy }] }
  production: { runs-on: ubuntu-latest, environment: production, steps: [{ run: npx wrangler deploy }] }
  again: { runs-on: ubuntu-latest, environment: { name: production }, steps: [{ run: npx wrangler deploy }] }
  live: { runs-on: ubuntu-latest, environment: live, steps: [{ run: npx wrangler deploy }] }
";

fn checked(stand: &Stand, kind: Kind, token: &str, files: &[(&str, &str)]) -> Checked {
    let (below, repository) = match kind {
        Kind::GitHub => ("github", "acme/shop"),
        _ => ("gitlab/api/v4", "group/sub/shop"),
    };
    let mut of = Scene::new(kind, format!("{}/{below}", origin(stand)), token).to;
    of.repository = repository.into();
    let tree = WorkTree::of(files);
    let forge = Forge::Asked { of: Box::new(of), credential: Credential::Token(secret(token)) };
    check(&Request { forge: Some(forge), ..tree.request() }).expect("a check")
}

fn said(checked: &Checked) -> Vec<&str> {
    let found = checked.report.findings.iter().filter(|finding| finding.rule == RULE);
    found.map(|finding| finding.message.as_str()).collect()
}

#[test]
fn each_environment_is_asked_about_once() {
    let stand = github();
    let files = [(".github/workflows/deploy.yml", WORKFLOW)];
    let checked = checked(&stand, Kind::GitHub, "ghs_t0ken", &files);
    assert_eq!(
        said(&checked),
        [
            "the forge lets administrators into production without asking anybody",
            "the forge lets every run into live without asking anybody",
        ]
    );
    assert_eq!(checked.untold, [""; 0]);
    let asked = stand.sandbox.record.exchanges();
    assert_eq!(asked.iter().filter(|one| one.path.contains("/environments/")).count(), 3);
}

#[test]
fn gitlab_is_asked_as_well_and_what_it_does_not_tell_is_said() {
    let stand = gitlab();
    let job = "deploy: { image: node, environment: production, script: [npx wrangler deploy] }\n";
    let files = [(".gitlab-ci.yml", job)];
    let protected = checked(&stand, Kind::GitLab, "glpat-cy", &files);
    assert_eq!((said(&protected), protected.untold.len()), (vec![], 0));
    let refused = checked(&stand, Kind::GitLab, "glpat-ana", &files);
    assert_eq!(said(&refused), [""; 0]);
    assert_eq!(
        refused.untold,
        [
            "GitLab does not let the token read how an environment is protected (403: 403 Forbidden); \
          fix: use an access token with the scope `read_api` and the role Maintainer"
        ]
    );
}

#[test]
fn nobody_is_asked_where_no_job_names_an_environment() {
    let stand = github();
    let job = "on: push\njobs: { a: { runs-on: x, steps: [{ run: npx wrangler deploy }] } }\n";
    let checked = checked(&stand, Kind::GitHub, "ghs_t0ken", &[(".github/workflows/a.yml", job)]);
    assert!(said(&checked).is_empty() && checked.untold.is_empty());
    assert!(stand.sandbox.record.exchanges().is_empty());
}
