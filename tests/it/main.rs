//! The integration tests: one binary, so that there is one to link.

mod clodo_yml;
mod discovery;
mod reports;
mod source;
mod survey;
mod taming;
