//! Where what was deployed can be visited.

use crate::core::config::wrangler::Environment;
use crate::core::config::wrangler::routes::Pattern;
use crate::core::model::account::Account;
use crate::core::model::{Kind, Workspace};
use crate::core::verify::address::{addresses, pages_addresses};
use crate::flow::environments::resolve;
use crate::flow::project::{Project, Request};

/// The start pages of what a request is about. None where the project cannot be read any more, as
/// they are only told.
pub(super) fn of_request(request: &Request) -> Vec<String> {
    let Ok(resolved) = resolve(request) else { return Vec::new() };
    let Ok(project) = Project::read(&resolved.request) else { return Vec::new() };
    let chosen = resolved.request.environments.first().filter(|name| !name.is_empty());
    let snapshot = project.snapshot.as_ref();
    urls(&project.workspace, chosen.map(String::as_str), |environment| {
        snapshot?.account(environment.text("account_id"))
    })
}

/// The start pages of an environment, by Wrangler's name of it: of its Workers those of custom
/// domains, of routes and on workers.dev, of Pages projects those of their domains.
pub(super) fn urls<'a>(
    workspace: &Workspace,
    environment: Option<&str>,
    account: impl Fn(&Environment<'_>) -> Option<&'a Account>,
) -> Vec<String> {
    let all = workspace.services.iter().flat_map(Environment::all);
    let mut urls: Vec<String> = Vec::new();
    for found in all.filter(|found| found.name == environment) {
        let Some(worker) = found.worker() else { continue };
        let account = account(&found);
        let patterns = match found.service.kind {
            Kind::Worker => {
                let subdomain = account.and_then(|account| account.subdomain.known());
                addresses(&found, &worker, subdomain.and_then(|own| own.name.as_deref()))
            }
            // A preview has an address of its own, which only Cloudflare knows.
            Kind::Pages if found.name.is_some_and(|name| name != "production") => Vec::new(),
            Kind::Pages => {
                let projects = account.and_then(|account| account.pages_projects.known());
                let mut projects = projects.into_iter().flatten();
                let project = projects.find(|project| project.name == worker);
                project.map(|project| pages_addresses(&project.domains)).unwrap_or_default()
            }
        };
        let hosts = patterns.iter().map(|pattern| Pattern::of(pattern).host);
        // A wildcard stands for no host that anybody could visit.
        let hosts = hosts.filter(|host| !host.contains('*'));
        urls.extend(hosts.map(|host| format!("https://{host}")));
    }
    urls.dedup();
    urls
}
