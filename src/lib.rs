//! clodo knows what your Cloudflare deployment will do before it does it.
//!
//! # Layout
//!
//! Five floors; each imports only the ones below it.
//!
//! - [`cli`]: what the user types and sees. One thin file per subcommand, and the only place that
//!   prints.
//! - [`server`]: what listens. A Cloudflare account on loopback, to try things on.
//! - [`flow`]: what happens, in order. A flow reads like the sentence that describes it.
//! - [`world`]: what is touched. Everything with I/O, a folder per socket.
//! - [`core`]: what is decided. Plain data and pure functions: parsing, rules, reports.
//!
//! A check starts in [`cli`], where arguments become a [`flow::project::Request`]. The flow reads the
//! work tree through [`world::files`] into a [`core::model::Workspace`], lets the rules of
//! [`core::rules`] look at it, tames what they found ([`core::taming`]) and returns a
//! [`core::model::Report`], which [`core::report`] renders.
//!
//! Where it runs, and for which commit of which pull request, [`world::ci`] and [`world::git`] find
//! out: a [`core::model::context::CiContext`].

pub mod cli;
pub mod core;
pub mod exit;
pub mod flow;
pub mod server;
pub mod world;
