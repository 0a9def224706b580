//! `clodo schema`

use clap::Args;

use super::console::Console;
use crate::core::config::clodo_yml::json_schema;
use crate::exit::Exit;

/// Print the JSON Schema of clodo.yml, for editors
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    clodo schema > clodo.schema.json\n  \
    clodo schema | jq '.properties | keys'")]
pub(super) struct Schema {}

impl Schema {
    pub(super) fn run(self, console: &Console) -> anyhow::Result<Exit> {
        console.out(&format!("{}\n", serde_json::to_string_pretty(&json_schema())?))?;
        Ok(Exit::Ok)
    }
}
