//! The sandbox: a Cloudflare account on loopback.

mod account;
mod command;
mod d1;
mod errors;
mod faults;
mod judge;
mod lists;
mod running;
pub(crate) mod stand;
mod wrangler;
