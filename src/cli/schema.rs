//! `clodo schema`

use clap::{Args, ValueEnum};

use super::console::Console;
use crate::core::config::clodo_yml;
use crate::core::model::account;
use crate::core::report::plan::{drift_schema, plan_schema};
use crate::exit::Exit;

/// Print the JSON Schema of clodo.yml, for editors, or of what clodo writes, for programs
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    clodo schema > clodo.schema.json\n  \
    clodo schema | jq '.properties | keys'\n  \
    clodo schema plan > plan.schema.json")]
pub(super) struct Schema {
    /// Of which document
    #[arg(value_name = "DOCUMENT", default_value = "clodo.yml")]
    document: Document,
}

/// A document that has a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Document {
    /// What a project tells clodo.
    #[value(name = "clodo.yml")]
    ClodoYml,
    /// What `clodo plan --format json` prints, and `--out` saves.
    Plan,
    /// What `clodo drift --format json` prints.
    Drift,
    /// What `clodo snapshot` saves.
    Account,
}

impl Schema {
    pub(super) fn run(self, console: &Console) -> anyhow::Result<Exit> {
        let schema = match self.document {
            Document::ClodoYml => clodo_yml::json_schema(),
            Document::Plan => plan_schema(),
            Document::Drift => drift_schema(),
            Document::Account => account::json_schema(),
        };
        console.out(&format!("{}\n", serde_json::to_string_pretty(&schema)?))?;
        Ok(Exit::Ok)
    }
}
