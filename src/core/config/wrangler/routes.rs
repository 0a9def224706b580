//! The routes of a Worker, and how a pattern reads.

use super::Environment;
use crate::core::config::placeholder::placeholder;
use crate::core::model::{Kind, Place, Span, Value};

/// One entry of `routes`, or the one `route`.
#[derive(Clone, Debug)]
pub struct Route<'a> {
    /// The pattern, or the host of a custom domain.
    pub pattern: &'a str,
    /// Where the pattern stands.
    pub span: Span,
    /// The path of the pattern: `env.staging.routes[0].pattern`.
    pub path: String,
    /// Whether the environment takes it from the top level.
    pub inherited: bool,
    item: &'a Value,
}

/// The routes that an environment deploys. Where both keys have a value, `routes` counts
/// (`resolveRoutes`, cli.js:193592). An empty `route` is none. Entries of a wrong shape are left
/// out. A Pages project has no routes.
pub fn routes<'a>(environment: &Environment<'a>) -> Vec<Route<'a>> {
    let many = environment.get("routes");
    let one = environment.get("route").filter(|one| many.is_none() && !one.value().is_falsy());
    let is_worker = environment.service.kind == Kind::Worker;
    let Some(setting) = many.or(one).filter(|_| is_worker) else { return Vec::new() };
    let path = setting.path();
    let route = |item: &'a Value, path: String| {
        let (pattern, path) = match item.as_object() {
            Some(table) => (table.get("pattern")?, format!("{path}.pattern")),
            None => (item, path),
        };
        let text = pattern.as_str()?;
        let inherited = setting.inherited;
        Some(Route { pattern: text, span: pattern.span, path, inherited, item })
    };
    match setting.value().as_array() {
        Some(items) => {
            let items = items.iter().enumerate();
            items.filter_map(|(index, item)| route(item, format!("{path}[{index}]"))).collect()
        }
        None => route(setting.value(), path).into_iter().collect(),
    }
}

impl<'a> Route<'a> {
    /// Whether this is a custom domain: its pattern is a host, and its Worker is the origin.
    pub fn is_custom_domain(&self) -> bool {
        self.item.get("custom_domain").and_then(Value::as_bool) == Some(true)
    }

    /// The zone, where it is given by its name.
    pub fn zone_name(&self) -> Option<&'a str> {
        self.item.get("zone_name")?.as_str().filter(|name| !name.is_empty())
    }

    /// The zone, where it is given by its id.
    pub fn zone_id(&self) -> Option<&'a str> {
        self.item.get("zone_id")?.as_str().filter(|id| !id.is_empty())
    }

    /// Whether the pattern is still to be filled in, so that its form says nothing.
    pub fn is_placeholder(&self) -> bool {
        // A host has none of these: `$HOST/*` is a placeholder too.
        placeholder(self.pattern).is_some() || self.pattern.contains(['$', '{', '<', '%'])
    }

    /// How the pattern reads.
    pub fn parts(&self) -> Pattern<'a> {
        Pattern::of(self.pattern)
    }

    /// The pattern in one spelling: since October 2023 the case of a host says nothing.
    pub fn canonical(&self) -> String {
        self.parts().spelled(if self.is_custom_domain() { "" } else { "/" })
    }

    /// Where the pattern stands.
    pub fn place(&self, environment: &Environment<'_>) -> Place {
        Place { file: environment.service.config.file, span: self.span }
    }
}

/// The parts of a pattern: `https://*.example.com/images/*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pattern<'a> {
    /// What stands before `://`.
    pub scheme: Option<&'a str>,
    /// The host, with its wildcards.
    pub host: &'a str,
    /// The path from its first `/` on. A pattern without one means `/`.
    pub path: Option<&'a str>,
}

impl<'a> Pattern<'a> {
    /// Takes a pattern apart.
    pub fn of(pattern: &'a str) -> Self {
        let (scheme, rest) = match pattern.split_once("://") {
            Some((scheme, rest)) => (Some(scheme), rest),
            None => (None, pattern),
        };
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let path = Some(&rest[end..]).filter(|path| !path.is_empty());
        Self { scheme, host: &rest[..end], path }
    }

