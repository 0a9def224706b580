//! How a service is deployed, and why so.

use crate::core::config::clodo_yml::Wish;
use crate::core::config::wrangler::Environment;
use crate::core::model::deployment::Strategy;
use crate::core::model::{Kind, Workspace};
use crate::core::plan::{Aspect, Change, ServicePlan, Sign};
use crate::core::source::Format;

/// How a service is deployed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// How.
    pub strategy: Strategy,
    /// Why, in words.
    pub why: String,
}

/// What somebody wants of the way in which it is deployed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted<'a> {
    /// What `clodo.yml` says.
    pub wish: Wish,
    /// Whether something is to be looked at before it serves.
    pub checks: bool,
    /// Whether people approve what is deployed.
    pub approved: bool,
    /// A flag of the command line that only `wrangler deploy` takes.
    pub direct_flag: Option<&'a str>,
    /// A flag of the command line that only `wrangler versions upload` takes.
    pub staged_flag: Option<&'a str>,
}

/// Why checks are not made before a version serves, although it would be possible to stage it.
const AFTER: &str = "its checks are made after it serves, as it cannot be looked at beside what serves: \
                     that is not one version";

/// How an environment of a service is deployed.
///
/// An upload without a deployment takes what Cloudflare can go back to. What changes the life of
/// Durable Objects, or what no version holds, must be deployed at once.
pub fn choose(
    workspace: &Workspace,
    environment: &Environment<'_>,
    plan: &ServicePlan,
    wanted: &Wanted<'_>,
) -> Choice {
    let choice = |strategy, why: &str| Choice { strategy, why: why.to_owned() };
    if environment.service.kind == Kind::Pages {
        return choice(Strategy::Pages, "a Pages project");
    }
    let needs_direct = needs_direct(workspace, environment, plan, wanted.direct_flag);
    // Cloudflare takes two versions at a time: what serves, and what is looked at.
    let is_alone = plan.base.len() == 1;
    let staged = |why: &str| match wanted.checks && !is_alone {
        true => choice(Strategy::Staged, &format!("{why}; {AFTER}")),
        false => choice(Strategy::Staged, why),
    };
    match (needs_direct, wanted.wish) {
        (None, _) if wanted.staged_flag.is_some() => {
            let flag = wanted.staged_flag.unwrap_or_default();
            staged(&format!("--{flag} is a flag of `wrangler versions upload` alone"))
        }
        (Some(why), Wish::Staged) => {
            Choice { strategy: Strategy::Direct, why: format!("staged is not possible: {why}") }
        }
        (Some(why), _) => Choice { strategy: Strategy::Direct, why },
        (None, Wish::Staged) => staged("clodo.yml says so"),
        (None, Wish::Direct) => choice(Strategy::Direct, "clodo.yml says so"),
        (None, Wish::Automatic) if wanted.checks && is_alone => {
            staged("its checks are made before it serves")
        }
        (None, Wish::Automatic) if wanted.approved => {
            staged("what was uploaded is compared with what people approved")
        }
        (None, Wish::Automatic) if wanted.checks => choice(Strategy::Direct, AFTER),
        (None, Wish::Automatic) => {
            choice(Strategy::Direct, "nothing is to be looked at before it serves")
        }
    }
}

/// Why an environment of a service cannot be uploaded first and deployed later, whatever anybody wants.
pub fn only_direct(
    workspace: &Workspace,
    environment: &Environment<'_>,
    plan: &ServicePlan,
) -> Option<String> {
    needs_direct(workspace, environment, plan, None)
}

/// Why it cannot be uploaded first and deployed later.
fn needs_direct(
    workspace: &Workspace,
    environment: &Environment<'_>,
    plan: &ServicePlan,
    flag: Option<&str>,
) -> Option<String> {
    let is_new = |change: &Change| change.aspect == Aspect::Worker && change.sign == Sign::Add;
    let lives = |change: &Change| change.aspect == Aspect::DurableObjects && change.is_effective();
    let facts = workspace.sources.bundled(environment);
    if let Some(flag) = flag {
        return Some(format!("--{flag} is a flag of `wrangler deploy` alone"));
    }
    Some(
        match () {
            // `versions upload` stops: the API has nothing to add a version to (cli.js:183393).
            () if plan.changes.iter().any(is_new) => "a new Worker",
            // Code 10211.
            () if plan.changes.iter().any(lives) => "it changes classes of Durable Objects",
            // `canUseNewVersionsDeploymentsApi` (cli.js:183708).
            () if environment.get("exports").is_some() => "it declares `exports`",
            () if environment.fills("containers") => "it has containers",
            () if facts.is_some_and(|facts| facts.format == Format::ServiceWorker) => {
                "it is written in the service-worker format"
            }
            // cli.js:223031.
            () if environment.get("site").is_some() => "it is a Workers Site",
            () => return None,
        }
        .to_owned(),
    )
}
