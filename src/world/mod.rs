//! What is touched: everything with I/O, a folder per socket.

pub mod ci;
pub mod circleci;
pub mod cloudflare;
pub mod files;
pub mod forge;
pub mod git;
pub mod http;
pub mod probe;
pub mod ssh;
pub mod store;
pub mod user;
pub mod wrangler;
