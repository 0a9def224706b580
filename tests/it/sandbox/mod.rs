//! The sandbox: a Cloudflare account on loopback.

mod account;
mod d1;
mod errors;
mod faults;
mod forge;
mod judge;
mod running;
mod stand;
mod wrangler;
