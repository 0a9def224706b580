//! `clodo completions`

use clap::Args;
use clap_complete::{Shell, generate};

use super::console::Console;
use crate::exit::Exit;

/// Print the completions for a shell
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    clodo completions bash > /etc/bash_completion.d/clodo\n  \
    clodo completions zsh > ~/.zfunc/_clodo")]
pub(super) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub(super) fn run(self, console: &Console) -> anyhow::Result<Exit> {
        let mut script = Vec::new();
        generate(self.shell, &mut super::command(), "clodo", &mut script);
        console.out(&String::from_utf8_lossy(&script))?;
        Ok(Exit::Ok)
    }
}
