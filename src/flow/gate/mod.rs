//! The gate: what decides whether a plan may be deployed now, gathered from where it stands.

mod freezes;
mod policy;

pub use freezes::{FreezesError, ListError, end, freezes, kept, listed, open, set};
pub use policy::{PolicyError, gated_since, policy};
