//! What is in KV, R2 and D1: the same functions for the API and for running Workers.

mod databases;
mod kv;
mod multipart;
mod r2;

pub use databases::Databases;
pub(super) use databases::Transfer;
pub use kv::{Entry, Key, Keys, Kv, Value};
pub use multipart::Named;
pub use r2::{Listed, Objects, Upload};

use super::Sandbox;

impl Sandbox {
    /// The namespaces of Workers KV.
    pub fn kv(&self) -> Kv<'_> {
        Kv::of(self)
    }

    /// The buckets of R2.
    pub fn r2(&self) -> Objects<'_> {
        Objects::of(self)
    }
}
