//! clodo knows what your Cloudflare deployment will do before it does it.
pub mod core;
pub mod world;
