//! Node and miniflare: found, or installed once from npm into the cache folder.
//!
//! miniflare 4 rather than the 5 that Wrangler 4.164 brings: its options are documented, while those of
//! 5 are a beta whose shape changed with every release so far. workerd is the newest that there is for
//! every platform.

use std::path::PathBuf;

use crate::world::wrangler::npm::{NpmError, Package, cache_folder};
use crate::world::wrangler::{Node, NodeError};

/// The Nodes that miniflare runs on: `engines` of miniflare 4.20260730.0.
const NODE: &str = ">=22";

/// miniflare, and the runner beside it.
const RUNNER: Package = Package {
    name: "runner",
    what: "miniflare",
    files: &[
        ("package.json", include_str!("node/package.json")),
        ("package-lock.json", include_str!("node/package-lock.json")),
        ("runner.mjs", include_str!("node/runner.mjs")),
        ("options.mjs", include_str!("node/options.mjs")),
        ("plugin.mjs", include_str!("node/plugin.mjs")),
        ("dispatcher.mjs", include_str!("node/dispatcher.mjs")),
        ("tail.mjs", include_str!("node/tail.mjs")),
    ],
    proof: "node_modules/miniflare/package.json",
};

/// Where to look and where to keep.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// The folder to install into. Runs share it.
    pub cache: PathBuf,
    /// The Node to use. Without it: the one in `PATH`, if it is new enough, or one from npm.
    pub node: Option<PathBuf>,
}

impl Places {
    /// As the environment says: [`cache_folder`], and `CLODO_NODE`.
    pub fn from_environment() -> Self {
        let variable = |name: &str| std::env::var(name).ok();
        Self { cache: cache_folder(&variable), node: Node::named(&variable) }
    }
}

/// What is needed to run Workers.
#[derive(Clone, Debug)]
pub(super) struct Installed {
    /// Node, new enough.
    pub(super) node: PathBuf,
    /// `runner.mjs`, with miniflare beside it.
    pub(super) runner: PathBuf,
}

/// Why Workers cannot run here.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// There is no Node to be had.
    #[error("Workers run on Node {NODE}, and {0}; install it, or name one with CLODO_NODE")]
    NoNode(#[from] NodeError),
    /// miniflare is not there.
    #[error(transparent)]
    Npm(#[from] NpmError),
}

/// Finds everything, and installs what is missing. Takes seconds the first time, so that it belongs on
/// a thread of its own.
///
/// # Errors
/// Where there is no Node, no npm, no registry or no place.
pub(super) fn installed(places: &Places) -> Result<Installed, InstallError> {
    let path = std::env::var("PATH").ok();
    let node =
        Node::that_fits(NODE, places.node.as_deref(), path.as_deref(), &places.cache, &|_| {})?;
    let runner = RUNNER.install(&places.cache)?.join("runner.mjs");
    Ok(Installed { node: node.path, runner })
}
