//! The sandbox: a Cloudflare account on loopback.

mod account;
mod d1;
mod databases;
mod errors;
mod faults;
mod judge;
mod pages;
mod products;
mod queues;
mod resources;
mod shell;
mod stand;
mod storage;
mod wrangler;
