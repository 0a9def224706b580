//! Of which environment a pull request gets a preview, and why it gets none.

use super::{Choices, STAGING};
use crate::core::config::wrangler::Environment;
use crate::core::deployment::only_direct;
use crate::core::model::context::{CiContext, EventKind};
use crate::core::model::{Kind, Value, Workspace};
use crate::core::plan::ServicePlan;

/// The longest name of a Worker and alias together, with the hyphen between them: one part of a host
/// name (`MAX_DNS_LABEL_LENGTH`, cli.js:184632).
const MAX_LABEL: usize = 63;

/// Why there is no preview.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoPreview {
    /// It is no run for a pull request.
    #[error("this run is not for a pull request")]
    NoPullRequest,
    /// The code is a stranger's.
    #[error("the pull request comes from a fork, whose code is not run with the project's token")]
    Fork,
    /// Nobody knows whose code it is.
    #[error("it is not known whether the pull request comes from a fork")]
    MaybeFork,
    /// A preview has the data of its environment, and there is none whose data may be tried on.
    #[error("a preview works on the data of its environment, and none says that it may")]
    NoEnvironment,
}

impl NoPreview {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoPullRequest | Self::Fork => "nothing",
            Self::MaybeFork => "set CLODO_FORK; clodo env --explain",
            Self::NoEnvironment => {
                "name it in clodo.yml: `on: { pull-request: true }`; `staging` needs no word"
            }
        }
    }
}

/// The environment of which a pull request gets a preview: the one whose `on` says so, else `staging`.
/// A preview runs with the bindings of its environment, so that unreviewed code never gets those of
/// production unless somebody wrote down that it may.
///
/// # Errors
/// Where it gets none.
pub fn preview(choices: &Choices<'_>, context: &CiContext) -> Result<String, NoPreview> {
    let event = context.event.as_ref().map(|event| &event.value);
    if event != Some(&EventKind::PullRequest) || context.pull_request.is_none() {
        return Err(NoPreview::NoPullRequest);
    }
    let restricted = context.restricted.as_ref().map(|known| known.value);
    match context.fork.as_ref().map(|known| known.value) {
        Some(true) => return Err(NoPreview::Fork),
        Some(false) if restricted == Some(true) => return Err(NoPreview::Fork),
        Some(false) => {}
        None => return Err(NoPreview::MaybeFork),
    }
    let all = choices.environments();
    let named = all.iter().find(|one| one.on.as_ref().is_some_and(|on| on.pull_request));
    let staging = || all.iter().find(|one| one.name == STAGING);
    let found = named.or_else(staging).ok_or(NoPreview::NoEnvironment)?;
    Ok(found.name.clone())
}

/// The name under which the previews of a pull request are visited: `pr-7`, or `mr-7` where it is
/// called a merge request. It begins with a letter and has no others than letters, digits and hyphens,
/// as Wrangler wants it.
pub fn alias_of(merge_request: bool, number: u64) -> String {
    format!("{}-{number}", if merge_request { "mr" } else { "pr" })
}

/// Why an environment of a service can have no preview.
///
/// Source: <https://developers.cloudflare.com/workers/versions-and-deployments/preview-urls/>
/// (limitations).
pub fn unfit(
    workspace: &Workspace,
    environment: &Environment<'_>,
    plan: &ServicePlan,
    alias: &str,
) -> Option<String> {
    if environment.service.kind == Kind::Pages {
        return Some(
            "it is a Pages project, whose branches have previews of Pages' own".to_owned(),
        );
    }
    if let Some(failure) = &plan.failure {
        return Some(format!("it does not build: {failure}"));
    }
    if let Some(why) = only_direct(workspace, environment, plan) {
        return Some(format!("it cannot be uploaded before it is deployed: {why}"));
    }
    if implements_durable_objects(environment) {
        return Some(
            "Cloudflare gives none to a Worker that implements Durable Objects".to_owned(),
        );
    }
    // Without a word it stays as it is in the account (`getSubdomainValues`, cli.js:168214).
    let said = environment.get("preview_urls").and_then(|setting| setting.value().as_bool());
    if said == Some(false) {
        return Some("`preview_urls` is off".to_owned());
    }
    let length = plan.worker.len() + 1 + alias.len();
    (length > MAX_LABEL).then(|| {
        format!("{alias}-{} is longer than the {MAX_LABEL} characters of a host name", plan.worker)
    })
}

/// Whether the Worker has classes of Durable Objects of its own.
fn implements_durable_objects(environment: &Environment<'_>) -> bool {
    let bindings = environment.get("durable_objects");
    let bindings = bindings.and_then(|setting| setting.value().get("bindings")).map(Value::items);
    bindings.unwrap_or_default().iter().any(|binding| {
        let owner = binding.get("script_name").and_then(Value::as_str);
        owner.is_none_or(|owner| environment.worker().as_deref() == Some(owner))
    })
}
