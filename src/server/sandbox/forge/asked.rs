//! A request as those who answer it want it: taken apart.

use std::collections::BTreeMap;

use axum::RequestExt as _;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Path, Request};
use axum::http::HeaderMap;

use crate::server::sandbox::Shared;
use crate::server::sandbox::paging::{Page, PerPage, Query};

/// A request.
pub(super) struct Asked {
    pub(super) sandbox: Shared,
    /// What stands in the path where its template has a name.
    params: BTreeMap<String, String>,
    pub(super) query: Query,
    headers: HeaderMap,
    pub(super) body: Bytes,
    /// Whether it would change something.
    pub(super) writes: bool,
    /// The whole path, as it was asked for.
    path: String,
    /// What stands after the question mark.
    raw_query: String,
}

impl Asked {
    /// Takes a request apart that came to an address below a prefix.
    pub(super) async fn of(sandbox: Shared, prefix: &str, mut request: Request) -> Self {
        let params = request.extract_parts::<Path<BTreeMap<String, String>>>().await;
        let (parts, body) = request.into_parts();
        let query = parts.uri.query().unwrap_or_default();
        Self {
            sandbox,
            params: params.map(|Path(params)| params).unwrap_or_default(),
            query: Query::of(query),
            // The listener has read it whole already.
            body: to_bytes(body, usize::MAX).await.unwrap_or_default(),
            writes: !parts.method.is_safe(),
            path: format!("{prefix}{}", parts.uri.path()),
            raw_query: query.to_owned(),
            headers: parts.headers,
        }
    }

    /// What stands in the path in place of a name.
    pub(super) fn param(&self, name: &str) -> &str {
        self.params.get(name).map_or("", |value| value)
    }

    /// The same, where it is a number.
    pub(super) fn number(&self, name: &str) -> Option<u64> {
        self.param(name).parse().ok()
    }

    /// A header's text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Whether the path ends so.
    pub(super) fn is_at(&self, end: &str) -> bool {
        self.path.ends_with(end)
    }

    /// The part of a list that is asked for, with the links to the others: the value of `Link`.
    pub(super) fn page<T>(
        &self,
        items: impl IntoIterator<Item = T>,
        size: PerPage,
    ) -> (Page<T>, String) {
        let page = Page::of(items, &self.query, size);
        let last = page.total.div_ceil(page.per_page).max(1);
        let mut links = Vec::new();
        let mut link = |number: usize, relation: &str| {
            let address = self.address_of_page(number, page.per_page);
            links.push(format!("<{address}>; rel=\"{relation}\""));
        };
        if page.page > 1 {
            link(page.page.min(last + 1) - 1, "prev");
        }
        if page.page < last {
            link(page.page + 1, "next");
            link(last, "last");
        }
        if page.page > 1 {
            link(1, "first");
        }
        let links = links.join(", ");
        (page, links)
    }

    fn address_of_page(&self, number: usize, per_page: usize) -> String {
        let others = self.raw_query.split('&').filter(|field| {
            let name = field.split('=').next().unwrap_or_default();
            !matches!(name, "" | "page" | "per_page")
        });
        let fields = others.map(str::to_owned);
        let fields = fields.chain([format!("page={number}"), format!("per_page={per_page}")]);
        let fields: Vec<String> = fields.collect();
        format!("{}{}?{}", self.sandbox.origin(), self.path, fields.join("&"))
    }
}
