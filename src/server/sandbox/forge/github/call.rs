//! What handlers get: a request that may be made.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::auth::Caller;
use super::refusals::{invalid_request, no_commit, no_json, not_found, requires_authentication};
use super::view::View;
use super::{Asked, Refusal, Reply};
use crate::server::sandbox::forge::answer::ok;
use crate::server::sandbox::paging::PerPage;
use crate::server::sandbox::state::State;
use crate::server::sandbox::state::git::Commit;
use crate::server::sandbox::state::github::{GitHub, Pull, Repository};

/// GitHub's lists: 30 to a page, at most 100 ("Using pagination in the REST API").
const PER_PAGE: PerPage = PerPage { default: 30, max: 100 };

/// A request that may be made.
pub(super) struct Call {
    pub(super) asked: Asked,
    pub(super) caller: Caller,
    /// `owner/name`, where the path names a repository.
    pub(super) repository: String,
    /// The state when it was asked.
    pub(super) state: Arc<State>,
}

impl Call {
    pub(super) fn github(&self) -> &GitHub {
        &self.state.github
    }

    /// The repository that the path names.
    pub(super) fn repository(&self) -> Result<&Repository, Refusal> {
        self.github().repositories.get(&self.repository).ok_or_else(not_found)
    }

    /// The login of who asks.
    pub(super) fn login(&self) -> Result<&str, Refusal> {
        self.caller.login().ok_or_else(requires_authentication)
    }

    /// A number in the path.
    pub(super) fn number(&self, name: &str) -> Result<u64, Refusal> {
        self.asked.number(name).ok_or_else(not_found)
    }

    /// The pull request that the path names.
    pub(super) fn pull(&self) -> Result<&Pull, Refusal> {
        let number = self.number("pull_number")?;
        self.repository()?.pull(number).ok_or_else(not_found)
    }

    /// A commit of the repository, by whatever name.
    pub(super) fn commit(&self, name: &str) -> Result<&Commit, Refusal> {
        self.repository()?.git.resolve(name).ok_or_else(|| no_commit(name))
    }

    /// What was sent.
    pub(super) fn body<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        let value: Value = serde_json::from_slice(&self.asked.body).map_err(|_| no_json())?;
        serde_json::from_value(value).map_err(invalid_request)
    }

    /// The state as it is shown.
    pub(super) fn view(&self) -> View<'_> {
        View { github: self.github(), origin: self.asked.sandbox.origin() }
    }

    /// The time as GitHub writes it.
    pub(super) fn now(&self) -> String {
        let now = self.asked.sandbox.source.timestamp();
        now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// Answers with the part of a list that is asked for.
    pub(super) fn list(&self, items: impl IntoIterator<Item = Value>) -> Reply {
        let (page, links) = self.asked.page(items, PER_PAGE);
        self.linked(json!(page.items), &links)
    }

    /// The same for lists that say how long they are, under a name.
    pub(super) fn counted(&self, name: &str, items: impl IntoIterator<Item = Value>) -> Reply {
        let (page, links) = self.asked.page(items, PER_PAGE);
        self.linked(json!({ "total_count": page.total, name: page.items }), &links)
    }

    fn linked(&self, body: Value, links: &str) -> Reply {
        let answer = ok(body)?;
        Ok(if links.is_empty() { answer } else { answer.header("link", links) })
    }

    /// Changes the repository, and gives it as it is then.
    pub(super) fn change<T>(
        &mut self,
        change: impl FnOnce(&mut Repository, &mut dyn FnMut() -> u64) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let sandbox = &self.asked.sandbox;
        let given = sandbox.store.change_or(|state| {
            let GitHub { newest, repositories, .. } = &mut state.github;
            let repository = repositories.get_mut(&self.repository).ok_or_else(not_found)?;
            let mut number = || {
                *newest += 1;
                *newest
            };
            change(repository, &mut number)
        })?;
        self.state = self.asked.sandbox.state();
        Ok(given)
    }

    /// Changes branches of the repository, which the pull requests from there follow.
    pub(super) fn push(
        &mut self,
        push: impl FnOnce(&mut Repository) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        self.change(|repository, _| push(repository))?;
        self.asked.sandbox.store.change_or(|state| {
            state.github.follow(&self.repository);
            Ok::<_, Refusal>(())
        })?;
        self.state = self.asked.sandbox.state();
        Ok(())
    }
}