    /// The host without the wildcard that it may begin with; empty where it is nothing but one.
    pub fn plain_host(&self) -> &'a str {
        match self.host.strip_prefix('*') {
            Some(rest) => rest.strip_prefix('.').unwrap_or(rest),
            None => self.host,
        }
    }

    /// Whether it matches the start page of its host and no other page.
    pub fn is_start_page(&self) -> bool {
        self.path.is_none_or(|path| path == "/")
    }

    /// The pattern of a route in one spelling.
    pub fn canonical(&self) -> String {
        self.spelled("/")
    }

    /// The pattern in one spelling, with the path that it means where it has none.
    fn spelled(&self, path: &str) -> String {
        let scheme = self.scheme.map(|scheme| format!("{scheme}://")).unwrap_or_default();
        format!("{scheme}{}{}", self.host.to_ascii_lowercase(), self.path.unwrap_or(path))
    }

    /// Whether every request that matches `other` matches this one too. Of two such patterns
    /// Cloudflare takes the other, which is more specific, unless they are the same.
    ///
    /// A `*` may begin the host and end the path, and stands for anything, dots and slashes
    /// included: <https://developers.cloudflare.com/workers/configuration/routing/routes/>.
    pub fn covers(&self, other: &Pattern<'_>) -> bool {
        let scheme = self.scheme.is_none() || self.scheme == other.scheme;
        let (host, others) = (self.host.to_ascii_lowercase(), other.host.to_ascii_lowercase());
        let host = match host.strip_prefix('*') {
            Some(end) => others.strip_prefix('*').unwrap_or(&others).ends_with(end),
            None => host == others,
        };
        let (path, others) = (self.path.unwrap_or("/"), other.path.unwrap_or("/"));
        let path = match path.strip_suffix('*') {
            Some(start) => others.strip_suffix('*').unwrap_or(others).starts_with(start),
            None => path == others,
        };
        scheme && host && path
    }
}

/// Whether a deployment switches the Worker's address on workers.dev on: because it says so, or
/// because it has no route (`getSubdomainValues`, cli.js:168214).
pub fn workers_dev(environment: &Environment<'_>) -> bool {
    let said = environment.get("workers_dev").and_then(|setting| setting.value().as_bool());
    said.unwrap_or_else(|| routes(environment).is_empty())
}

/// Whether a host is a zone, or lies in it.
pub fn is_within(host: &str, zone: &str) -> bool {
    let split = host.len().checked_sub(zone.len());
    let Some((before, end)) = split.and_then(|at| host.split_at_checked(at)) else { return false };
    end.eq_ignore_ascii_case(zone) && (before.is_empty() || before.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_has_parts() {
        for (text, scheme, host, path, plain) in [
            ("example.com", None, "example.com", None, "example.com"),
            (
                "https://*.example.com/a/*",
                Some("https"),
                "*.example.com",
                Some("/a/*"),
                "example.com",
            ),
            ("*example.com/*", None, "*example.com", Some("/*"), "example.com"),
            ("*/*", None, "*", Some("/*"), ""),
            ("example.com?a=/", None, "example.com", Some("?a=/"), "example.com"),
            ("", None, "", None, ""),
        ] {
            let pattern = Pattern::of(text);
            assert_eq!(pattern, Pattern { scheme, host, path }, "{text}");
            assert_eq!(pattern.plain_host(), plain, "{text}");
        }
    }

    #[test]
    fn a_pattern_covers_what_is_more_specific() {
        for (wide, narrow, expected) in [
            ("example.com/*", "example.com/api/*", true),
            ("example.com/*", "EXAMPLE.com/*", true),
            ("example.com/*", "example.com", true),
            ("example.com/api/*", "example.com/*", false),
            ("*.example.com/*", "api.example.com/v1", true),
            ("*.example.com/*", "example.com/*", false),
            ("*example.com/*", "example.com/*", true),
            ("*example.com/*", "*.example.com/*", true),
            ("*.example.com/*", "*example.com/*", false),
            ("*/*", "example.com/*", true),
            ("https://example.com/*", "example.com/*", false),
            ("example.com/*", "https://example.com/*", true),
            ("example.com/a", "example.com/a", true),
            ("example.com/a", "example.com/a*", false),
        ] {
            assert_eq!(Pattern::of(wide).covers(&Pattern::of(narrow)), expected, "{wide} {narrow}");
        }
    }

    #[test]
    fn a_host_lies_in_its_zone() {
        for (host, zone, expected) in [
            ("example.com", "example.com", true),
            ("a.Example.com", "example.COM", true),
            ("badexample.com", "example.com", false),
            ("com", "example.com", false),
            ("é.com", "xé.com", false),
        ] {
            assert_eq!(is_within(host, zone), expected, "{host} {zone}");
        }
    }
}
