//! # The Worker has no name
//!
//! ## What it checks
//!
//! Workers without a `name`, and environments that neither have one nor can take theirs from the
//! top level's. Nothing is said where a script or a pipeline of the repository mentions `--name`,
//! or where the Vite plugin writes the configuration that is deployed.
//!
//! ## Why it matters
//!
//! In a pipeline `wrangler deploy` stops: "You need to provide the name of your worker."
//!
//! ## Bad
//!
//! ```toml
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! ```
//!
//! ## How to fix
//!
//! Add a `name` at the top level.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/#inheritable-keys>

use crate::core::config::wrangler::{Environment, command_line};
use crate::core::model::{Kind, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/no-name",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-08"],
    page: include_str!("no_name.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let named = cx.environments().any(|environment| environment.worker().is_some());
    let nameless = |environment: &Environment<'_>| {
        // A name of the wrong type has a rule of its own. And where environments have names, the
        // top level may be there for them alone.
        let empty = environment.get("name").is_none_or(|name| name.value().as_str() == Some(""));
        environment.worker().is_none() && empty && !(named && environment.is_top())
    };
    let nameless: Vec<_> = cx.environments().filter(nameless).collect();
    let given = ["--name", command_line::VITE_PLUGIN];
    if cx.service.kind == Kind::Pages
        || nameless.is_empty()
        || command_line::is_mentioned(cx.run.workspace, cx.service, &given)
    {
        return;
    }
    for environment in nameless {
        let _ = out
            .at(cx.service.headline())
            .say("the Worker has no name")
            .path("name")
            .why("`wrangler deploy` stops: it needs the name of the Worker")
            .help(format!("add name = \"{}\"", cx.service.name))
            .on(&environment);
    }
}
