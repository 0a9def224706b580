//! What is decided: plain data and pure functions.
//!
//! Nothing here touches a file, a socket, a clock or the environment, and nothing is async:
//! files, time and settings arrive as values. `tests/it/architecture.rs` enforces it.

pub mod affected;
pub mod canonical;
pub mod conceal;
pub mod config;
pub mod downgrade;
pub mod fix;
pub mod gaps;
pub mod graph;
pub mod model;
pub mod pipeline;
pub mod plan;
pub mod report;
pub mod rules;
pub mod secrets;
pub mod source;
pub mod sql;
pub mod taming;
