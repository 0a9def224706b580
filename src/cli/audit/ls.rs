//! `clodo audit ls`

use std::path::Path;

use clap::Args;

use super::Entries;
use crate::cli::Global;
use crate::cli::console::Console;
use crate::cli::recorded::{Shape, existing_or_note, store_error};
use crate::core::report::audit::text;
use crate::exit::Exit;
use crate::world::http::block_on;
use crate::world::store::EntryFilter;

/// List entries, the newest first
#[derive(Debug, Args)]
pub(super) struct Ls {
    #[command(flatten)]
    entries: Entries,

    /// At most so many
    #[arg(long, value_name = "NUMBER", default_value_t = 50)]
    limit: u64,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Shape,
}

impl Ls {
    pub(super) fn run(
        self,
        global: &Global,
        root: &Path,
        console: &Console,
    ) -> anyhow::Result<Exit> {
        let limit = Some(self.limit);
        let filter = EntryFilter { limit, newest_first: true, ..self.entries.filter() };
        let entries = match existing_or_note(global, root, console)? {
            Some(store) => block_on(store.entries(&filter))?.map_err(|e| store_error(&e))?,
            None => Vec::new(),
        };
        console.out(&match self.format {
            Shape::Json => serde_json::to_string_pretty(&entries)? + "\n",
            Shape::Text if entries.is_empty() => "No entries.\n".to_owned(),
            Shape::Text => text(&entries),
        })?;
        Ok(Exit::Ok)
    }
}
