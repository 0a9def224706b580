//! The sandbox: a Cloudflare account on loopback.

mod account;
mod d1;
mod errors;
mod faults;
mod judge;
mod running;
mod stand;
mod wrangler;
