//! # A pipeline deploys a Pages project that Cloudflare builds itself
//!
//! ## What it checks
//!
//! Pipelines that run `wrangler pages deploy` for a project to which a git repository is connected.
//!
//! ## Why it matters
//!
//! Cloudflare builds such a project at each push, and the pipeline deploys it as well. Each
//! overwrites the other, and the one that ends last is live: what the pipeline tested may not be
//! what people get. Cloudflare may also refuse the upload.
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
//!           "domains": ["shop-site.pages.dev"],
//!           "git_connected": true
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
//! Switch automatic deployments off in the build settings of the project, or take the deployment out
//! of the pipeline.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/pages/get-started/git-integration/>

use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::pages_projects::deployments;
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pages/git-connected",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::PagesProjects]),
    catalogue: &["PG-08"],
    page: include_str!("git_connected.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for (call, project) in deployments(cx).into_iter().filter(|(_, project)| project.git_connected)
    {
        let _ = out
            .at_call(call, call.place)
            .say(format!("{} is built by Cloudflare from git, and deployed here as well", project.name))
            .label("a second deployment of each push")
            .why("each overwrites the other, and the one that ends last is live")
            .help("switch automatic deployments off in the build settings of the project, or remove this step");
    }
}
