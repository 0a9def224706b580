//! `page` and `per_page`: a part of a list, with `result_info`. A page after the last is empty.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::Serialize;
use serde_json::json;

use super::envelope::{Reply, ok};

/// What the query of a request asks for, the part of a list included.
#[derive(Debug)]
pub struct Query(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts.uri.query().unwrap_or_default()))
    }
}

impl Query {
    /// The fields of a query, such as `page=2&name=a%20b`.
    pub fn of(query: &str) -> Self {
        let fields =
            axum::extract::Query::try_from_uri(&format!("/?{query}").parse().unwrap_or_default());
        Self(fields.map(|axum::extract::Query(fields)| fields).unwrap_or_default())
    }

    /// The value of a field; where it stands more than once, the first.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(field, _)| field == name).map(|(_, value)| &**value)
    }

    /// Whether a field says `true` or `1`.
    pub fn is_set(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| matches!(value, "true" | "1"))
    }

    fn number(&self, name: &str) -> Option<usize> {
        self.get(name)?.parse().ok().filter(|number| *number > 0)
    }
}

/// How many items a page of a list has.
#[derive(Clone, Copy, Debug)]
pub struct PerPage {
    /// Unless the request says otherwise.
    pub default: usize,
    /// At most.
    pub max: usize,
}

impl PerPage {
    /// Cloudflare's usual: 20, at most 100.
    pub const USUAL: Self = Self { default: 20, max: 100 };
    /// A list that Cloudflare gives in one piece. A second page is empty all the same, so that a
    /// client that goes on until it sees one ends.
    pub const ALL: Self = Self { default: usize::MAX, max: usize::MAX };
}

/// A part of a list.
#[derive(Debug)]
pub struct Page<T> {
    /// The items of this part.
    pub items: Vec<T>,
    /// Which part, from 1.
    pub page: usize,
    /// How many items a part has at most.
    pub per_page: usize,
    /// How many there are in all parts.
    pub total: usize,
}

impl<T> Page<T> {
    /// The part of a list that a query asks for.
    pub fn of(items: impl IntoIterator<Item = T>, query: &Query, size: PerPage) -> Self {
        let all: Vec<T> = items.into_iter().collect();
        let (page, total) = (query.number("page").unwrap_or(1), all.len());
        let per_page = query.number("per_page").unwrap_or(size.default).min(size.max);
        let skipped = (page - 1).saturating_mul(per_page);
        let items = all.into_iter().skip(skipped).take(per_page).collect();
        // One piece is as long as it is.
        let per_page = if per_page == usize::MAX { total.max(1) } else { per_page };
        Self { items, page, per_page, total }
    }

    /// `result_info`.
    pub fn info(&self) -> serde_json::Value {
        json!({
            "page": self.page, "per_page": self.per_page, "count": self.items.len(),
            "total_count": self.total, "total_pages": self.total.div_ceil(self.per_page),
        })
    }
}

/// Answers with the part of a list that a query asks for.
pub fn list<T: Serialize>(
    items: impl IntoIterator<Item = T>,
    query: &Query,
    size: PerPage,
) -> Reply {
    let page = Page::of(items, query, size);
    Ok(ok(&page.items)?.info(page.info()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(query: &str, size: PerPage) -> (Vec<usize>, serde_json::Value) {
        let page = Page::of(0..45, &Query::of(query), size);
        let info = page.info();
        (page.items, info)
    }

    #[test]
    fn a_list_ends() {
        let (items, info) = page("", PerPage::USUAL);
        assert_eq!(items, (0..20).collect::<Vec<_>>());
        assert_eq!(
            info,
            json!({ "page": 1, "per_page": 20, "count": 20, "total_count": 45, "total_pages": 3 })
        );
        assert_eq!(page("page=3", PerPage::USUAL).0, (40..45).collect::<Vec<_>>());
        assert!(page("page=4", PerPage::USUAL).0.is_empty());
        assert_eq!(page("per_page=1000", PerPage::USUAL).0.len(), 45);
        assert_eq!(page("page=0&per_page=x", PerPage::USUAL).0.len(), 20);
    }

    #[test]
    fn one_piece_has_no_second() {
        assert_eq!(page("", PerPage::ALL).0.len(), 45);
        assert!(page("page=2", PerPage::ALL).0.is_empty());
        assert_eq!(page("page=2&per_page=40", PerPage::ALL).0.len(), 5);
    }

    #[test]
    fn a_query_is_decoded() {
        let query = Query::of("name=a%20b&force=true&name=c");
        assert_eq!(query.get("name"), Some("a b"));
        assert!(query.is_set("force") && !query.is_set("name"));
    }
}
