//! What listens: servers that clodo runs on loopback.

pub mod sandbox;
