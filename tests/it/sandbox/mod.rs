//! The sandbox: a Cloudflare account on loopback.

mod account;
mod stand;
