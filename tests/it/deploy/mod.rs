//! `clodo deploy`, with real Wrangler, in a sandbox: what it does, what it writes down, and that the
//! two agree.

mod announced;
mod decisions;
mod failures;
mod kill;
mod pages;
mod place;
mod several;
mod straight;
mod verified;
