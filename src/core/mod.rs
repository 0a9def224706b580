//! What is decided: plain data and pure functions.
//!
//! Nothing here touches a file, a socket, a clock or the environment, and nothing is async:
//! files, time and settings arrive as values. `tests/it/architecture.rs` enforces it.

pub mod affected;
pub mod audit;
pub mod canonical;
pub mod comparison;
pub mod conceal;
pub mod config;
pub mod data;
pub mod delivery;
pub mod deployment;
pub mod downgrade;
pub mod fix;
pub mod gaps;
pub mod gate;
pub mod graph;
pub mod mask;
pub mod model;
pub mod pipeline;
pub mod plan;
pub mod report;
pub mod rollback;
pub mod rules;
pub mod secrets;
pub mod source;
pub mod sql;
pub mod taming;
pub mod transcript;
pub mod verify;
