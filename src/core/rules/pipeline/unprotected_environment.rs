//! # The forge lets every run into production
//!
//! ## What it checks
//!
//! Jobs that belong to a deployment environment named like production, of which the forge says that
//! it asks nobody, that administrators pass without being asked, or that whoever started a run may
//! approve it as well. It looks in pipelines alone, where a token of the forge is at hand: one
//! request for each environment. GitHub Actions and GitLab CI.
//!
//! ## Why it matters
//!
//! The environment holds the secrets of production. Without required reviewers any workflow of the
//! repository gets them, also one that somebody has written on a branch a minute ago. The gate of
//! `clodo.yml` decides whether clodo deploys; what runs without clodo is for the forge to stop.
//!
//! ## Example
//!
//! ```yaml .github/workflows/deploy.yml
//! jobs:
//!   deploy:
//!     environment: production # no required reviewers in the repository's settings
//! ```
//!
//! ## How to fix
//!
//! GitHub: **Settings → Environments → production**: required reviewers, "Prevent self-review", and
//! without "Allow administrators to bypass configured protection rules". Private repositories need
//! GitHub Enterprise for it. GitLab Premium: **Settings → CI/CD → Protected environments**, with
//! approval rules. Where the forge's plan has none of it, keep the token of production from
//! everybody else, and put the rule aside with that reason.
//!
//! ## References
//!
//! - <https://docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments>
//! - <https://docs.gitlab.com/ci/environments/protected_environments/>

use std::collections::BTreeSet;

use crate::core::config::wrangler::stages;
use crate::core::model::{Severity, WranglerSays};
use crate::core::pipeline::System;
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pipeline/unprotected-environment",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Forge,
    catalogue: &[],
    page: include_str!("unprotected_environment.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let Some(protections) = cx.protections else { return };
    let mut seen = BTreeSet::new();
    for (pipeline, job) in cx.pipelines.jobs() {
        let fix = match pipeline.system {
            System::Github => "add required reviewers under Settings, Environments",
            System::Gitlab => "add approval rules under Settings, CI/CD, Protected environments",
            System::CircleCi | System::Scripts => continue,
        };
        let Some((name, span)) = job.environment_name() else { continue };
        if !stages::names_production(name) {
            continue;
        }
        let Some(who) = protections.get(name).and_then(|known| known.lets_in()) else { continue };
        if !seen.insert(name) {
            continue;
        }
        let fix = match who {
            "administrators" => "switch off that administrators may bypass its protection rules",
            "whoever started the run" => "switch on that self-review is prevented",
            _ => fix,
        };
        let _ = out
            .in_file(pipeline.file, span)
            .say(format!("the forge lets {who} into {name} without asking anybody"))
            .path(format!("{}.environment", job.path))
            .why("what gets into it gets its secrets")
            .help(fix);
    }
}
