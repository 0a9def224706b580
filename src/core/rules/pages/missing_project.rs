//! # A Pages project does not exist
//!
//! ## What it checks
//!
//! The project of a Pages configuration, by its `name`, against those of the account. Where a
//! pipeline names another project with `--project-name` nothing is said.
//!
//! ## Why it matters
//!
//! In a pipeline Wrangler stops before it uploads anything: `The Pages project "shop-site" does not
//! exist`. Deploying does not create it.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop-site"
//! pages_build_output_dir = "./dist"
//! compatibility_date = "2026-01-31"
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [{ "id": "0123456789abcdef0123456789abcdef", "pages_projects": [] }]
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
//! Create it once: `wrangler pages project create NAME --production-branch main`. Or correct the
//! name.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/pages/get-started/direct-upload/>

use crate::core::config::placeholder::placeholder;
use crate::core::config::shape::closest;
use crate::core::model::account::Part;
use crate::core::model::{Kind, Severity, WranglerSays};
use crate::core::pipeline::Call;
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pages/missing-project",
    severity: Severity::Error,
    wrangler: WranglerSays::Rejects,
    since: "0.1.0",
    needs: Needs::Live(&[Part::PagesProjects]),
    catalogue: &["PG-01"],
    page: include_str!("missing_project.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let of_service =
        |call: &&Call<'_>| call.service.is_some_and(|service| std::ptr::eq(service, cx.service));
    let mut calls = cx.run.pipelines.calls().map(|(.., call)| call).filter(of_service);
    let named =
        calls.any(|call| call.is(&["pages"]) && call.arguments.flag("project-name").is_some());
    if named || cx.service.kind != Kind::Pages {
        return;
    }
    for (environment, account) in cx.live() {
        let Some(projects) = account.pages_projects.known() else { continue };
        let name = environment.worker().filter(|name| placeholder(name).is_none());
        let Some(name) = name.filter(|name| projects.iter().all(|one| one.name != *name)) else {
            continue;
        };
        let setting = environment.get("name");
        let help = match closest(&name, projects.iter().map(|one| &*one.name)) {
            Some(meant) => {
                format!("did you mean {meant}? Otherwise: wrangler pages project create {name}")
            }
            None => {
                format!("create it: wrangler pages project create {name} --production-branch main")
            }
        };
        let _ = out
            .at(setting.map_or(cx.service.headline(), |name| name.span()))
            .say(format!("the account has no Pages project {name}"))
            .label("not in the account")
            .path("name")
            .why("in a pipeline Wrangler stops before it uploads anything")
            .help(help)
            .on(&environment);
    }
}
