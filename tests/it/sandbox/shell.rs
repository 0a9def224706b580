//! A folder in which Wrangler is run, command after command, against a sandbox of its own.

use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use super::stand::Stand;
use crate::toolchain::{Toolchain, toolchain};

pub(crate) struct Shell {
    pub(crate) stand: Stand,
    folder: TempDir,
    toolchain: &'static Toolchain,
}

impl Shell {
    /// A new account and an empty folder, or a note that the test is skipped.
    pub(crate) fn new() -> Option<Self> {
        let toolchain = toolchain()?;
        let folder = tempfile::tempdir().expect("a folder");
        Some(Self { stand: Stand::new(), folder, toolchain })
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Puts a file into the folder.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().expect("in the folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).expect("a file")
    }

    /// Runs a command that must succeed, and gives what it printed.
    pub(crate) fn wrangler(&self, args: &[&str]) -> String {
        let (success, text) = self.run(args);
        assert!(success, "wrangler {}:\n{text}", args.join(" "));
        text
    }

    /// Runs a command that must succeed and print JSON.
    pub(crate) fn json(&self, args: &[&str]) -> Value {
        let text = self.wrangler(args);
        let begin = text.find(['[', '{']).unwrap_or_else(|| panic!("no JSON: {text}"));
        let mut values = serde_json::Deserializer::from_str(&text[begin..]).into_iter();
        values.next().expect("JSON").unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    /// Runs a command that must fail, and gives what it printed.
    pub(crate) fn fails(&self, args: &[&str]) -> String {
        let (success, text) = self.run(args);
        assert!(!success, "wrangler {} did not fail:\n{text}", args.join(" "));
        text
    }

    fn run(&self, args: &[&str]) -> (bool, String) {
        let output =
            self.stand.wrangler(self.toolchain, self.path(), args).output().expect("Wrangler runs");
        let text = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&text).into_owned())
    }
}
