//! How a Wrangler is started.

use std::env;
use std::ffi::OsString;
use std::process::Command;

use super::locate::PINNED;
use super::node::on_path;
use super::{Program, Wrangler};

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
        if let Some(path) = self.path_with_node() {
            command.env("PATH", path);
        }
        command
    }

    /// `PATH` with the folder of the Node first; `None` where it is found anyway, since the order
    /// of a `PATH` is its owner's.
    pub(super) fn path_with_node(&self) -> Option<OsString> {
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
}
