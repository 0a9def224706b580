//! Lists that come in parts: by page numbers, or by a cursor.

use futures_util::future::try_join_all;
use serde::de::DeserializeOwned;

use super::{Call, Cloudflare, CloudflareError};
use crate::world::http::segment;

/// How many parts of a list we read. With 100 items in each, that is as many as an account may have
/// Workers twenty times over; who gives more is broken, or means no good.
const MAX_PAGES: usize = 100;

impl Cloudflare {
    /// Reads a list to its end by page numbers. Once the first page says how many there are, the
    /// others are asked for at the same time.
    ///
    /// `per_page` is left to the API where it is `None`.
    pub(super) async fn pages<T: DeserializeOwned>(
        &self,
        call: Call,
        per_page: Option<usize>,
    ) -> Result<Vec<T>, CloudflareError> {
        let page = async |number: usize| {
            let size = per_page.map(|size| format!("per_page={size}&")).unwrap_or_default();
            self.ask::<Vec<T>>(call.clone().query(&format!("{size}page={number}"))).await
        };
        let first = page(1).await?;
        let (info, mut items) = (first.result_info, first.result.unwrap_or_default());
        let full = info.per_page.or(per_page);
        let of_count = || Some(info.total_count?.div_ceil(full.filter(|full| *full > 0)?));
        if let Some(pages) = info.total_pages.or_else(of_count) {
            if pages > MAX_PAGES {
                return Err(endless(&call));
            }
            let rest = try_join_all((2..=pages).map(page)).await?;
            items.extend(rest.into_iter().flat_map(|page| page.result.unwrap_or_default()));
            return Ok(items);
        }
        // Nobody says how many there are: a page that is not full is the last. One that holds more
        // than was asked for is the whole list, of an API that knows no pages.
        let mut last = items.len();
        for number in 2.. {
            if last == 0 || full.is_some_and(|full| last != full) {
                break;
            }
            if number > MAX_PAGES {
                return Err(endless(&call));
            }
            let more = page(number).await?.result.unwrap_or_default();
            last = more.len();
            items.extend(more);
        }
        Ok(items)
    }

    /// Reads a list to its end by cursors. `part` finds the items in what stands under `result`.
    pub(super) async fn parts<R: DeserializeOwned, T>(
        &self,
        call: Call,
        part: impl Fn(R) -> Vec<T>,
    ) -> Result<Vec<T>, CloudflareError> {
        let mut items = Vec::new();
        let mut cursor = String::new();
        for _ in 0..MAX_PAGES {
            let next = match cursor.as_str() {
                "" => call.clone(),
                cursor => call.clone().query(&format!("cursor={}", segment(cursor))),
            };
            let answer = self.ask::<R>(next).await?;
            items.extend(answer.result.map(&part).unwrap_or_default());
            match answer.result_info.cursor.filter(|next| !next.is_empty()) {
                Some(next) if next != cursor => cursor = next,
                Some(_) => break,
                None => return Ok(items),
            }
        }
        Err(endless(&call))
    }
}

fn endless(call: &Call) -> CloudflareError {
    CloudflareError::Endless { asked: call.shown(), most: MAX_PAGES }
}
