//! The sandbox: a Cloudflare account on loopback.

mod account;
mod command;
mod d1;
mod databases;
mod errors;
mod faults;
mod forge;
mod judge;
mod lists;
mod pages;
mod products;
mod queues;
mod resources;
pub(crate) mod running;
mod seeds;
mod shell;
pub(crate) mod stand;
mod storage;
mod wrangler;

pub(crate) use stand::Stand;
