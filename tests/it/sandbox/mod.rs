//! The sandbox: a Cloudflare account on loopback.

mod account;
mod errors;
mod faults;
mod judge;
mod stand;
mod wrangler;
