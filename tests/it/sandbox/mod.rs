//! The sandbox: a Cloudflare account on loopback.

mod account;
mod d1;
mod running;
mod stand;
