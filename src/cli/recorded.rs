//! What the commands that read the journal have in common.

use std::path::Path;

use clap::ValueEnum;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use super::checking::project_error;
use super::console::Console;
use super::looking::live;
use super::{Global, Mistake};
use crate::exit::Exit;
use crate::flow::project::settings;
use crate::flow::sight::Parts;
use crate::flow::state::place;
use crate::world::http::block_on;
use crate::world::store::{Place, Store, StoreError};

/// How to print it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Shape {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// The store, if there is one: reading makes none.
pub(super) fn existing(
    global: &Global,
    root: &Path,
    console: &Console,
) -> anyhow::Result<Option<Store>> {
    let place = place_of(global, root, console)?;
    block_on(Store::open_existing(&place))?.map_err(|error| store_error(&error))
}

/// The store, if there is one; where there is none it is said: what comes is empty.
pub(super) fn existing_or_note(
    global: &Global,
    root: &Path,
    console: &Console,
) -> anyhow::Result<Option<Store>> {
    let store = existing(global, root, console)?;
    if store.is_none() {
        note_nothing(console);
    }
    Ok(store)
}

/// Says that nothing is recorded.
pub(super) fn note_nothing(console: &Console) {
    console.note("nothing is recorded here yet: clodo deploy records what it does");
}

/// The store, made where there is none.
pub(super) fn store(global: &Global, root: &Path, console: &Console) -> anyhow::Result<Store> {
    let place = place_of(global, root, console)?;
    block_on(Store::open(&place))?.map_err(|error| store_error(&error))
}

fn place_of(global: &Global, root: &Path, console: &Console) -> anyhow::Result<Place> {
    let settings = settings(&global.request(root)).map_err(|e| project_error(&e, console))?;
    // A file needs no token, and a bad one is nobody's business then.
    let live = match settings.state_database() {
        Some(_) => live(Parts::OfRules)?,
        None => None,
    };
    place(root, &settings, live.as_ref()).map_err(|error| store_error(&error))
}

pub(super) fn store_error(error: &StoreError) -> anyhow::Error {
    let exit = match error {
        StoreError::Cloudflare(_) => Exit::Network,
        _ => Exit::Usage,
    };
    Mistake { message: error.to_string(), hint: Some(error.hint()), exit }.into()
}

/// Why somebody does something, in words that are written into the journal.
pub(super) fn reason(text: &str) -> Result<String, String> {
    let said = text.trim();
    if said.is_empty() { Err("say why in a few words".to_owned()) } else { Ok(said.to_owned()) }
}

/// A time: `7d`, `2026-11-01`, `2026-11-01T12:00:00Z`. A length of time is counted back from now.
pub(super) fn time(text: &str) -> Result<Timestamp, String> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time);
    }
    let day = text.parse::<Date>().ok().and_then(|day| day.to_zoned(TimeZone::UTC).ok());
    let ago = || {
        let now = Timestamp::now().to_zoned(TimeZone::UTC);
        now.checked_sub(text.parse::<Span>().ok()?).ok()
    };
    let found = day.or_else(ago).map(|zoned| zoned.timestamp());
    found
        .ok_or_else(|| "expected a time such as 7d, 12h, 2026-11-01 or 2026-11-01T12:00:00Z".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_dates_or_how_long_ago() {
        assert_eq!(time("2026-11-01").expect("a day").to_string(), "2026-11-01T00:00:00Z");
        assert_eq!(
            time("2026-11-01T12:00:00+01:00").expect("a time").to_string(),
            "2026-11-01T11:00:00Z"
        );
        let week = Timestamp::now().as_second() - time("7d").expect("a week").as_second();
        assert!((604_790..604_810).contains(&week), "{week}");
        assert!(time("yesterday").is_err());
    }
}
