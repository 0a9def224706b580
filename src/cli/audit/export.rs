//! `clodo audit export`

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, ValueEnum};

use super::{Entries, audit_error};
use crate::cli::Global;
use crate::cli::console::Console;
use crate::cli::recorded::existing_or_note;
use crate::core::report::audit::{AuditFormat, Exporter};
use crate::exit::Exit;
use crate::flow::audit::export;
use crate::world::http::block_on;

/// Print entries for log systems, the oldest first
#[derive(Debug, Args)]
pub(super) struct Export {
    #[command(flatten)]
    entries: Entries,

    /// The format
    #[arg(long, value_name = "FORMAT", default_value = "jsonl")]
    format: Format,

    /// Name people person-1, person-2, and leave out what people wrote; such an export cannot be
    /// verified
    #[arg(long)]
    pseudonyms: bool,

    /// Write to this file
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// A format for log systems.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Canonical JSON, one entry a line: the chain can be verified again.
    Jsonl,
    /// RFC 4180.
    Csv,
    /// ArcSight's Common Event Format.
    Cef,
    /// OCSF's API Activity.
    Ocsf,
}

impl From<Format> for AuditFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Jsonl => Self::Jsonl,
            Format::Csv => Self::Csv,
            Format::Cef => Self::Cef,
            Format::Ocsf => Self::Ocsf,
        }
    }
}

impl Export {
    pub(super) fn run(
        self,
        global: &Global,
        root: &Path,
        console: &Console,
    ) -> anyhow::Result<Exit> {
        let Some(store) = existing_or_note(global, root, console)? else { return Ok(Exit::Ok) };
        let mut exporter = Exporter::new(self.format.into(), self.pseudonyms);
        let filter = self.entries.filter();
        let mut file = match &self.output {
            Some(path) => {
                let file = File::create(root.join(path));
                Some(file.with_context(|| format!("cannot write {}", path.display()))?)
            }
            None => None,
        };
        let mut out = |text: &str| match &mut file {
            Some(file) => file.write_all(text.as_bytes()),
            None => console.out(text),
        };
        block_on(export(&store, &filter, &mut exporter, &mut out))?.map_err(audit_error)?;
        Ok(Exit::Ok)
    }
}
