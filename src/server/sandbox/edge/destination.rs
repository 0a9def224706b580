//! Whose a URL is: `workers.dev`, previews, routes, custom domains, `pages.dev`.

use super::super::state::State;
use super::super::state::pages::PAGES_DEV;
use super::super::state::workers::Script;

/// A suffix that leads a browser here: it resolves to loopback everywhere.
const LOCAL: &str = ".localhost";

/// How many digits of its id a version's preview has in its name: cli.js, `versions upload`.
const PREVIEW_DIGITS: usize = 8;

/// Where a request goes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Destination {
    /// To a Worker's deployment.
    Worker(String),
    /// To one version of a Worker.
    Version(String, String),
    /// To a deployment of Pages: the host of its project, and its id.
    Pages(String, String),
    /// To a server behind Cloudflare, of which a sandbox has none.
    Origin,
    /// `workers.dev` has nothing of the name.
    Nothing,
    /// No zone of the account.
    Elsewhere,
}

/// The host that a request means. `api.localhost:8800` is `api.SUBDOMAIN.workers.dev`;
/// `shop.example.com.localhost:8800` is `shop.example.com`.
pub(super) fn host(state: &State, header: &str) -> String {
    let host = header.rsplit_once(':').map_or(header, |(host, _)| host).to_ascii_lowercase();
    match host.strip_suffix(LOCAL) {
        Some(name) if name.contains('.') => name.to_owned(),
        Some(name) => match &state.workers.subdomain {
            Some(subdomain) => format!("{name}.{subdomain}.workers.dev"),
            None => host,
        },
        None => host,
    }
}

/// Where a URL leads. `path` is with its query, as patterns see it.
pub(super) fn destination(state: &State, host: &str, path: &str) -> Destination {
    if let Some(label) = workers_dev(state, host) {
        return on_workers_dev(state, label);
    }
    if let Some(label) = host.strip_suffix(PAGES_DEV) {
        return on_pages_dev(state, label);
    }
    let Some(zone) = state.zones.of_hostname(host) else { return Destination::Elsewhere };
    let matching = zone.routes.iter().filter_map(|route| {
        let pattern = Pattern::new(&route.pattern);
        pattern.matches(host, path).then(|| (pattern.specificity(), route))
    });
    // A route stands before the custom domain of the same name.
    match matching.max_by(|a, b| a.0.cmp(&b.0)).map(|(_, route)| &route.script) {
        Some(Some(script)) => return Destination::Worker(script.clone()),
        // A pattern without a Worker switches those of less specific patterns off.
        Some(None) => return Destination::Origin,
        None => {}
    }
    match state.workers.domains.iter().find(|domain| domain.hostname == host) {
        Some(domain) => Destination::Worker(domain.service.clone()),
        None => Destination::Origin,
    }
}

/// `NAME` of `NAME.SUBDOMAIN.workers.dev`.
fn workers_dev<'a>(state: &State, host: &'a str) -> Option<&'a str> {
    let subdomain = state.workers.subdomain.as_ref()?;
    host.strip_suffix(".workers.dev")?.strip_suffix(&**subdomain)?.strip_suffix('.')
}

/// `NAME` or `LABEL.NAME` of `….pages.dev`.
fn on_pages_dev(state: &State, labels: &str) -> Destination {
    let (label, name) =
        labels.rsplit_once('.').map_or((None, labels), |(label, name)| (Some(label), name));
    let project = state.pages.project(name);
    match project.and_then(|project| Some((project.host(), project.at(label)?.id.clone()))) {
        Some((host, id)) => Destination::Pages(host, id),
        None => Destination::Nothing,
    }
}

fn on_workers_dev(state: &State, label: &str) -> Destination {
    let scripts = &state.workers.scripts;
    if scripts.get(label).is_some_and(|script| script.subdomain.enabled) {
        return Destination::Worker(label.to_owned());
    }
    // Both halves may have hyphens.
    let halves = label.match_indices('-').map(|(at, _)| (&label[..at], &label[at + 1..]));
    let preview = halves.into_iter().find_map(|(prefix, name)| {
        let script = scripts.get(name).filter(|script| script.subdomain.previews_enabled)?;
        Some(Destination::Version(name.to_owned(), previewed(script, prefix)?))
    });
    preview.unwrap_or(Destination::Nothing)
}

