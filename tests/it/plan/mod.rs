//! Plans and drifts: what they say, what their hash stands for, and whether they are right about what
//! real Wrangler does.

mod comment;
pub(crate) mod deployed;
mod hash;
mod pages;
mod properties;
pub(crate) mod schema;
mod uploaded;
mod words;
