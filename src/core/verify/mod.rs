//! Whether what is live is well: what the checks of `clodo.yml` expect, and what their answers mean.
//!
//! [`HealthCheck`] is one check, [`address`] says where its request may go, [`judge`] what an answer
//! is worth, and [`state`] whether the versions serve that should.

pub mod address;
mod check;
mod judge;
mod outcome;
pub mod state;
pub mod variables;
mod verified;

pub use check::{Asked, Command, HealthCheck, Probe, VersionAt, private_hosts};
pub use judge::{Seen, Verdict, judge};
pub use outcome::{Outcome, healthy};
pub use verified::{Condition, ServiceState, Verified};
