//! Who asks, and whether they may.

use std::collections::BTreeSet;

use axum::http::HeaderMap;
use jiff::SignedDuration;

use super::call::Call;
use super::refusals::{
    bad_credentials, needs_an_app, not_accessible_by_integration, not_accessible_by_token,
    not_found, refusal, requires_authentication,
};
use super::{Asked, Gate, Refusal};
use crate::server::sandbox::envelope::Mark;
use crate::server::sandbox::forge::GITHUB;
use crate::server::sandbox::forge::answer::put;
use crate::server::sandbox::forge::meter::Count;
use crate::server::sandbox::state::github::{Access, GitHub, Repository, Role, Token};

/// What a route needs: one of some permissions, by the names of a workflow's `permissions`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Need {
    of: &'static [&'static str],
    access: Access,
    /// What a user has to be in the repository, whose own token it is.
    role: Role,
    /// Whether it is for Apps alone.
    app: bool,
}

impl Need {
    /// Any token, or none.
    pub(super) const NOTHING: Self = Self::read(&[]);

    /// To look.
    pub(super) const fn read(of: &'static [&'static str]) -> Self {
        Self { of, access: Access::Read, role: Role::Read, app: false }
    }

    /// To change; a user has to be that in the repository.
    pub(super) const fn write(of: &'static [&'static str], role: Role) -> Self {
        Self { of, access: Access::Write, role, app: false }
    }

    /// The same for Apps alone.
    pub(super) const fn by_app(self) -> Self {
        Self { app: true, ..self }
    }
}

/// Who asks.
#[derive(Clone, Debug)]
pub(super) enum Caller {
    /// Nobody says who.
    Anonymous,
    /// The token of an App, such as a job's `GITHUB_TOKEN`.
    App(Token),
    /// A fine-grained token of a user.
    FineGrained(Token),
    /// A classic token of a user, which may whatever the user may.
    Classic(Token),
}

impl Caller {
    fn of(asked: &Asked, github: &GitHub) -> Result<Self, Refusal> {
        let Some(authorization) = asked.header("authorization") else {
            return Ok(Self::Anonymous);
        };
        let value = authorization.split_once(' ').map_or(authorization, |(_, value)| value).trim();
        let token = github.tokens.iter().find(|token| token.value == value);
        let token = token.ok_or_else(bad_credentials)?.clone();
        Ok(match value {
            value if value.starts_with("ghs_") => Self::App(token),
            value if value.starts_with("github_pat_") => Self::FineGrained(token),
            _ => Self::Classic(token),
        })
    }

    fn token(&self) -> Option<&Token> {
        match self {
            Self::Anonymous => None,
            Self::App(token) | Self::FineGrained(token) | Self::Classic(token) => Some(token),
        }
    }

    /// The login of who asks.
    pub(super) fn login(&self) -> Option<&str> {
        self.token().map(|token| &*token.login)
    }

    /// Whether it is an App.
    pub(super) fn is_app(&self) -> bool {
        matches!(self, Self::App(_))
    }

    /// Whether a repository may be seen at all.
    pub(super) fn sees(&self, repository: &Repository, github: &GitHub) -> bool {
        let Some(token) = self.token() else { return !repository.private };
        let named = |names: &BTreeSet<String>| names.contains(&repository.full_name);
        let is_for = token.repositories.as_ref().is_none_or(named);
        let known = self.is_app() || github.role(repository, &token.login).is_some();
        !repository.private || is_for && known
    }

    /// Whether the permissions of the token are enough.
    fn has(&self, need: Need, repository: Option<&Repository>) -> bool {
        let (Self::App(token) | Self::FineGrained(token)) = self else { return true };
        let is_for = |names: &BTreeSet<String>| {
            repository.is_none_or(|repository| names.contains(&repository.full_name))
        };
        let given = |name: &&str| {
            let Some(permissions) = &token.permissions else { return true };
            permissions.get(*name).is_some_and(|access| *access >= need.access)
        };
        let open = need.access == Access::Read && repository.is_some_and(|one| !one.private);
        open || need.of.is_empty()
            || token.repositories.as_ref().is_none_or(is_for) && need.of.iter().any(given)
    }

    /// Why who asks may not do what a route does, if so.
    pub(super) fn check(
        &self,
        need: Need,
        repository: Option<&Repository>,
        github: &GitHub,
    ) -> Result<(), Refusal> {
        if let Self::Anonymous = self {
            let may = need.access == Access::Read;
            return if may { Ok(()) } else { Err(requires_authentication()) };
        }
        if need.app && !self.is_app() {
            return Err(needs_an_app());
        }
        if !self.has(need, repository) {
            return Err(match self {
                Self::App(_) => not_accessible_by_integration(),
                _ => not_accessible_by_token(),
            });
        }
        let role = match (repository, self.login()) {
            (Some(repository), Some(login)) if !self.is_app() => github.role(repository, login),
            _ => Some(Role::Admin),
        };
        // A user who may not push is told that there is nothing.
        if role >= Some(need.role) { Ok(()) } else { Err(not_found()) }
    }
}

impl Gate for Need {
    const PREFIX: &str = GITHUB;

    type Call = Call;

    /// ("Rate limits for the REST API" in GitHub's documentation.)
    fn meter(asked: &Asked) -> Result<HeaderMap, Refusal> {
        let sandbox = &asked.sandbox;
        let (limits, now) = (sandbox.state().github.limits, sandbox.source.timestamp());
        let who = asked.header("authorization").unwrap_or_default();
        // Asking how many are left costs nothing.
        let cost = u32::from(!asked.is_at("/rate_limit"));
        let hour = SignedDuration::from_hours(1);
        let all = sandbox.meter.count(format!("github {who}"), cost, limits.requests, hour, now);
        let mut headers = HeaderMap::new();
        let Count { limit, used, ends } = all;
        for (name, value) in [
            ("x-ratelimit-limit", limit.to_string()),
            ("x-ratelimit-remaining", all.remaining().to_string()),
            ("x-ratelimit-reset", ends.as_second().to_string()),
            ("x-ratelimit-used", used.to_string()),
            ("x-ratelimit-resource", "core".into()),
            ("x-github-api-version-selected", "2022-11-28".into()),
        ] {
            put(&mut headers, name, value);
        }
        if all.is_over() {
            let refusal = refusal(403, Mark::Documented, "API rate limit exceeded.");
            return Err(refusal.headers(headers));
        }
        if asked.writes && !asked.is_at("/graphql") {
            let (name, minute) = (format!("github writes {who}"), SignedDuration::from_mins(1));
            let writes = sandbox.meter.count(name, 1, limits.creations, minute, now);
            if writes.is_over() {
                let message = "You have exceeded a secondary rate limit. Please wait a few \
                               minutes before you try again.";
                let refusal = refusal(403, Mark::Documented, message).headers(headers);
                return Err(refusal.header("retry-after", writes.wait(now)));
            }
        }
        Ok(headers)
    }

    fn admit(self, asked: Asked) -> Result<Call, Refusal> {
        let state = asked.sandbox.state();
        let github = &state.github;
        let caller = Caller::of(&asked, github)?;
        let (owner, name) = (asked.param("owner"), asked.param("repo"));
        let repository = if owner.is_empty() {
            None
        } else {
            let found = github.repositories.get(&format!("{owner}/{name}"));
            let seen = found.filter(|repository| caller.sees(repository, github));
            Some(seen.ok_or_else(not_found)?)
        };
        caller.check(self, repository, github)?;
        let repository = repository.map(|repository| repository.full_name.clone());
        Ok(Call { repository: repository.unwrap_or_default(), asked, caller, state })
    }
}
