//! The comment on a pull request: one, edited in place.
//!
//! ```markdown
//! <!-- clodo:v1 key=shop sha=4be21c7… run=1187.1 at=2026-11-22T12:04:00Z -->
//! ### clodo: not ready for production (api) — 1 error, 0 warnings
//! …
//! 4be21c7 · run [1187](…) · 2026-11-22 12:04 UTC · [what is this?](…)
//! ```
//!
//! The first line is a [`Marker`], by which the next run finds the comment. The last one says which
//! run wrote it. What stands between is the Markdown report. [`decide`] says what to do about the
//! comments that are there already.

mod addition;
mod body;
mod decision;
mod marker;

pub use addition::{TakenBack, taken_back};
pub use body::{Stamp, body, has_news, summary};
pub use decision::{Decision, Earlier, Mode, Reason, UnknownMode, WhenWell, Wish, decide};
pub use marker::Marker;
