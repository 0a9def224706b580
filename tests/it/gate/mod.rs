//! The gate: who may let a deployment through, with the forge, the account and Wrangler that a
//! pipeline has.

mod circleci;
mod closed;
mod desk;
mod environments;
mod exceptions;
mod gitlab;
mod left;
mod paths;
mod record;
pub(crate) mod scene;
mod straight;
mod uploaded;
mod waiting;
