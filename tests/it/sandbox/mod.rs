//! The sandbox: a Cloudflare account on loopback.

mod account;
mod d1;
mod errors;
mod faults;
mod judge;
mod running;
pub(crate) mod stand;
mod wrangler;