/// The version of a preview, by the beginning of its id or by its alias.
fn previewed(script: &Script, prefix: &str) -> Option<String> {
    // The newest that has the alias has it.
    let version = script.versions.iter().rev().find(|version| {
        let alias = version.annotations.get("workers/alias");
        version.id.get(..PREVIEW_DIGITS) == Some(prefix)
            || alias.is_some_and(|alias| alias == prefix)
    })?;
    Some(version.id.clone())
}

/// A route's pattern: `[SCHEME://][*]HOST[/PATH][*]`.
///
/// <https://developers.cloudflare.com/workers/configuration/routing/routes/#matching-behavior>
#[derive(Debug)]
struct Pattern<'a> {
    host: &'a str,
    any_host: bool,
    path: &'a str,
    any_path: bool,
}

impl<'a> Pattern<'a> {
    fn new(pattern: &'a str) -> Self {
        let pattern = pattern.split_once("://").map_or(pattern, |(_, rest)| rest);
        let (host, path) = pattern.split_at(pattern.find('/').unwrap_or(pattern.len()));
        let (host, any_host) = host.strip_prefix('*').map_or((host, false), |host| (host, true));
        let (path, any_path) = path.strip_suffix('*').map_or((path, false), |path| (path, true));
        // `example.com` is `example.com/`.
        let path = if path.is_empty() && !any_path { "/" } else { path };
        Self { host, any_host, path, any_path }
    }

    fn matches(&self, host: &str, path: &str) -> bool {
        let is_host = if self.any_host { host.ends_with(self.host) } else { host == self.host };
        let is_path = if self.any_path { path.starts_with(self.path) } else { path == self.path };
        is_host && is_path
    }

