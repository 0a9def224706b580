//! What handlers get: a request that may be made.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::refusals::{bad_request, not_found, unauthorized};
use super::view::View;
use super::{Asked, Refusal, Reply};
use crate::server::sandbox::forge::answer::ok;
use crate::server::sandbox::paging::PerPage;
use crate::server::sandbox::state::State;
use crate::server::sandbox::state::gitlab::{GitLab, Level, MergeRequest, Project, Token};

/// GitLab's lists: 20 to a page, at most 100 ("REST API", pagination).
const PER_PAGE: PerPage = PerPage { default: 20, max: 100 };

/// A request that may be made.
pub(super) struct Call {
    pub(super) asked: Asked,
    pub(super) token: Option<Token>,
    /// The path of the project, where the request names one.
    pub(super) path: String,
    /// The state when it was asked.
    pub(super) state: Arc<State>,
}

impl Call {
    pub(super) fn gitlab(&self) -> &GitLab {
        &self.state.gitlab
    }

    /// The project that the path names.
    pub(super) fn project(&self) -> Result<&Project, Refusal> {
        self.gitlab().projects.get(&self.path).ok_or_else(|| not_found("Project"))
    }

    /// Who asks.
    pub(super) fn username(&self) -> Result<&str, Refusal> {
        self.token.as_ref().map(|token| &*token.username).ok_or_else(unauthorized)
    }

    /// What who asks is in the project.
    pub(super) fn level(&self) -> Result<Option<Level>, Refusal> {
        Ok(self.gitlab().level(self.project()?, self.username()?))
    }

    /// The merge request that the path names.
    pub(super) fn merge_request(&self) -> Result<&MergeRequest, Refusal> {
        let iid = self.asked.number("merge_request_iid");
        let found = iid.and_then(|iid| self.project().ok()?.merge_request(iid));
        found.ok_or_else(|| not_found("Merge Request"))
    }

    /// What was sent.
    pub(super) fn body<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        let body: &[u8] = if self.asked.body.is_empty() { b"{}" } else { &self.asked.body };
        serde_json::from_slice(body).map_err(bad_request)
    }

    /// The state as it is shown.
    pub(super) fn view(&self) -> View<'_> {
        View { gitlab: self.gitlab(), origin: self.asked.sandbox.origin() }
    }

    /// The time as GitLab writes it.
    pub(super) fn now(&self) -> String {
        format!("{:.3}", self.asked.sandbox.source.timestamp())
    }

    /// Answers with the part of a list that is asked for.
    pub(super) fn list(&self, items: impl IntoIterator<Item = Value>) -> Reply {
        let (page, links) = self.asked.page(items, PER_PAGE);
        let pages = page.total.div_ceil(page.per_page);
        let next = if page.page < pages { (page.page + 1).to_string() } else { String::new() };
        let before = if page.page > 1 { (page.page - 1).to_string() } else { String::new() };
        let answer = ok(json!(page.items))?
            .header("link", links)
            .header("x-next-page", next)
            .header("x-page", page.page)
            .header("x-per-page", page.per_page)
            .header("x-prev-page", before)
            .header("x-total", page.total)
            .header("x-total-pages", pages);
        Ok(answer)
    }

    /// Changes the project, and gives it as it is then.
    pub(super) fn change<T>(
        &mut self,
        change: impl FnOnce(&mut Project, &mut dyn FnMut() -> u64) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let sandbox = &self.asked.sandbox;
        let given = sandbox.store.change_or(|state| {
            let GitLab { newest, projects, .. } = &mut state.gitlab;
            let project = projects.get_mut(&self.path).ok_or_else(|| not_found("Project"))?;
            let mut number = || {
                *newest += 1;
                *newest
            };
            change(project, &mut number)
        })?;
        self.state = self.asked.sandbox.state();
        Ok(given)
    }

    /// Changes branches of the project, which the merge requests from there follow.
    pub(super) fn push(&mut self, push: impl FnOnce(&mut Project)) -> Result<(), Refusal> {
        self.change(|project, _| {
            push(project);
            Ok(())
        })?;
        let now = self.now();
        self.asked.sandbox.store.change_or(|state| {
            state.gitlab.follow(&self.path, &now);
            Ok::<_, Refusal>(())
        })?;
        self.state = self.asked.sandbox.state();
        Ok(())
    }

    /// Changes the merge request that the path names.
    pub(super) fn change_merge_request<T>(
        &mut self,
        change: impl FnOnce(&mut MergeRequest, &mut dyn FnMut() -> u64) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let iid = self.merge_request()?.iid;
        self.change(|project, number| {
            let found = project.merge_requests.iter_mut().find(|request| request.iid == iid);
            change(found.ok_or_else(|| not_found("Merge Request"))?, number)
        })
    }
}
