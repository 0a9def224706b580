//! Wrangler: which one a service is deployed with, and running it.
//!
//! Wrangler stays the engine. It is started as it is, without a shell, with the arguments it is
//! given and with an environment in which nothing is that it has no use for.
//!
//! ```text
//! locate(folder, variable, tell)?     the project's own, else that of PATH, else a pinned one
//!     .run(&Call { … })               captured, without colours and without any secret
//!     .follow(&Call { … }, &…)        the same, and heard line by line while it goes on
//!     .replace(folder, arguments)     in the place of this process: it is Wrangler from then on
//! ```

mod build;
mod compile_cache;
mod complaint;
mod environment;
mod failure;
mod group;
#[cfg(unix)]
mod guard;
mod interrupt;
mod lines;
mod locate;
mod log;
mod node;
mod notes;
pub mod npm;
mod replace;
mod run;
mod secrets;
mod start;

use std::io;
use std::path::PathBuf;
use std::time::Duration;

pub use build::{Output, Source};
pub use compile_cache::CompileCache;
pub use environment::Access;
pub use failure::{ApiError, Failure};
pub use interrupt::{Interrupt, Signal};
pub use lines::{Line, Stream};
pub use locate::{PINNED, locate};
pub use node::{Node, NodeError, NotBrought};
pub use run::{Call, Following, Ran};

/// A Wrangler that can be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrangler {
    /// How it is started.
    program: Program,
    /// Its version, where that is known before it runs.
    pub version: Option<semver::Version>,
    /// Where it comes from.
    pub origin: Origin,
}

/// How a Wrangler is started.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Program {
    /// Its script, by a Node.
    Script { node: Node, script: PathBuf },
    /// A program that finds its Node itself.
    Itself(PathBuf),
    /// Through npx, which fetches [`PINNED`].
    Npx { npx: PathBuf, node: Node },
}

/// Where a Wrangler comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The `node_modules` of the project.
    Project,
    /// The machine: `PATH`.
    Machine,
    /// The registry: [`PINNED`].
    Registry,
}

/// Why Wrangler does not run.
#[derive(Debug, thiserror::Error)]
pub enum WranglerError {
    /// There is none, and nothing that would fetch one.
    #[error("there is no Wrangler: not in node_modules, not on PATH, and no npx to fetch it with")]
    NoWrangler,
    /// There is no Node for it.
    #[error("Wrangler {wrangler} needs Node {needs}, and {source}")]
    NoNode {
        /// The version of Wrangler.
        wrangler: String,
        /// Its `engines`.
        needs: String,
        /// What there is instead.
        source: Box<NodeError>,
    },
    /// It cannot be started, or heard.
    #[error("Wrangler cannot be run: {0}")]
    Io(#[from] io::Error),
    /// It did not end in time.
    #[error("Wrangler did not end within {} s{}", after.as_secs(), failure::asked(request.as_deref()))]
    TimedOut {
        /// What it was given.
        after: Duration,
        /// What it last asked the API for, as far as its log says.
        request: Option<String>,
    },
}

impl WranglerError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoWrangler => "add it to the project: npm install --save-dev wrangler",
            Self::NoNode { .. } => {
                "install a Node that fits, or name one: CLODO_NODE=/path/to/node"
            }
            Self::Io(_) => "see whether Wrangler runs by itself: npx wrangler --version",
            Self::TimedOut { .. } => "run it by itself to see what it waits for",
        }
    }
}
