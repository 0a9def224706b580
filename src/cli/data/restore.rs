//! `clodo data restore`

use clap::Args;
use jiff::Timestamp;

use super::{Patience, Place};
use crate::cli::recorded::time;
use crate::core::data::is_bookmark;
use crate::exit::Exit;
use crate::flow::data::{Desk, Point, restore};

/// Put a database back to a bookmark or a time
///
/// All that was written since is gone from it. The bookmark of before is printed and noted in the
/// journal: with it one comes back.
#[derive(Debug, Args)]
pub(super) struct Restore {
    /// The database: its name, binding or id [default: the only one]
    #[arg(value_name = "DATABASE")]
    database: Option<String>,

    /// The environment; "" is the top level
    #[arg(short, long = "env", value_name = "NAME")]
    environment: Option<String>,

    /// A bookmark, or a time: 2h, 2026-11-22T12:00:00Z
    #[arg(long, value_name = "POINT", value_parser = point)]
    to: Point,

    #[command(flatten)]
    patience: Patience,

    /// Do not ask, where there is no terminal
    #[arg(long)]
    yes: bool,
}

impl Restore {
    pub(super) fn run(self, place: Place<'_>) -> anyhow::Result<Exit> {
        let (site, client) = place.look(self.environment)?;
        let database = site.database(self.database.as_deref()).map_err(|e| place.error(&e))?;
        let (name, to) = (&database.name, words(&self.to));
        let what = format!("{name} goes back to {to}: all that was written since is gone.");
        if !place.console.confirm_name(&what, name, self.yes)? {
            place.console.note("nothing was restored");
            return Ok(Exit::Ok);
        }
        let work =
            async |desk: Desk<'_>| restore(desk, &site.environment, database, &self.to).await;
        let back = place.work(&client, &self.patience, work)?;
        place.console.outcome(&format!("{name} is back at {to}.\n"));
        place.console.summary(&format!("back: {back}"));
        Ok(Exit::Ok)
    }
}

/// A bookmark, or a time that was.
fn point(text: &str) -> Result<Point, String> {
    if is_bookmark(text) {
        return Ok(Point::Bookmark(text.to_owned()));
    }
    let to = time(text).map_err(|_| {
        "expected a bookmark as clodo data bookmark prints it, or a time such as 2h, 2026-11-22 or \
         2026-11-22T12:00:00Z"
    })?;
    match to > Timestamp::now() {
        true => Err(format!("{to:.0} is still to come")),
        false => Ok(Point::Time(to)),
    }
}

fn words(point: &Point) -> String {
    match point {
        Point::Bookmark(bookmark) => bookmark.clone(),
        Point::Time(time) => format!("{time:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_goes_back_to_a_bookmark_or_to_what_was() {
        let bookmark = "00000085-0000024c-00004c6d-8e61117bf38d7adb71b934ebbf891683";
        assert_eq!(point(bookmark), Ok(Point::Bookmark(bookmark.to_owned())));
        let day = "2026-11-01T00:00:00Z".parse().expect("a time");
        assert_eq!(point("2026-11-01"), Ok(Point::Time(day)));
        assert!(matches!(point("1h"), Ok(Point::Time(_))));
        for wrong in ["", "0", "yesterday", "00000085", "9999-01-01", "-1h", "in an hour"] {
            assert!(point(wrong).is_err(), "{wrong}");
        }
    }
}
