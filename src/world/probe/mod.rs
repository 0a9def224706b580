//! Requests to what was deployed, and commands that look at it.
//!
//! Unlike all others, these requests go where a file of the project says. So they go to public
//! addresses only, unless the check names the host as private: a name is resolved, each address is
//! looked at, and the connection is made to one that was looked at. Redirects are answers, and are
//! not followed.
//!
//! In a sandbox the edge is on loopback: `CLODO_EDGE_URL` (which `clodo sandbox` sets) names it, and
//! every request goes there, with the service's own host. Nothing but a loopback address is taken.

mod command;
mod request;
mod resolve;

pub use command::{Ended, run};
pub use request::{Lost, Probe, Prober, ProberError};

/// The variable that names the edge of a sandbox: `http://127.0.0.1:8800`.
pub const EDGE_URL: &str = "CLODO_EDGE_URL";