    /// The more specific is the greater: the host decides before the path. Of `/images/*` and
    /// `/images*` the second wins, which Cloudflare calls a known issue:
    /// <https://developers.cloudflare.com/workers/platform/known-issues/#route-specificity>.
    fn specificity(&self) -> (bool, usize, bool, usize, bool) {
        let path = self.path.trim_end_matches('/');
        (!self.any_host, self.host.len(), !self.any_path, path.len(), !self.path.ends_with('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::state::workers::{Domain, Subdomain, Version};
    use super::super::super::state::zones::{Route, Zone};
    use super::*;

    fn account(routes: &[(&str, Option<&str>)]) -> State {
        let mut state = State::default();
        state.workers.subdomain = Some("acme".into());
        let version = |id: &str, alias: Option<&str>| Version {
            id: id.into(),
            annotations: alias
                .map(|alias| ("workers/alias".into(), alias.into()))
                .into_iter()
                .collect(),
            ..Version::default()
        };
        let versions =
            vec![version("aaaaaaaa-1", Some("pr-1")), version("bbbbbbbb-2", Some("pr-1"))];
        let subdomain = Subdomain { enabled: true, previews_enabled: true };
        let script = Script { subdomain, versions, ..Script::default() };
        state.workers.scripts.insert("my-api".into(), script);
        state.workers.scripts.insert("hidden".into(), Script::default());
        let route = |(pattern, script): &(&str, Option<&str>)| Route {
            pattern: (*pattern).into(),
            script: script.map(Into::into),
            ..Route::default()
        };
        state.zones.0.push(Zone {
            name: "example.com".into(),
            routes: routes.iter().map(route).collect(),
            ..Zone::default()
        });
        state.workers.domains.push(Domain {
            hostname: "shop.example.com".into(),
            service: "shop".into(),
            ..Domain::default()
        });
        state
    }

    fn worker(name: &str) -> Destination {
        Destination::Worker(name.into())
    }

    #[test]
    fn workers_dev_has_workers_and_previews() {
        let state = account(&[]);
        let at = |host| destination(&state, host, "/");
        assert_eq!(at("my-api.acme.workers.dev"), worker("my-api"));
        assert_eq!(at("hidden.acme.workers.dev"), Destination::Nothing);
        let version = |id: &str| Destination::Version("my-api".into(), id.into());
        assert_eq!(at("aaaaaaaa-my-api.acme.workers.dev"), version("aaaaaaaa-1"));
        assert_eq!(at("pr-1-my-api.acme.workers.dev"), version("bbbbbbbb-2"));
        assert_eq!(at("pr-2-my-api.acme.workers.dev"), Destination::Nothing);
        assert_eq!(at("my-api.others.workers.dev"), Destination::Elsewhere);
    }

    #[test]
    fn pages_dev_has_projects_deployments_and_branches() {
        use super::super::super::state::pages::{PagesDeployment, PagesProject};
        let deployment = |id: &str, branch: &str| PagesDeployment {
            id: id.into(),
            branch: branch.into(),
            ..PagesDeployment::default()
        };
        let mut state = State::default();
        state.pages.projects.push(PagesProject {
            name: "shop".into(),
            deployments: vec![
                deployment("aaaaaaaa-1", "main"),
                deployment("bbbbbbbb-2", "Feature/x"),
                deployment("cccccccc-3", "Feature/x"),
            ],
            canonical: Some("aaaaaaaa-1".into()),
            ..PagesProject::default()
        });
        let at = |host| destination(&state, host, "/");
        let pages = |id: &str| Destination::Pages("shop.pages.dev".into(), id.into());
        assert_eq!(at("shop.pages.dev"), pages("aaaaaaaa-1"));
        assert_eq!(at("bbbbbbbb.shop.pages.dev"), pages("bbbbbbbb-2"));
        assert_eq!(at("feature-x.shop.pages.dev"), pages("cccccccc-3"));
        assert_eq!(at("none.shop.pages.dev"), Destination::Nothing);
        assert_eq!(at("none.pages.dev"), Destination::Nothing);
    }

    #[test]
    fn a_browser_comes_by_localhost() {
        let state = account(&[]);
        assert_eq!(host(&state, "my-api.localhost:8800"), "my-api.acme.workers.dev");
        assert_eq!(host(&state, "shop.example.com.localhost:8800"), "shop.example.com");
        assert_eq!(host(&state, "Shop.Example.com"), "shop.example.com");
    }

    #[test]
    fn routes_stand_before_custom_domains_and_the_most_specific_wins() {
        let state = account(&[
            ("*example.com/*", Some("all")),
            ("*.example.com/a", Some("wild")),
            ("a.example.com/*", Some("exact")),
            ("www.example.com/api/*", Some("api")),
            ("https://www.example.com/*", Some("www")),
            ("www.example.com/images/*", Some("slash")),
            ("www.example.com/images*", Some("no-slash")),
            ("www.example.com/off/*", None),
            ("www.example.com/exact", Some("page")),
        ]);
        let at = |host, path| destination(&state, host, path);
        assert_eq!(at("example.com", "/"), worker("all"));
        assert_eq!(at("a.example.com", "/a"), worker("exact"), "a documented known issue");
        assert_eq!(at("b.example.com", "/a"), worker("wild"));
        assert_eq!(at("www.example.com", "/api/1"), worker("api"));
        assert_eq!(at("www.example.com", "/"), worker("www"));
        assert_eq!(at("www.example.com", "/images/x"), worker("no-slash"), "another");
        assert_eq!(at("www.example.com", "/off/x"), Destination::Origin);
        assert_eq!(at("www.example.com", "/exact"), worker("page"));
        assert_eq!(at("www.example.com", "/exact?x"), worker("www"), "patterns see the query");
        assert_eq!(at("shop.example.com", "/"), worker("all"));
        assert_eq!(destination(&account(&[]), "shop.example.com", "/"), worker("shop"));
        assert_eq!(destination(&account(&[]), "example.com", "/"), Destination::Origin);
        assert_eq!(at("example.org", "/"), Destination::Elsewhere);
    }
}
