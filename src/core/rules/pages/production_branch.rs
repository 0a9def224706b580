//! # A deployment of a Pages project never reaches production
//!
//! ## What it checks
//!
//! The branches that pipelines deploy a Pages project for, against its production branch: where one
//! is called like a branch for production (`main`, `master`, `production` …), and none is the
//! project's own.
//!
//! ## Why it matters
//!
//! Only deployments for the production branch of the project are production. Any other branch makes
//! a preview, with another address and the bindings of `preview`; Wrangler ends with success, and
//! production stays as it is.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop-site"
//! pages_build_output_dir = "./dist"
//! compatibility_date = "2026-01-31"
//! ```
//!
//! ```yaml .github/workflows/deploy.yml
//! on:
//!   push:
//!     branches: [master]
//! concurrency: pages
//! jobs:
//!   deploy:
//!     runs-on: ubuntu-latest
//!     environment: production
//!     env:
//!       CLOUDFLARE_API_TOKEN: ${{ secrets.CLOUDFLARE_API_TOKEN }}
//!       CLOUDFLARE_ACCOUNT_ID: 0123456789abcdef0123456789abcdef
//!     steps:
//!       - uses: actions/checkout@v4
//!       - run: npm ci
//!       - run: npx wrangler pages deploy --branch master
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "pages_projects": [
//!         {
//!           "name": "shop-site",
//!           "production_branch": "main",
//!           "domains": ["shop-site.pages.dev"]
//!         }
//!       ]
//!     }
//!   ]
//! }
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop-site"
//! pages_build_output_dir = "./dist"
//! compatibility_date = "2026-01-31"
//! ```
//!
//! ```yaml .github/workflows/deploy.yml
//! on:
//!   push:
//!     branches: [main]
//! concurrency: pages
//! jobs:
//!   deploy:
//!     runs-on: ubuntu-latest
//!     environment: production
//!     env:
//!       CLOUDFLARE_API_TOKEN: ${{ secrets.CLOUDFLARE_API_TOKEN }}
//!       CLOUDFLARE_ACCOUNT_ID: 0123456789abcdef0123456789abcdef
//!     steps:
//!       - uses: actions/checkout@v4
//!       - run: npm ci
//!       - run: npx wrangler pages deploy --branch main
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "pages_projects": [
//!         {
//!           "name": "shop-site",
//!           "production_branch": "main",
//!           "domains": ["shop-site.pages.dev"]
//!         }
//!       ]
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Deploy for the production branch, `--branch main`, or change the production branch in the
//! settings of the project.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/pages/configuration/branch-build-controls/>

use crate::core::model::account::PagesProject;
use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::pipeline::Call;
use crate::core::rules::pages_projects::deployments;
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pages/production-branch",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::PagesProjects]),
    catalogue: &["PG-05"],
    page: include_str!("production_branch.rs"),
    check: Check::Workspace(check),
};

/// Names of branches from which production is deployed.
const USUAL: [&str; 6] = ["main", "master", "prod", "production", "release", "trunk"];

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let deployments = deployments(cx);
    for (call, project) in &deployments {
        let Some(branch) = branch(call).filter(|branch| USUAL.contains(branch)) else { continue };
        // A branch that is filled in later, or taken from git, may be the right one.
        let reaches = |(other, of): &(&Call<'_>, &PagesProject)| {
            of.name == project.name
                && self::branch(other).is_none_or(|one| one == of.production_branch)
        };
        if deployments.iter().any(reaches) {
            continue;
        }
        let _ = out
            .at_call(call, call.place)
            .say(format!(
                "--branch {branch} makes a preview of {}: its production branch is {}",
                project.name, project.production_branch
            ))
            .label("production does not change")
            .why("only deployments for the production branch of the project are production")
            .help(format!(
                "write --branch {}, or change the production branch of the project",
                project.production_branch
            ));
    }
}

/// The branch that a call names, if it is known here.
fn branch<'c>(call: &'c Call<'_>) -> Option<&'c str> {
    call.arguments.value("branch")?.known()
}
