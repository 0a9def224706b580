//! The sandbox: a Cloudflare account on loopback.

mod account;
mod running;
mod d1;
mod stand;
