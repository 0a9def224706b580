//! Time Travel: states of a database to go back to.
//!
//! D1 can go back to any minute of the last 30 days. Here a copy is kept whenever a bookmark is asked
//! for, and those are the states that there is a way back to. Copies are in memory and end with the
//! sandbox.

use rusqlite::Connection;
use rusqlite::backup::Backup;

use super::{Database, Error};

/// Pages that are copied at once; nobody else is waiting.
const ALL_PAGES: std::ffi::c_int = -1;

/// A point in the life of a database: four groups of hexadecimal digits, as D1 writes them. Later ones
/// sort later.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bookmark(String);

impl Bookmark {
    fn of(change: u64) -> Self {
        Self(format!("{change:08x}-00000000-00000000-00000000000000000000000000000000"))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The copies of a database.
#[derive(Debug, Default)]
pub(super) struct Bookmarks {
    /// How many batches changed it.
    change: u64,
    copies: Vec<Copy>,
}

#[derive(Debug)]
struct Copy {
    bookmark: Bookmark,
    /// When it was kept, in milliseconds since 1970.
    at: i64,
    image: Connection,
}

impl Bookmarks {
    pub(super) fn advance(&mut self) {
        self.change += 1;
    }
}

impl Database {
    /// The bookmark of this moment. `at` is the time, in milliseconds since 1970.
    ///
    /// # Errors
    ///
    /// The copy cannot be made.
    pub fn bookmark(&mut self, at: i64) -> Result<Bookmark, Error> {
        let bookmark = Bookmark::of(self.bookmarks.change);
        if self.bookmarks.copies.iter().all(|copy| copy.bookmark != bookmark) {
            let mut image = Connection::open_in_memory()?;
            copy(&self.connection, &mut image)?;
            self.bookmarks.copies.push(Copy { bookmark: bookmark.clone(), at, image });
        }
        Ok(bookmark)
    }

    /// The newest bookmark that was asked for at this time or before.
    pub fn bookmark_at(&self, at: i64) -> Option<&Bookmark> {
        let kept = self.bookmarks.copies.iter().rev();
        kept.filter(|copy| copy.at <= at).map(|copy| &copy.bookmark).next()
    }

    /// Goes back to a bookmark. The state that is left has a bookmark, too, and is answered, so that
    /// there is a way back.
    ///
    /// # Errors
    ///
    /// Nobody asked for this bookmark, or copying failed.
    pub fn restore(&mut self, bookmark: &str, at: i64) -> Result<Bookmark, Error> {
        let left = self.bookmark(at)?;
        let copies = &self.bookmarks.copies;
        let found = copies.iter().find(|copy| copy.bookmark.as_str() == bookmark);
        let found = found.ok_or_else(|| Error::new(format!("Invalid bookmark: {bookmark}")))?;
        copy(&found.image, &mut self.connection)?;
        self.bookmarks.advance();
        Ok(left)
    }
}

fn copy(from: &Connection, to: &mut Connection) -> Result<(), Error> {
    Backup::new(from, to)?.step(ALL_PAGES)?;
    Ok(())
}
