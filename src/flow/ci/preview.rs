//! Previews: every Worker that a pull request changes is uploaded as a version that gets no requests
//! but those to an address of its own, `pr-7-api.acme.workers.dev`. The next upload takes the address
//! over.

use std::ffi::OsString;
use std::time::Duration;

use super::Means;
use crate::core::config::wrangler::Environment;
use crate::core::delivery::{Choices, NoPreview, alias_of, preview, unfit};
use crate::core::model::context::{CiContext, ForgeKind};
use crate::core::model::{PreviewReport, Service, Workspace};
use crate::core::plan::{Plan, ServicePlan};
use crate::flow::project::{Project, Request};
use crate::world::http::block_on;
use crate::world::wrangler::{Access, Call, Ran, WranglerError};

/// How long one upload may take.
const LIMIT: Duration = Duration::from_secs(10 * 60);

/// What Wrangler calls the record of an upload (`version-upload`, cli.js), and the addresses in it.
const UPLOAD: &str = "version-upload";
const ALIAS_URL: &str = "preview_alias_url";

/// Makes the previews of a pull request. Nothing where nobody expects any.
///
/// # Errors
/// Where there are none, and why: `None` where nobody wonders.
pub(super) fn previews(
    request: &Request,
    choices: &Choices<'_>,
    plans: &[Plan],
    context: &CiContext,
    means: &Means<'_>,
) -> Result<Vec<PreviewReport>, Option<String>> {
    // Without a plan nobody knows what changes, and has said so.
    if means.live.is_none() || plans.is_empty() {
        return Err(None);
    }
    let name = preview(choices, context).map_err(|why| match why {
        NoPreview::NoPullRequest => None,
        why => Some(format!("there is no preview: {why}; fix: {}", why.hint())),
    })?;
    let declared = choices.declared.iter().find(|one| one.name == name);
    let wrangler = declared.map_or(name.as_str(), |one| one.wrangler.as_str());
    let wrangler = Some(wrangler).filter(|name| !name.is_empty());
    let plan = plans.iter().find(|plan| plan.environment.as_deref() == wrangler).ok_or(None)?;
    let files = Request { live: None, account: None, changed_since: None, ..request.clone() };
    let project = Project::read(&files).map_err(|error| Some(error.to_string()))?;
    let alias = alias(context).ok_or(None)?;
    let changed = plan.services.iter().filter(|service| service.changes());
    let made = changed.filter_map(|service| {
        let upload =
            Upload { request, workspace: &project.workspace, alias: &alias, context, means };
        let made = upload.make(service, wrangler)?;
        Some(PreviewReport { service: service.service.clone(), environment: name.clone(), made })
    });
    Ok(made.collect())
}

/// `pr-7`; on GitLab `mr-7`.
fn alias(context: &CiContext) -> Option<String> {
    let number = context.pull_request.as_ref()?.value;
    let is_gitlab = context.forge.as_ref().is_some_and(|forge| forge.value == ForgeKind::Gitlab);
    Some(alias_of(is_gitlab, number))
}

struct Upload<'a> {
    request: &'a Request,
    workspace: &'a Workspace,
    alias: &'a str,
    context: &'a CiContext,
    means: &'a Means<'a>,
}

impl Upload<'_> {
    /// Uploads a Worker. Gives its address, or why it has none; `None` where the files know nothing
    /// of the service.
    fn make(
        &self,
        plan: &ServicePlan,
        environment: Option<&str>,
    ) -> Option<Result<String, String>> {
        let is = |service: &&Service| self.workspace.file(service.config.file).path == plan.config;
        let service = self.workspace.services.iter().find(is)?;
        let found = Environment::all(service).find(|found| found.name == environment)?;
        if let Some(why) = unfit(self.workspace, &found, plan, self.alias) {
            return Some(Err(why));
        }
        Some(match self.upload(plan, service, environment) {
            Err(error) => Err(error.to_string()),
            Ok(ran) if !ran.status.success() => Err(ran.failure().message),
            Ok(ran) => {
                let url = ran.event(UPLOAD).and_then(|event| event.get(ALIAS_URL)?.as_str());
                url.map(str::to_owned).ok_or_else(|| NO_ADDRESS.to_owned())
            }
        })
    }

    fn upload(
        &self,
        plan: &ServicePlan,
        service: &Service,
        environment: Option<&str>,
    ) -> Result<Ran, WranglerError> {
        let folder = self.request.root.join(&*service.folder);
        let head = self.context.head_sha.as_ref().map(|sha| sha.value.to_string());
        let head = head.as_deref().and_then(|sha| sha.get(..7)).unwrap_or_default();
        let mut arguments: Vec<OsString> = vec![
            "versions".into(),
            "upload".into(),
            format!("--preview-alias={}", self.alias).into(),
            format!("--message=preview {} {head}", self.alias).into(),
            // What is not there is an error, and never an empty new database.
            "--x-provision=false".into(),
            "--x-auto-create=false".into(),
            "--config".into(),
            self.request.root.join(&plan.config).into(),
        ];
        // A generated configuration knows one environment, and a simple one has none.
        if service.redirect.is_none() && !service.environments.is_empty() {
            arguments.push(format!("--env={}", environment.unwrap_or_default()).into());
        }
        let account = self.means.live.as_ref().and_then(|live| live.account.clone());
        let account = account.map(|id| ("CLOUDFLARE_ACCOUNT_ID".to_owned(), OsString::from(id)));
        let call = Call {
            folder: &folder,
            arguments,
            access: Access::Account,
            variables: account.into_iter().collect(),
            timeout: LIMIT,
        };
        let wrangler = (self.means.tools.wrangler)(&folder)?;
        block_on(wrangler.run(&call))?
    }
}

/// Said where an upload succeeded and Cloudflare gave it no address.
const NO_ADDRESS: &str = "it was uploaded, and Cloudflare gave it no address: preview URLs are off \
                          in the account until it is deployed once with `preview_urls = true`";
