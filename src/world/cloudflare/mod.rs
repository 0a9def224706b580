//! Cloudflare's API.
//!
//! [`Access`] is how to get in: address, token and account, from the variables that Wrangler reads
//! too. [`Cloudflare`] is the client: it knows the envelope of all answers, pages, the pace, and
//! what an answer means that is none. One file per product holds what can be asked, as methods of
//! the client with typed answers. [`snapshot`] asks for all that a run wants to know.
//!
//! Reading is lenient: fields that nobody here knows are passed over, and optional ones may be
//! missing or null. A field of another type than the API documents is an error that names it.
//!
//! Writing is careful: what must not happen twice is not sent twice, and where it is not known
//! whether it happened, the error says so: [`CloudflareError::Unsettled`].

mod access;
mod accounts;
mod binding;
mod client;
pub mod d1;
mod deployments;
mod dispatch;
mod domains;
mod durable_objects;
mod envelope;
mod error;
mod hyperdrive;
mod kv;
mod mtls;
mod pages;
mod pages_deployments;
mod paging;
mod pipelines;
mod queues;
mod r2;
mod routes;
mod secrets_store;
pub mod snapshot;
mod tokens;
mod triggers;
mod vectorize;
mod versions;
mod workers;
mod workflows;
mod zones;

pub use access::{Access, Credential};
pub use client::{Call, Cloudflare};
pub use deployments::SECRETS_CHANGED;
pub use error::{CloudflareError, Problem, Refusal};
pub use triggers::ScriptSettings;
