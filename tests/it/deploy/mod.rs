//! `clodo deploy`, with real Wrangler, in a sandbox: what it does, what it writes down, and that the
//! two agree.

mod after;
mod announced;
mod cautions;
mod decisions;
mod drift;
mod failures;
mod frozen;
mod kill;
mod left;
mod locked;
mod meanwhile;
mod pages;
mod pages_back;
mod permission;
pub(crate) mod place;
mod rehearsed;
mod several;
mod shown;
mod spoken;
mod storefront;
mod straight;
mod stubs;
mod taken_back;
mod unrecorded;
mod verified;
