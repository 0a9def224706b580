//! The gate: who may let a deployment through, with the forge, the account and Wrangler that a
//! pipeline has.

mod closed;
mod desk;
mod exceptions;
mod left;
pub(crate) mod scene;
mod straight;
