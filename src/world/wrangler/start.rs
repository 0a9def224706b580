//! How a Wrangler is started.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use super::locate::PINNED;
use super::node::on_path;
use super::{Program, Wrangler};

/// Names the settings of the whole machine for npm.
const NPM_GLOBAL: &str = "npm_config_globalconfig";

impl Wrangler {
    /// The beginning of every run: the program, and a `PATH` on which npx, and what a build starts,
    /// find the same Node.
    pub(super) fn command(&self) -> Command {
        let mut command = match &self.program {
            Program::Script { node, script } => {
                let mut command = Command::new(&node.path);
                command.arg(script);
                command
            }
            Program::Itself(program) => Command::new(program),
            Program::Npx { npx, .. } => {
                let mut command = Command::new(npx);
                command.arg("--yes").arg(format!("wrangler@{PINNED}"));
                command
            }
        };
        command.envs(self.variables());
        command
    }

    /// What a run needs beyond the environment that it is given: where the Node is, and the machine's
    /// settings of npm.
    pub(super) fn variables(&self) -> impl Iterator<Item = (&'static str, OsString)> {
        let path = self.path_with_node().map(|path| ("PATH", path));
        let npm = self.npm_global().map(|file| (NPM_GLOBAL, file.into_os_string()));
        path.into_iter().chain(npm)
    }

    /// `PATH` with the folder of the Node first; `None` where it is found anyway, since the order
    /// of a `PATH` is its owner's.
    fn path_with_node(&self) -> Option<OsString> {
        let (Program::Script { node, .. } | Program::Npx { node, .. }) = &self.program else {
            return None;
        };
        let path = env::var_os("PATH").unwrap_or_default();
        if on_path("node", path.to_str()).as_ref() == Some(&node.path) {
            return None;
        }
        let folder = node.path.parent()?.to_owned();
        env::join_paths(std::iter::once(folder).chain(env::split_paths(&path))).ok()
    }

    /// The file in which a machine says for all its users which registry and which certificates npm
    /// takes. npm looks for it beside the Node that it runs on (its default of `globalconfig`:
    /// `etc/npmrc` in the prefix), so that under another Node it would not be read.
    fn npm_global(&self) -> Option<PathBuf> {
        let Program::Npx { npx, .. } = &self.program else { return None };
        let named = |(name, _): (OsString, _)| name.eq_ignore_ascii_case(NPM_GLOBAL);
        if env::vars_os().any(named) {
            return None;
        }
        let file = npx.parent()?.parent()?.join("etc/npmrc");
        file.is_file().then_some(file)
    }
}
