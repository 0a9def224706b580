//! Who asks, and whether they may.

use axum::http::HeaderMap;
use jiff::SignedDuration;

use super::call::Call;
use super::refusals::{forbidden, insufficient_scope, not_found, refusal, unauthorized};
use super::{Asked, Gate, Refusal};
use crate::server::sandbox::envelope::Mark;
use crate::server::sandbox::forge::GITLAB;
use crate::server::sandbox::forge::answer::put;
use crate::server::sandbox::state::gitlab::{GitLab, Level, Project, Token};

/// What a route needs ("Roles and permissions" in GitLab's documentation).
#[derive(Clone, Copy, Debug)]
pub(super) struct Need {
    /// What one has to be in the project.
    level: Level,
    write: bool,
    /// Whether a job's token is good for it ("CI/CD job token", access).
    job: bool,
}

impl Need {
    /// To look.
    pub(super) const READ: Self = Self { level: Level::Reporter, write: false, job: false };

    /// To change.
    pub(super) const fn write(level: Level) -> Self {
        Self { level, write: true, job: false }
    }

    /// To look at what only those see.
    pub(super) const fn read_as(level: Level) -> Self {
        Self { level, write: false, job: false }
    }

    /// The same with a job's token as well.
    pub(super) const fn or_job(self) -> Self {
        Self { job: true, ..self }
    }

    /// Whether somebody is enough in a project. Everybody looks at, and talks in, one that is public.
    fn allows(self, level: Option<Level>, project: &Project) -> bool {
        level >= Some(self.level) || !project.private && self.level <= Level::Reporter
    }
}

fn token<'a>(asked: &Asked, gitlab: &'a GitLab) -> Result<Option<&'a Token>, Refusal> {
    let bearer = asked.header("authorization").and_then(|text| text.strip_prefix("Bearer "));
    let job = asked.header("job-token");
    let Some(value) = asked.header("private-token").or(job).or(bearer) else { return Ok(None) };
    let token = gitlab.tokens.iter().find(|token| token.value == value.trim());
    // Each kind has a header of its own.
    token.filter(|token| token.job == job.is_some()).map(Some).ok_or_else(unauthorized)
}

impl Gate for Need {
    const PREFIX: &str = GITLAB;

    type Call = Call;

    /// ("User and IP rate limits", response headers.)
    fn meter(asked: &Asked) -> Result<HeaderMap, Refusal> {
        let sandbox = &asked.sandbox;
        let (limits, now) = (sandbox.state().gitlab.limits, sandbox.source.timestamp());
        let names = ["private-token", "job-token", "authorization"];
        let who = names.iter().find_map(|name| asked.header(name)).unwrap_or_default();
        let minute = SignedDuration::from_mins(1);
        let count = sandbox.meter.count(format!("gitlab {who}"), 1, limits.requests, minute, now);
        let mut headers = HeaderMap::new();
        put(&mut headers, "ratelimit-name", "throttle_authenticated_api");
        put(&mut headers, "ratelimit-limit", count.limit);
        put(&mut headers, "ratelimit-observed", count.used);
        put(&mut headers, "ratelimit-remaining", count.remaining());
        put(&mut headers, "ratelimit-reset", count.ends.as_second());
        if count.is_over() {
            let refusal = refusal(429, Mark::Documented, "Retry later").headers(headers);
            return Err(refusal.header("retry-after", count.wait(now)));
        }
        Ok(headers)
    }

    fn admit(self, asked: Asked) -> Result<Call, Refusal> {
        let state = asked.sandbox.state();
        let gitlab = &state.gitlab;
        let token = token(&asked, gitlab)?.cloned();
        if token.as_ref().is_some_and(|token| token.job && !self.job) {
            return Err(unauthorized());
        }
        let scopes = token.as_ref().and_then(|token| token.scopes.as_ref());
        if let Some(scopes) = scopes {
            let may = |scope: &str| scopes.contains(scope);
            if !may("api") && (self.write || !may("read_api")) {
                return Err(insufficient_scope());
            }
        }
        let id = asked.param("id");
        let path = if id.is_empty() {
            String::new()
        } else {
            let is_it = |one: &&Project| one.path == id || one.id.to_string() == id;
            let username = token.as_ref().map(|token| &*token.username);
            let level = |one| username.and_then(|username| gitlab.level(one, username));
            let found = gitlab.projects.values().find(is_it);
            let seen = found.filter(|one| !one.private || level(one).is_some());
            let project = seen.ok_or_else(|| not_found("Project"))?;
            if self.write && username.is_none() {
                return Err(unauthorized());
            }
            if !self.allows(level(project), project) {
                return Err(if username.is_none() { unauthorized() } else { forbidden() });
            }
            project.path.clone()
        };
        Ok(Call { asked, token, path, state })
    }
}
