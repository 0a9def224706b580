//! The sandbox: a Cloudflare account on loopback.

mod account;
mod codes;
mod command;
mod d1;
mod databases;
mod errors;
mod faults;
pub(crate) mod forge;
mod judge;
mod lists;
mod pages;
mod products;
mod queues;
mod resources;
mod rollbacks;
pub(crate) mod running;
mod seeds;
mod shell;
pub(crate) mod stand;
mod storage;
mod wrangler;

pub(crate) use stand::Stand;
