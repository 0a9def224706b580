//! `clodo man`

use std::fs;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;

use super::console::Console;
use crate::exit::Exit;

/// Print the manual page, or write one per command
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  clodo man | man -l -\n  clodo man --out /usr/share/man/man1")]
pub(super) struct Man {
    /// Write clodo.1 and a page per command into this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl Man {
    pub(super) fn run(self, console: &Console) -> anyhow::Result<Exit> {
        match self.out {
            Some(folder) => {
                fs::create_dir_all(&folder)
                    .with_context(|| format!("cannot create {}", folder.display()))?;
                clap_mangen::generate_to(super::command(), &folder)
                    .with_context(|| format!("cannot write to {}", folder.display()))?;
            }
            None => {
                let mut page = Vec::new();
                clap_mangen::Man::new(super::command()).render(&mut page)?;
                console.out(&String::from_utf8_lossy(&page))?;
            }
        }
        Ok(Exit::Ok)
    }
}
