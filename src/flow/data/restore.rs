//! Puts a database back to where it was.

use jiff::Timestamp;
use serde_json::json;

use super::{DataError, Desk, Work};
use crate::core::data::{Back, Database};

/// Where to go back to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Point {
    /// A bookmark.
    Bookmark(String),
    /// A time.
    Time(Timestamp),
}

/// Puts a database back, and gives the way back from there: to what it was before.
///
/// # Errors
/// Where it cannot be done; the journal has the bookmark.
pub async fn restore(
    desk: Desk<'_>,
    environment: &str,
    database: &Database,
    point: &Point,
) -> Result<Back, DataError> {
    let work = Work::begin(desk, environment, database).await?;
    let restored = go_back(&work, point).await;
    work.end().await;
    restored
}

async fn go_back(work: &Work<'_>, point: &Point) -> Result<Back, DataError> {
    let (client, database) = (work.desk.client, work.database);
    let Database { account, id, .. } = database;
    let before = client.d1_bookmark(account, id).await?;
    let to = match point {
        Point::Bookmark(bookmark) => bookmark.clone(),
        Point::Time(time) => client.d1_bookmark_at(account, id, *time).await?,
    };
    work.note("restore", json!({ "bookmark": before, "to": to })).await?;
    let restoring = async { Ok(client.d1_restore(account, id, &to).await?) };
    let left = work.change("restore", &before, restoring).await?.unwrap_or(before);
    let noted = work.note("restored", json!({ "bookmark": left, "to": to })).await;
    noted.map_err(|error| work.changed(error, &left))?;
    Ok(work.back(&left))
}
