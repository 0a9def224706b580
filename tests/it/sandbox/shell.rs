//! A folder in which Wrangler is run, command after command, against a sandbox of its own.

use serde_json::Value;

use super::stand::Stand;
use crate::toolchain::{Toolchain, toolchain};
use crate::work_tree::WorkTree;

pub(crate) struct Shell {
    pub(crate) stand: Stand,
    tree: WorkTree,
    toolchain: &'static Toolchain,
}

impl Shell {
    /// A new account and an empty folder, or a note that the test is skipped.
    pub(crate) fn new() -> Option<Self> {
        let toolchain = toolchain()?;
        Some(Self { stand: Stand::new(), tree: WorkTree::new(), toolchain })
    }

    /// Puts a file into the folder.
    pub(crate) fn write(&self, name: &str, text: &str) {
        self.tree.write(name, text);
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.tree.path().join(name)).expect("a file")
    }

    /// Runs a command that must succeed, and gives what it printed.
    pub(crate) fn wrangler(&self, args: &[&str]) -> String {
        let ran = self.stand.wrangler(self.toolchain, &self.tree.path(), args);
        ran.stdout + &ran.stderr
    }

    /// Runs a command that must succeed and print JSON.
    pub(crate) fn json(&self, args: &[&str]) -> Value {
        let text = self.wrangler(args);
        let begin = text.find(['[', '{']).unwrap_or_else(|| panic!("no JSON: {text}"));
        let mut values = serde_json::Deserializer::from_str(&text[begin..]).into_iter();
        values.next().expect("JSON").unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    /// Runs a command that must fail and say a text.
    pub(crate) fn fails(&self, args: &[&str], said: &str) {
        self.stand.wrangler_fails(self.toolchain, &self.tree.path(), args, said);
    }
}
