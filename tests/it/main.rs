//! The integration tests: one binary, so that there is one to link.

// A test may say what it saw, and why it was skipped.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod account;
mod addresses;
mod affected;
mod ancestry;
mod architecture;
mod changes;
mod ci;
mod cli;
mod clodo_yml;
mod cloudflare;
mod comment;
mod corruption;
mod creation;
mod deploy;
mod discovery;
mod docs;
mod examples;
mod fix;
mod forge;
mod gaps;
mod http;
mod json;
mod locks;
mod mutations;
mod openapi;
mod plan;
mod python;
mod recorded;
mod reports;
mod rollback;
mod rules;
mod sandbox;
mod saved;
mod scenarios;
mod source;
mod staged;
mod store;
mod survey;
mod taming;
mod toolchain;
mod unbreakable;
mod work_tree;
mod wrangler;
