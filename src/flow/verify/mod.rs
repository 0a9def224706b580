//! Whether what is live is well: the versions that should serve do, and it is as configured
//! ([`verify`]), and what the checks of `clodo.yml` expect holds ([`health`]).
//!
//! A deployment that has just been made is not everywhere at once, so that what does not hold yet is
//! asked again until the check's patience is used up.

mod health;
mod project;

pub use health::{Checker, Subject, health};
pub use project::{VerifyError, verify};
