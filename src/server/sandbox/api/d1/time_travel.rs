//! Time Travel: bookmarks, and the way back to them.

use axum::extract::{Path, State as Of};
use jiff::Timestamp;
use serde_json::json;

use super::{OfDatabase, READ, WRITE, with_database};
use crate::server::sandbox::Shared;
use crate::server::sandbox::api::route::Routes;
use crate::server::sandbox::d1::Database;
use crate::server::sandbox::envelope::{ApiError, Reply, ok};
use crate::server::sandbox::errors::products::{INVALID_D1_REQUEST, NO_SUCH_BOOKMARK};
use crate::server::sandbox::paging::Query;

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get(
            "/accounts/{account_id}/d1/database/{database_id}/time_travel/bookmark",
            READ,
            bookmark,
        )
        .post(
            "/accounts/{account_id}/d1/database/{database_id}/time_travel/restore",
            WRITE,
            restore,
        )
}

/// The time that a query names, in milliseconds since 1970.
fn timestamp(query: &Query) -> Result<Option<i64>, ApiError> {
    let parse = |text: &str| match text.parse::<Timestamp>() {
        Ok(time) => Ok(time.as_millisecond()),
        Err(error) => Err(INVALID_D1_REQUEST.saying(format!("invalid timestamp: {error}"))),
    };
    query.get("timestamp").map(parse).transpose()
}

/// The bookmark of a time: now, or where a copy was kept.
fn find(database: &mut Database, at: Option<i64>, now: i64) -> Result<String, ApiError> {
    match at.filter(|at| *at < now) {
        None => {
            let bookmark = database.bookmark(now);
            Ok(bookmark
                .map_err(|error| NO_SUCH_BOOKMARK.saying(error.to_string()))?
                .as_str()
                .into())
        }
        Some(at) => {
            database.bookmark_at(at).map(|bookmark| bookmark.as_str().into()).ok_or_else(|| {
                NO_SUCH_BOOKMARK.saying(
                    "the sandbox goes back only to where a bookmark was asked for, and there is \
                     none as old as this",
                )
            })
        }
    }
}

async fn bookmark(Of(sandbox): Of<Shared>, Path((_, id)): OfDatabase, query: Query) -> Reply {
    let (at, now) = (timestamp(&query)?, sandbox.source.timestamp().as_millisecond());
    let bookmark = with_database(sandbox, id, move |database| find(database, at, now)).await??;
    ok(json!({ "bookmark": bookmark }))
}

async fn restore(Of(sandbox): Of<Shared>, Path((_, id)): OfDatabase, query: Query) -> Reply {
    let (at, now) = (timestamp(&query)?, sandbox.source.timestamp().as_millisecond());
    let wanted = query.get("bookmark").map(str::to_owned);
    if wanted.is_none() && at.is_none() {
        return Err(INVALID_D1_REQUEST.saying("either bookmark or timestamp is required"));
    }
    let restored = with_database(sandbox, id, move |database| {
        let bookmark = match wanted {
            Some(bookmark) => bookmark,
            None => find(database, at, now)?,
        };
        let left = database.restore(&bookmark, now);
        let left = left.map_err(|error| NO_SUCH_BOOKMARK.saying(error.to_string()))?;
        Ok::<_, ApiError>(json!({
            "bookmark": bookmark, "previous_bookmark": left.as_str(),
            "message": "Database restored",
        }))
    });
    ok(restored.await??)
}
