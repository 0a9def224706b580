//! Where what was deployed can be visited.

use crate::core::config::wrangler::Environment;
use crate::core::config::wrangler::routes::Pattern;
use crate::core::verify::address::addresses;
use crate::flow::environments::resolve;
use crate::flow::project::{Project, Request};

/// The start pages of an environment: those of its Workers' custom domains, of their routes, and on
/// workers.dev. None where the project cannot be read any more, as they are only told.
pub(super) fn urls(request: &Request) -> Vec<String> {
    let Ok(resolved) = resolve(request) else { return Vec::new() };
    let Ok(project) = Project::read(&resolved.request) else { return Vec::new() };
    let chosen = resolved.request.environments.first().filter(|name| !name.is_empty());
    let all = project.workspace.services.iter().flat_map(Environment::all);
    let mut urls: Vec<String> = Vec::new();
    for found in all.filter(|found| found.name == chosen.map(String::as_str)) {
        let Some(worker) = found.worker() else { continue };
        let snapshot = project.snapshot.as_ref();
        let account = snapshot.and_then(|all| all.account(found.text("account_id")));
        let subdomain = account.and_then(|account| account.subdomain.known()?.name.as_deref());
        let patterns = addresses(&found, &worker, subdomain);
        let hosts = patterns.iter().map(|pattern| Pattern::of(pattern).host);
        // A wildcard stands for no host that anybody could visit.
        let hosts = hosts.filter(|host| !host.contains('*'));
        urls.extend(hosts.map(|host| format!("https://{host}")));
    }
    urls.dedup();
    urls
}
